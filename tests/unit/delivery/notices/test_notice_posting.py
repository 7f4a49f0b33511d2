"""Sending a notice over a real line: each key once, whatever the relay does and whenever somebody dies."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
import smtp_server
from delivery_kit import relayed
from message_kit import read
from notices_kit import ANNA, MORNING, a_notice, posting, states
from register_kit import a_person
from smtp_server import rule
from sqlalchemy import select
from support import REPOSITORY

from newsletter.delivery.notices import File, Recipient, in_doubt, known, settle
from newsletter.delivery.notices.doubt import reconcile
from newsletter.delivery.notices.rows import WAIT, claim
from newsletter.problems import Refused
from newsletter.store.tables import notices

KEY = "reminder/anna-eksempel/2027-01-05"
BO = Recipient(address="bo@kommune.example", contact="bo-eksempel")


@pytest.fixture
def relay(root, tmp_path):
    """Starts a relay that behaves so, and lets the workspace send by it."""
    servers = []

    def begin(*rules, **settings):
        server = smtp_server.start(tmp_path / f"{len(servers)}.jsonl", smtp_server.Script(rules=rules, keep=True))
        servers.append(server)
        if len(servers) == 1:
            relayed(root, server.port, **settings)
        return server

    yield begin
    for server in servers:
        server.kill()


def sent(root, register, *given, **facts):
    """What became of these notices."""
    with posting(root, register, **facts) as post:
        return [post.send(notice) for notice in given or [a_notice()]]


def test_it_goes_out_once_and_asking_again_tells_how_it_ended(root, register, relay):
    server = relay()
    first, second = sent(root, register, a_notice(), a_notice(text="other words\n"))
    third = sent(root, register)[0]
    assert (first.state, first.again) == ("accepted", False)
    assert [(each.state, each.again) for each in (second, third)] == [("accepted", True)] * 2
    assert [mail["recipients"] for mail in server.accepted] == [["anna@kommune.example"]]
    with register.read() as connection:
        row = connection.execute(select(notices)).one()
    assert (row.kind, row.contact, row.person_id, row.at, row.ended_at) == (
        "reminder",
        "anna-eksempel",
        None,
        MORNING,
        MORNING,
    )
    assert row.answer == "250 2.0.0 queued"


def test_several_go_over_one_line_and_the_bytes_that_arrive_are_a_whole_mail(root, register, relay):
    server = relay()
    sent(root, register, a_notice(), a_notice("reminder/bo-eksempel/2027-01-05", to=BO))
    mails = [read(base64.b64decode(mail["data"])) for mail in server.accepted]
    assert [mail["To"] for mail in mails] == ["Anna Åkjær <anna@kommune.example>", "bo@kommune.example"]
    assert len({mail["Message-ID"] for mail in mails}) == 2


def test_a_line_that_closes_after_the_dot_leaves_doubt_and_nothing_is_sent_again(root, register, relay):
    server = relay(rule("dot", do="take-and-drop", times=1))
    assert sent(root, register)[0].state == "in_doubt"
    assert (sent(root, register)[0].state, sent(root, register)[0].again) == ("in_doubt", True)
    assert len(server.accepted) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        rule("rcpt", "450 4.7.1 Greylisted", times=1),
        rule("dot", "451 4.3.0 queue file write error", times=1),
    ],
    ids=["put off", "put off at the dot"],
)
def test_what_was_certainly_not_taken_leaves_nothing_behind_and_may_go_later(root, register, relay, trouble):
    server = relay(trouble)
    assert sent(root, register)[0].state == "deferred"
    assert states(register) == {}
    assert sent(root, register)[0].state == "accepted"
    assert len(server.accepted) == 1


def test_a_line_that_closes_while_the_body_leaves_leaves_nothing_behind(root, register, relay):
    """Only a body too large for the line's buffers shows that it was cut; else it might have arrived."""
    server = relay(rule("body", do="drop", after_bytes=300, times=1))
    large = a_notice(files=(File(name="large.pdf", kind="application/pdf", data=bytes(12_000_000)),))
    assert sent(root, register, large)[0].state == "deferred"
    assert states(register) == {}
    assert sent(root, register)[0].state == "accepted"
    assert len(server.accepted) == 1


def test_a_refusal_that_is_about_the_reader_is_the_end_of_it(root, register, relay):
    server = relay(rule("rcpt", "550 5.1.1 User unknown", match="anna"))
    first, second = sent(root, register, a_notice(), a_notice("reminder/bo-eksempel/2027-01-05", to=BO))
    assert (first.state, second.state) == ("rejected", "accepted")
    assert sent(root, register)[0].again
    assert len(server.accepted) == 1


@pytest.mark.parametrize("stage", ["mail", "dot"])
def test_a_refusal_that_is_about_us_stops_all_and_all_may_go_later(root, register, relay, stage):
    server = relay(rule(stage, "550 5.7.1 your server is blocked", times=1))
    with pytest.raises(Refused, match="your server is blocked"):
        sent(root, register)
    assert states(register) == {}
    assert sent(root, register)[0].state == "accepted"
    assert len(server.accepted) == 1


def test_without_a_relay_nothing_is_written_down(root, register, relay):
    relay().kill()
    with pytest.raises(Refused, match=r"127\.0\.0\.1"):
        sent(root, register)
    assert states(register) == {}


def test_a_relay_that_hung_up_between_two_mails_is_called_again(root, register, relay):
    server = relay(rule("dot", do="also", reply="", hang_up=True, times=1))
    with posting(root, register) as post:
        first = post.send(a_notice())
        time.sleep(0.2)
        second = post.send(a_notice("reminder/bo-eksempel/2027-01-05", to=BO))
    assert (first.state, second.state) == ("accepted", "accepted")
    assert len(server.accepted) == 2


def test_outside_production_only_those_on_the_list_get_mail_and_the_others_are_not_written_down(root, register, relay):
    server = relay(allow="[bo@kommune.example]")
    text = (root / "newsletter.yml").read_text("utf-8").replace("environment: production", "environment: test")
    (root / "newsletter.yml").write_text(text, "utf-8")
    first, second = sent(root, register, a_notice(), a_notice("reminder/bo-eksempel/2027-01-05", to=BO))
    assert (first.state, second.state) == ("skipped", "accepted")
    assert "allow-list" in first.answer
    assert list(states(register)) == ["reminder/bo-eksempel/2027-01-05"]
    assert len(server.accepted) == 1


def test_an_address_that_is_none_stops_nobody_else(root, register, relay):
    relay()
    bad = Recipient(address="nobody at all", contact="x")
    first, second = sent(root, register, a_notice("a/1", to=bad), a_notice())
    assert (first.state, second.state) == ("skipped", "accepted")


def test_without_really_it_is_a_file_that_may_be_written_again_and_stands_in_no_way(root, register, relay):
    server = relay()
    assert [each.state for each in sent(root, register, a_notice(), a_notice(), really=False)] == ["written"] * 2
    files = list((root / "build/outbox/notices").iterdir())
    assert [read(file.read_bytes())["To"] for file in files] == ["Anna Åkjær <anna@kommune.example>"]
    assert (states(register), server.accepted) == ({}, [])
    assert sent(root, register)[0].state == "accepted"


def test_a_workspace_that_only_writes_files_cannot_really_send(root, register):
    with pytest.raises(Refused, match="transport: outbox"):
        sent(root, register)


def test_somebody_who_holds_a_key_keeps_it_and_who_has_gone_leaves_doubt(root, register, relay):
    server = relay()
    with register.write() as connection:
        assert claim(connection, a_notice(), MORNING) is not None
        assert claim(connection, a_notice(), MORNING) is None
    assert sent(root, register, now=MORNING + WAIT)[0].state == "held"
    assert sent(root, register, now=MORNING + WAIT + timedelta(seconds=1))[0].state == "in_doubt"
    with register.write() as connection:
        assert settle(connection, MORNING + timedelta(days=1)) == []
        assert known(connection, [KEY, "another"]).keys() == {KEY}
    assert server.accepted == []


def test_what_is_in_doubt_is_listed_by_name_for_some_weeks(root, register, relay):
    relay(rule("dot", do="take-and-drop", match="anna|ida"))
    with register.write() as connection:
        ida = a_person(connection, register, "ida@firma.example")
        claim(connection, a_notice("held/1"), MORNING)
    to_ida = Recipient(address="ida@firma.example", person_id=ida)
    sent(root, register, a_notice("place/1", to=to_ida), a_notice(), a_notice("reminder/bo", to=BO))
    with register.read() as connection:
        assert {each.key: each.who for each in in_doubt(connection, MORNING)} == {
            "place/1": "ida@firma.example",
            KEY: "anna-eksempel",
        }
        later = in_doubt(connection, MORNING + WAIT + timedelta(minutes=1))
        assert {each.key for each in later} == {"place/1", KEY, "held/1"}
        assert in_doubt(connection, MORNING + timedelta(days=31)) == []


def test_a_key_that_a_person_calls_lost_goes_once_more_and_only_once(root, register, relay):
    server = relay(rule("dot", do="take-and-drop", times=1))
    assert [each.state for each in sent(root, register, a_notice(), a_notice())] == ["in_doubt", "in_doubt"]
    reconcile(register, {KEY: "lost"}, now=MORNING, actor="maja")
    assert [each.again for each in sent(root, register, a_notice(), a_notice())] == [False, True]
    assert states(register) == {KEY: "accepted"}
    assert len(server.accepted) == 2  # the first had arrived after all: it was a person's word


def test_two_at_the_same_moment_send_one_mail(root, register, relay):
    server = relay(rule("rcpt", do="also", reply="", delay=0.3))
    found = []
    threads = [threading.Thread(target=lambda: found.extend(sent(root, register))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.accepted) == 1
    assert sorted(each.again for each in found) == [False, True]


SENDER = """
import os, sys
sys.path.insert(0, "tests")
from pathlib import Path
from notices_kit import a_notice, posting
from newsletter.settings import read_settings
from newsletter.store.register import open_register
root = Path(sys.argv[1])
register = open_register(root, read_settings(root))
print("ready", flush=True)
with posting(root, register) as post:
    post.send(a_notice())
"""


@pytest.mark.parametrize(("stage", "took"), [("dot", 1), ("rcpt", 0)])
def test_killed_after_the_dot_it_is_in_doubt_killed_before_it_goes_out_later(root, register, relay, stage, took):
    """The relay answers late; meanwhile the sender is killed with -9."""
    server = relay(rule(stage, do="also", reply="", delay=30, times=1))
    command = [sys.executable, "-c", SENDER, str(root)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 10
        while (len(server.accepted) < took or not took) and time.monotonic() < deadline:
            time.sleep(0.05)
            if not took and time.monotonic() > deadline - 9:
                break
        os.kill(process.pid, signal.SIGKILL)
    assert states(register) == ({KEY: "held"} if took else {})
    later = sent(root, register, now=MORNING + timedelta(hours=1))[0]
    assert later.state == ("in_doubt" if took else "accepted")
    assert len(server.accepted) == 1


def test_a_key_outlives_the_contact_and_says_nothing_of_the_reader(root, register, relay):
    relay()
    sent(root, register)
    with register.read() as connection:
        row = connection.execute(select(notices)).one()
    assert ANNA.address not in str(row)
