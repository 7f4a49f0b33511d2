"""What relays do, from a relay in a process of its own: nothing is lost, nothing is taken twice."""

from __future__ import annotations

from collections import Counter

import pytest
from smtp_kit import SOON, a_mail, a_session, an_envelope, relay_at, send_all
from smtp_server import Rule, Script, accepted, rule, running, start

from newsletter.delivery.smtp import AfterDot, BeforeDot, Timeouts, Trouble, open_session, verdict


@pytest.fixture
def log(tmp_path):
    return tmp_path / "accepted.jsonl"


def people(count, name="p"):
    return [(an_envelope(f"{name}{number}@firma.example"), a_mail(number)) for number in range(count)]


def who(server):
    return [recipient for each in server.accepted for recipient in each["recipients"]]


QUICK = Timeouts(opening=2, mail=0.2, rcpt=0.2, data=0.2, dot=0.2, quit=0.1)


def work(port, mails, timeouts=SOON):
    """Send with new connections until all is told, as a worker would: recipient → answer, doubt or nothing yet."""
    told, left = {}, list(mails)
    for _ in range(3 * len(mails)):
        if not left:
            break
        with open_session(relay_at(port), timeouts) as session:
            while left and not session.spent:
                envelope, data = left[0]
                upcoming = left[1][0] if len(left) > 1 else None
                try:
                    told[envelope.recipient] = session.offer(envelope) or session.deliver(data, upcoming)
                except BeforeDot:
                    break
                except AfterDot as doubt:
                    told[envelope.recipient] = doubt
                left.pop(0)
    return told


@pytest.mark.parametrize("name", ["plain", "no-pipelining", "old", "trickle"])
def test_each_mail_arrives_once_and_whole(log, name):
    mails = people(5)
    with running(log, name, keep=True) as server:
        with a_session(server.port) as session:
            assert [reply.code for reply in send_all(session, mails)] == [250] * 5
        assert who(server) == [envelope.recipient for envelope, _ in mails]
        from base64 import b64decode

        assert [b64decode(each["data"]) for each in server.accepted] == [data for _, data in mails]


def test_greylisting_puts_off_and_then_takes(log):
    mails = people(4)
    with running(log, "greylist") as server, a_session(server.port) as session:
        first = send_all(session, mails)
        assert [(verdict(reply), reply.code) for reply in first] == [("deferred", 450)] * 4
        assert server.accepted == []
        assert [verdict(reply) for reply in send_all(session, mails)] == ["accepted"] * 4
        assert len(who(server)) == 4


@pytest.mark.parametrize("offers", [("PIPELINING",), ()])
def test_a_relay_that_hangs_up_between_two_mails_loses_and_doubles_nobody(log, offers):
    mails = people(23)
    with running(log, "421-mid-stream", offers=offers) as server:
        told = work(server.port, mails)
        assert {address: reply.code for address, reply in told.items()} == {each.recipient: 250 for each, _ in mails}
        assert sorted(who(server)) == sorted(told)


@pytest.mark.parametrize("size", [1000, 8_000_000])
def test_a_relay_that_hangs_up_in_a_body(log, size):
    """When the whole mail had left before it did, nobody can know; else it is sent again, and arrives once."""
    mails = [(an_envelope(f"p{number}@firma.example"), a_mail(number, size)) for number in range(4)]
    script = Script(rules=(rule("body", do="drop", after_bytes=500, skip=2, times=1),))
    with running(log, script) as server:
        told = work(server.port, mails)
        doubted = [address for address, reply in told.items() if isinstance(reply, AfterDot)]
        assert doubted == (["p2@firma.example"] if size == 1000 else [])
        assert who(server) == [envelope.recipient for envelope, _ in mails if envelope.recipient not in doubted]


def test_421_at_the_dot_is_put_off(log):
    with running(log, "421-at-dot") as server:
        told = work(server.port, people(20))
        meant = Counter(verdict(reply) for reply in told.values())
        assert meant == {"accepted": 16, "deferred": 4}
        assert sorted(who(server)) == sorted(each for each, reply in told.items() if reply.taken)


@pytest.mark.parametrize(("name", "really_taken"), [("drop-at-dot", 16), ("drop-after-dot", 20)])
def test_a_relay_that_hangs_up_after_the_dot_leaves_that_one_in_doubt(log, name, really_taken):
    """The same to us; what the relay took is another matter, so nothing is ever sent again."""
    with running(log, name) as server:
        told = work(server.port, people(20))
        doubted = [address for address, reply in told.items() if isinstance(reply, AfterDot)]
        assert len(doubted) == 4
        assert len(who(server)) == len(set(who(server))) == really_taken
        assert set(told) - set(doubted) <= set(who(server))


def test_a_slow_relay_is_waited_for(log):
    with running(log, "slow") as server, a_session(server.port) as session:
        assert all(reply.taken for reply in send_all(session, people(5)))


def test_a_relay_that_never_answers_the_dot(log):
    with running(log, "stuck") as server:
        session = open_session(relay_at(server.port), Timeouts(dot=0.3, quit=0.2))
        with session, pytest.raises(AfterDot, match="in time"):
            send_all(session, people(5))
        assert len(server.accepted) == 2


WRONG = ["what?", "999 no", "250-half", "\x00\x01", "354 go on", "250 ok\n250 ok\n250 ok\n250 ok", "x" * 9000]


@pytest.mark.parametrize("said", WRONG)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_wrong_answers_are_never_taken_for_a_yes(log, stage, said):
    """Whatever is said wrongly, whoever we call accepted was accepted, and nobody is taken twice."""
    script = Script(rules=(Rule(stage, reply=said, skip=2, every=3),))
    with running(log, script) as server:
        told = work(server.port, people(6), QUICK)
        taken = who(server)
        yes = [address for address, reply in told.items() if not isinstance(reply, AfterDot) and reply.taken]
        assert len(taken) == len(set(taken))
        if stage != "dot":
            assert sorted(yes) == sorted(taken)


def test_one_bad_recipient_among_good_ones(log):
    mails = [*people(3), (an_envelope("bad@firma.example"), a_mail(99)), *people(3, "q")]
    for name in ("bad-recipients", "bad-recipients-354"):
        with running(log.with_name(name), name) as server, a_session(server.port) as session:
            told = [str(reply) for reply in send_all(session, mails)]
            assert told == ["250 2.0.0 queued"] * 3 + ["550 5.1.1 User unknown"] + ["250 2.0.0 queued"] * 3
            assert "bad@firma.example" not in who(server)
            assert len(who(server)) == 6


def test_a_refusal_of_us(log):
    with running(log, "blocked") as server, a_session(server.port) as session:
        assert [verdict(reply) for reply in send_all(session, people(2))] == ["sender"] * 2


def test_oversize_is_known_before_it_is_sent(log):
    large = a_mail(size=5000)
    with running(log, size=2000) as server, a_session(server.port) as session:
        reply = session.offer(an_envelope(size=len(large)))
        assert (reply.enhanced, verdict(reply)) == ("5.3.4", "sender")
        assert "5 kB" in reply.text
        assert session.offer(an_envelope(size=1000)) is None
        assert session.deliver(a_mail(size=800)).taken


def test_oversize_that_the_relay_finds_at_the_dot(log):
    script = Script(rules=(rule("dot", "552 5.3.4 too big"),))
    with running(log, script) as server, a_session(server.port) as session:
        assert [verdict(reply) for reply in send_all(session, people(2))] == ["sender"] * 2


@pytest.mark.parametrize("offers", [("PIPELINING", "8BITMIME", "SMTPUTF8"), ("PIPELINING", "8BITMIME")])
def test_letters_beyond_ascii_before_the_at(log, offers):
    mails = [
        *people(1),
        (an_envelope("søren@firma.example", smtputf8=True), a_mail(7)),
        (an_envelope("ida@xn--bredgd-tua.example"), a_mail(8)),
    ]
    with running(log, offers=offers) as server, a_session(server.port) as session:
        told = [(reply.code, reply.enhanced) for reply in send_all(session, mails)]
        can = "SMTPUTF8" in offers
        assert told == [(250, "2.0.0"), (250, "2.0.0") if can else (550, "5.6.7"), (250, "2.0.0")]
        assert ("søren@firma.example" in who(server)) is can
        assert "SMTPUTF8" not in server.accepted[0]["mail"]


def test_delivery_reports_are_asked_for(log):
    with running(log) as server, a_session(server.port) as session:
        send_all(session, [(an_envelope("ida+nyt@firma.example", envid="7.ab"), a_mail())])
        (taken,) = server.accepted
        assert taken["mail"] == "RET=HDRS ENVID=7.ab"
        assert taken["rcpt"] == ["NOTIFY=FAILURE ORCPT=rfc822;ida+2Bnyt@firma.example"]


def test_a_relay_that_is_killed_and_comes_back(log):
    """Its log goes on where it was torn."""
    mails = people(6)
    server = start(log)
    with open_session(relay_at(server.port), SOON) as session:
        send_all(session, mails[:3])
        server.kill()
        with pytest.raises((BeforeDot, AfterDot)):
            send_all(session, mails[3:])
    with pytest.raises(Trouble):
        open_session(relay_at(server.port), SOON)
    with log.open("ab") as torn:
        torn.write(b'{"recipients": ["half')
    with running(log, port=server.port) as again, a_session(again.port) as session:
        send_all(session, mails[3:])
    assert [each["recipients"] for each in accepted(log)] == [[each.recipient] for each, _ in mails]


def test_the_relays_own_count_of_mails_for_a_connection_is_heard(log):
    script = Script(rules=(rule("mail", "421 4.7.0 enough", per="connection", skip=3, hang_up=True),))
    with running(log, script) as server:
        told = work(server.port, people(10))
        assert sorted(who(server)) == sorted(told)
        assert all(reply.taken for reply in told.values())
