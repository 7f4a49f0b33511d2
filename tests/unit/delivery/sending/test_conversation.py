"""A send and a relay that behaves in all the ways relays do: every reader once, each with what became of them."""

from __future__ import annotations

import base64
import subprocess
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import smtp_server
from delivery_kit import ISSUE, approved, ledger, numbered, office_of, relayed, started, subscribe, ticking, worked
from register_kit import NOW
from smtp_server import rule, running
from sqlalchemy import insert, select, update

from newsletter.delivery.ledger.control import pause, resume
from newsletter.delivery.sending import Crew
from newsletter.store.tables import deliveries, domain_pauses, people, send_editions, sends, suppressions


@pytest.fixture
def relay(tmp_path):
    """Starts relays that behave so."""
    log = tmp_path / "accepted.jsonl"
    servers = []

    def begin(script="plain", **changes):
        servers.append(smtp_server.start(log, script, **changes))
        return servers[-1]

    yield begin
    for server in servers:
        server.kill()


def ready(root, register, server, count=30, **settings):
    """An approved issue for so many, on its way by this relay."""
    subscribe(register, *numbered(count))
    relayed(root, server.port, **settings)
    approved(root, register)
    return started(root, register)


def got(server):
    """Who got how many."""
    return Counter(address for mail in server.accepted for address in mail["recipients"])


def send_state(register, send):
    with register.read() as connection:
        return connection.execute(select(sends.c.state, sends.c.reason).where(sends.c.id == send)).one()


@pytest.mark.parametrize("script", ["plain", "no-pipelining", "old", "slow"])
def test_everybody_gets_it_once(root, register, relay, script):
    server = relay(script)
    send = ready(root, register, server)
    worked(root, register, send)
    assert got(server) == dict.fromkeys(numbered(30), 1)
    assert Counter(ledger(register, send).values()) == {"accepted": 30}
    assert send_state(register, send) == ("done", None)


def test_one_bad_recipient_is_rejected_alone(root, register, relay):
    server = relay("bad-recipients")
    subscribe(register, "bad@x.example", "worse-bad@y.example")
    send = ready(root, register, server)
    worked(root, register, send)
    states = ledger(register, send)
    assert {address for address, state in states.items() if state == "rejected"} == {
        "bad@x.example",
        "worse-bad@y.example",
    }
    assert got(server) == dict.fromkeys(numbered(30), 1)
    with register.read() as connection:
        texts = set(connection.scalars(select(deliveries.c.smtp_text).where(deliveries.c.state == "rejected")))
    assert texts == {"550 5.1.1 User unknown"}


def test_greylisting_is_waited_for_and_tried_again(root, register, relay):
    server = relay("greylist")
    send = ready(root, register, server, count=6)
    worked(root, register, send)
    assert got(server) == {}
    assert Counter(ledger(register, send).values())["deferred"] >= 3
    with office_of(root, register, clock=ticking(1.5)) as office:
        Crew(office, lanes=2, send_id=send, leaves=True).run()
    with office_of(root, register, clock=ticking(3)) as office:
        Crew(office, lanes=2, send_id=send, leaves=True).run()
    assert got(server) == dict.fromkeys(numbered(6), 1)


def test_what_is_put_off_for_too_long_is_rejected_and_says_so(root, register, relay):
    server = relay(smtp_server.Script(rules=(rule("rcpt", "452 4.2.2 mailbox full"),)))
    send = ready(root, register, server, count=2, retry_hours=1)
    for hours in (0, 0.5, 1.5, 3):
        with office_of(root, register, clock=ticking(hours)) as office:
            Crew(office, lanes=1, send_id=send, leaves=True).run()
    assert set(ledger(register, send).values()) == {"rejected"}
    with register.read() as connection:
        assert set(connection.scalars(select(deliveries.c.smtp_text))) == {
            "put off for 1 hours: 452 4.2.2 mailbox full"
        }
    assert send_state(register, send).state == "done"


@pytest.mark.parametrize("script", ["421-mid-stream", "421-at-dot"])
def test_connections_that_break_lose_nobody_and_double_nobody(root, register, relay, script):
    server = relay(script)
    send = ready(root, register, server)
    for hour in range(0, 40, 4):
        with office_of(root, register, clock=ticking(hour)) as office:
            crew = Crew(office, lanes=2, send_id=send, leaves=True)
            crew.circuit._waits = (0.01,)
            crew.run()
        if send_state(register, send).state == "done":
            break
    assert got(server) == dict.fromkeys(numbered(30), 1)
    assert Counter(ledger(register, send).values()) == {"accepted": 30}


@pytest.mark.parametrize(
    ("script", "arrived"), [("drop-after-dot", True), ("drop-at-dot", False), ("drop-before-dot", False)]
)
def test_no_answer_to_the_final_dot_is_doubt_and_is_never_sent_again(root, register, relay, script, arrived):
    server = relay(script)
    send = ready(root, register, server)
    for _ in range(2):
        with office_of(root, register) as office:
            crew = Crew(office, lanes=2, send_id=send, leaves=True)
            crew.circuit._waits = (0.01,)
            crew.run()
    states = ledger(register, send)
    doubt = {address for address, state in states.items() if state == "in_doubt"}
    assert 4 <= len(doubt) <= 7, "one in five of each connection's"
    expected = set(numbered(30)) if arrived else set(numbered(30)) - doubt
    assert got(server) == dict.fromkeys(expected, 1)
    assert set(states.values()) == {"accepted", "in_doubt"}


def test_a_relay_that_refuses_us_stops_the_send_and_blames_no_address(root, register, relay):
    server = relay("blocked")
    send = ready(root, register, server)
    told = []
    worked(root, register, send, told=told)
    assert got(server) == {}
    assert set(ledger(register, send).values()) == {"planned"}
    state, reason = send_state(register, send)
    assert (state, reason) == ("stopped", "550 5.7.1 your server is blocked")
    assert any("2027-01 is stopped: 550 5.7.1 your server is blocked" in line for line in told)
    assert not any("@x.example" in line for line in told), "a log names nobody"


def test_a_stopped_send_goes_on_when_somebody_resumes_it(root, register, relay):
    server = relay(smtp_server.Script(rules=(rule("mail", "550 5.7.1 your server is blocked", times=1),)))
    send = ready(root, register, server)
    worked(root, register, send, lanes=1)
    assert send_state(register, send).state == "stopped"
    resume(register, ISSUE, now=NOW, actor="maja")
    worked(root, register, send)
    assert got(server) == dict.fromkeys(numbered(30), 1)


def test_a_relay_that_is_away_is_told_and_loses_nothing(root, register, relay):
    server = relay()
    server.kill()
    send = ready(root, register, server)
    told = []
    crew = worked(root, register, send, told=told)
    assert crew.gave_up
    assert set(ledger(register, send).values()) == {"planned"}
    assert any(f"127.0.0.1:{server.port}" in line and "trying again in" in line for line in told)


def test_who_unsubscribes_before_their_turn_is_not_sent_to(root, register, relay):
    """Three ways out: unsubscribed, suppressed, erased."""
    server = relay()
    send = ready(root, register, server)
    with register.write() as connection:
        gone = update(people).where(people.c.address == "r1@x.example")
        connection.execute(gone.values(state="unsubscribed", basis=None))
        hashed = register.hash_of("r2@x.example")
        later = NOW + timedelta(days=90)
        connection.execute(suppressions.insert().values(address_hash=hashed, reason="asked", at=NOW, expires_at=later))
        connection.execute(people.delete().where(people.c.address == "r3@x.example"))
    worked(root, register, send)
    assert set(got(server)) == set(numbered(30)) - {"r1@x.example", "r2@x.example", "r3@x.example"}
    with register.read() as connection:
        states = Counter(connection.scalars(select(deliveries.c.state)))
    assert states == {"accepted": 27, "skipped": 3}


def test_pausing_while_it_runs_stops_it_and_resuming_ends_it(root, register, relay):
    server = relay("slow")
    send = ready(root, register, server, count=60)
    seen = []
    tick = ticking()

    def clock():
        """Pauses when the first mails are out; the ledger asks for the time at every step."""
        if not seen and len(server.accepted) > 5:
            seen.append(pause(register, ISSUE, now=NOW, actor="maja"))
        return tick()

    with office_of(root, register, clock=clock) as office:
        Crew(office, lanes=2, send_id=send, leaves=True).run()
    assert seen
    assert 5 < len(server.accepted) < 60
    assert send_state(register, send).state == "paused"
    resume(register, ISSUE, now=NOW, actor="maja")
    worked(root, register, send)
    assert got(server) == dict.fromkeys(numbered(60), 1)


def test_outside_production_only_those_allowed_get_mail(root, register, relay):
    server = relay()
    subscribe(register, "Chef@Kommune.example")
    send = ready(root, register, server, count=10, allow="['@kommune.example', r4@x.example]")
    text = (root / "newsletter.yml").read_text("utf-8").replace("environment: production", "environment: test")
    (root / "newsletter.yml").write_text(text, "utf-8")
    worked(root, register, send)
    assert set(got(server)) == {"Chef@Kommune.example", "r4@x.example"}
    assert Counter(ledger(register, send).values()) == {"accepted": 2, "skipped": 9}


@pytest.mark.parametrize(("script", "state"), [("plain", "accepted"), ("old", "rejected")])
def test_letters_before_the_at_need_a_server_that_takes_them(root, register, relay, script, state):
    server = relay(script)
    subscribe(register, "søren@x.example", smtputf8=True)
    send = ready(root, register, server, count=3)
    worked(root, register, send)
    assert ledger(register, send)["søren@x.example"] == state
    assert sum(got(server).values()) == 3 + (state == "accepted")


def test_what_arrives_is_the_sealed_edition_filled(root, register, tmp_path):
    with running(tmp_path / "log", "keep") as server:
        send = ready(root, register, server, count=1)
        worked(root, register, send)
        (mail,) = server.accepted
    parsed = message_from_bytes(base64.b64decode(mail["data"]), policy=policy.default)
    (page,) = (root / "build/2027-01").glob("standard-*/email.html")
    html = parsed.get_body(("html",)).get_content().replace("\r\n", "\n")
    fixed, *rest = page.read_text("utf-8").split("{{ reader.")
    assert html.startswith(fixed)
    for part in rest:
        assert part.partition(" }}")[2].rstrip("\n") in html
    assert parsed["To"].addresses[0].addr_spec == "r0@x.example"
    assert parsed["Message-ID"] == mail["message_id"]


def test_the_rate_holds_for_all_connections_together(root, register, relay):
    """1,200 a minute are 20 a second: 30 mails take at least half a second after the first burst."""
    server = relay()
    send = ready(root, register, server, rate=1200)
    began = time.monotonic()
    worked(root, register, send)
    assert time.monotonic() - began > 0.4
    assert got(server) == dict.fromkeys(numbered(30), 1)


def test_a_domain_that_puts_us_off_is_let_be_and_the_others_go_on(root, register, relay):
    server = relay(smtp_server.Script(rules=(rule("rcpt", "451 4.7.1 slow down", match="slow"),)))
    subscribe(register, *numbered(40, "slow.example"))
    send = ready(root, register, server)
    worked(root, register, send, lanes=1)
    assert got(server) == dict.fromkeys(numbered(30), 1)
    states = Counter(state for address, state in ledger(register, send).items() if "slow" in address)
    assert states["planned"] > states["deferred"] >= 3, "most of them were not even tried"
    with register.read() as connection:
        assert connection.execute(select(domain_pauses.c.domain)).scalars().all() == ["slow.example"]


def test_a_domain_that_takes_mail_again_has_its_failures_forgotten(root, register, relay):
    """So its next rest is a short one; a domain that was never let be costs nothing."""
    server = relay()
    subscribe(register, *numbered(2, "slow.example"))
    send = ready(root, register, server, count=2)
    with register.write() as connection:
        rest = {"relay": f"127.0.0.1:{server.port}", "until": NOW - timedelta(hours=1), "failures": 5}
        connection.execute(insert(domain_pauses), [{**rest, "domain": name} for name in ("slow.example", "y.example")])
    worked(root, register, send)
    assert set(ledger(register, send).values()) == {"accepted"}
    with register.read() as connection:
        assert connection.execute(select(domain_pauses.c.domain)).scalars().all() == ["y.example"]


def test_so_many_mails_at_most_are_under_way_to_one_domain(root, register, relay):
    """With four connections and two for each domain."""
    server = relay("slow")
    send = ready(root, register, server, count=16, connections=4, per_domain=2)
    seen = []
    with office_of(root, register) as office:
        enter = office.domains.enter

        def watched(domain):
            entered = enter(domain)
            seen.append(office.domains._under_way[domain])
            return entered

        office.domains.enter = watched
        Crew(office, lanes=4, send_id=send, leaves=True).run()
    assert max(seen) == 2
    assert got(server) == dict.fromkeys(numbered(16), 1)


def test_mails_are_signed_where_the_settings_say_so(root, register, tmp_path, monkeypatch):
    key = tmp_path / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    monkeypatch.setenv("NEWSLETTER_DKIM_KEY", str(key))
    with running(tmp_path / "log", "keep") as server:
        send = ready(root, register, server, count=2, dkim="{domain: kommune.example, selector: nyt}")
        worked(root, register, send)
        mails = [base64.b64decode(mail["data"]) for mail in server.accepted]
    assert len(mails) == 2
    assert all(b"d=kommune.example;" in mail.partition(b"\r\n\r\n")[0] for mail in mails)


def test_an_edition_that_was_tampered_with_in_the_register_is_not_sent(root, register, relay):
    server = relay()
    send = ready(root, register, server, count=3)
    with register.write() as connection:
        body = connection.scalar(select(send_editions.c.body).where(send_editions.c.name == "standard"))
        connection.execute(update(send_editions).values(body=body[:-1] + b"x"))
    told = []
    worked(root, register, send, told=told)
    assert server.accepted == []
    assert set(ledger(register, send).values()) == {"planned"}
    assert send_state(register, send).state == "stopped"
    (line,) = told
    assert "2027-01 is stopped: no mail can be made: an edition in the register is not the one" in line


def test_a_relay_that_closes_every_connection_refuses_us(root, register, relay):
    server = relay(smtp_server.Script(rules=(rule("mail", "421 4.7.0 too many mails from you", hang_up=True),)))
    send = ready(root, register, server, count=3)
    with office_of(root, register) as office:
        crew = Crew(office, lanes=1, send_id=send, leaves=True)
        crew.circuit._waits = (0.01,)
        crew.run()
    state, reason = send_state(register, send)
    assert state == "stopped"
    assert reason.startswith("the relay closes every connection: ")
    assert "too many mails from you" in reason
    assert set(ledger(register, send).values()) == {"planned"}


def test_a_relay_that_never_answers_puts_few_in_doubt_and_not_all(root, register, relay):
    server = relay(smtp_server.Script(rules=(rule("dot", do="take-and-drop"),)))
    send = ready(root, register, server)
    worked(root, register, send, lanes=1)
    assert Counter(ledger(register, send).values()) == {"in_doubt": 3, "planned": 27}
    assert send_state(register, send).state == "stopped"
    assert len(server.accepted) == 3


def test_a_refusal_of_us_after_the_body_stops_with_the_next_mail_announced(root, register, relay):
    server = relay(smtp_server.Script(rules=(rule("dot", "554 5.7.1 this looks like spam", skip=2, times=1),)))
    send = ready(root, register, server)
    worked(root, register, send, lanes=1)
    assert Counter(ledger(register, send).values()) == {"accepted": 2, "planned": 28}
    resume(register, ISSUE, now=NOW, actor="maja")
    worked(root, register, send, lanes=1)
    assert got(server) == dict.fromkeys(numbered(30), 1)
