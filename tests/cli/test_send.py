"""`newsletter approve`, `send`, `status`, `pause`, `resume`, `cancel`, `reconcile`: a send as people lead it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
import smtp_server
from delivery_kit import ISSUE, approved, numbered, relayed, reworded, subscribe
from kit import run
from register_kit import NOW
from sqlalchemy import select, update
from support import edit

from newsletter.store.tables import audit, deliveries, sends


@pytest.fixture
def peopled(register, root, monkeypatch):
    """The small workspace with twelve readers, built."""
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.isoformat())
    monkeypatch.setenv("NEWSLETTER_BY", "Maja")
    subscribe(register, *numbered(12))
    said(run("build", "--workspace", root))
    return root


@pytest.fixture
def relay(tmp_path, peopled):
    """A relay, and the workspace set to send by it."""
    server = smtp_server.start(tmp_path / "accepted.jsonl")
    relayed(peopled, server.port)
    run("build", "--workspace", peopled)
    yield server
    server.kill()


def said(result, code=0):
    assert result.exit_code == code, result.output
    return result.output


def do(root, *words, code=0):
    return said(run(*words, "--workspace", root), code)


def test_approving_shows_what_is_approved(peopled):
    assert do(peopled, "approve", ISSUE).splitlines()[:3] == [
        "2027-01: Nyt i januar fra kommunen",
        "    planned for 2027-01-05 09:00, 12 readers",
        "    edition standard: 12 readers",
    ]
    assert do(peopled, "approve", ISSUE, "--show").splitlines()[-1] == "approved by Maja; it may be sent"
    facts = json.loads(do(peopled, "approve", ISSUE, "--show", "--json"))
    assert facts["approved_by"] == ["Maja"]
    assert facts["readers"] == 12
    assert do(peopled, "approve", ISSUE, "--withdraw") == "2027-01: 1 approval withdrawn\n"
    assert "not approved" in do(peopled, "approve", ISSUE, "--show").splitlines()[-1]


def test_only_what_was_looked_at_can_be_approved(peopled):
    """An edit since the build; an issue with an error."""
    reworded(peopled)
    told = do(peopled, "approve", ISSUE, code=1)
    assert "2027-01 was built anew just now, since content/issues/2027-01.md changed" in told
    edit(peopled, "content/issues/2027-01.md", "story: bageriet", "story: bageriett")
    told = do(peopled, "approve", ISSUE, code=1)
    assert "there is no content/stories/bageriett.md" in told
    assert "2027-01 has errors, so it cannot be approved" in told


def test_an_issue_nobody_knows_is_told_with_a_guess(peopled):
    for command in ("approve", "send", "pause", "resume", "cancel", "reconcile", "status"):
        assert "there is no issue '2027-11': did you mean" in do(peopled, command, "2027-11", code=2)


def test_without_an_approval_nothing_is_sent(peopled):
    told = do(peopled, "send", ISSUE, code=1)
    assert told.splitlines() == [
        "2027-01 is not approved",
        "    let somebody look at build/index.html and run `newsletter approve 2027-01 --by NAME`",
    ]
    assert not (peopled / "build/outbox").exists()


def test_a_send_is_a_rehearsal_unless_it_is_really_said(peopled):
    do(peopled, "approve", ISSUE)
    told = do(peopled, "send", ISSUE)
    assert "12 readers, into build/outbox/ (nothing leaves this machine without --really)" in told
    assert "12  written" in told
    assert len(list((peopled / "build/outbox/2027-01").glob("*.eml"))) == 12
    facts = json.loads(do(peopled, "send", ISSUE, "--json"))
    assert facts["counts"] == {
        "planned": 0, "held": 0, "dotted": 0, "accepted": 12, "rejected": 0, "deferred": 0, "skipped": 0,
        "in_doubt": 0,
    }  # fmt: skip
    assert (facts["issue"], facts["in_doubt"]) == (ISSUE, [])
    told = do(peopled, "send", ISSUE, "--really", code=1)
    assert "newsletter.yml says `transport: outbox`, so nothing can really be sent" in told


def test_really_sending_sends_to_each_once_however_often_it_is_said(peopled, relay):
    do(peopled, "approve", ISSUE)
    told = do(peopled, "send", ISSUE, "--really")
    assert "12 readers, by the relay" in told
    assert "12  accepted by the relay" in told
    assert "has begun already and goes on" in do(peopled, "send", ISSUE, "--really")
    assert sorted(address for mail in relay.accepted for address in mail["recipients"]) == sorted(numbered(12))
    assert "2027-01: done, 12 readers, by the relay, ended" in do(peopled, "status")
    assert json.loads(do(peopled, "status", ISSUE, "--json"))["counts"]["accepted"] == 12


def test_late_readers_get_it_and_nobody_twice(peopled, relay, register):
    do(peopled, "approve", ISSUE)
    do(peopled, "send", ISSUE, "--really")
    subscribe(register, "ny@x.example")
    assert "1 reader, by the relay" in do(peopled, "send", ISSUE, "--really", "--late")
    assert len(relay.accepted) == 13
    status = json.loads(do(peopled, "status", ISSUE, "--json"))
    assert status["counts"]["accepted"] == 13
    assert [each["kind"] for each in status["sends"]] == ["late", "issue"]


def test_a_test_copy_is_marked_and_goes_to_one(peopled, relay):
    assert "written into build/outbox/test" in do(peopled, "send", ISSUE, "--test", "chef@kommune.example")
    (mail,) = (peopled / "build/outbox/test").glob("*.eml")
    assert b"Subject: [TEST] Nyt i januar fra kommunen" in mail.read_bytes()
    assert f"was sent by 127.0.0.1:{relay.port}" in do(peopled, "send", ISSUE, "--test", "r1@x.example", "--really")
    assert [mail["recipients"] for mail in relay.accepted] == [["r1@x.example"]]
    told = do(peopled, "send", ISSUE, "--test", "r1@x.example", "--edition", "standart", code=1)
    assert "2027-01 has no edition 'standart'" in told
    assert "did you mean 'standard'" in told
    assert "this is not a mail address: it has no @" in do(peopled, "send", ISSUE, "--test", "ingen", code=2)


def test_pausing_resuming_and_cancelling(peopled, relay, register):
    do(peopled, "approve", ISSUE)
    assert "2027-01 has not been sent" in do(peopled, "pause", ISSUE, code=1)
    relay.kill()
    told = do(peopled, "send", ISSUE, "--really", code=1)
    assert "nothing is lost: the same command goes on where it was" in told
    assert do(peopled, "pause", ISSUE) == "2027-01: paused\n"
    assert "2027-01 is paused: only a send that is going out can be paused" in do(peopled, "pause", ISSUE, code=1)
    assert "newsletter resume 2027-01 goes on" in do(peopled, "status", ISSUE)
    assert do(peopled, "resume", ISSUE).startswith("2027-01: sending\n")
    assert "12 readers will not get it any more" in do(peopled, "cancel", ISSUE)
    assert "2027-01 was cancelled: nobody gets an issue twice" in do(peopled, "send", ISSUE, "--really", code=1)
    with register.read() as connection:
        actions = connection.scalars(select(audit.c.action).where(audit.c.about == "send")).all()
        assert actions == ["send", "pause", "resume", "cancel"]


def test_those_in_doubt_are_named_and_settled_by_a_log_or_a_word(peopled, relay, register, tmp_path):
    do(peopled, "approve", ISSUE)
    do(peopled, "send", ISSUE, "--really")
    names = [f"r{number}@x.example" for number in range(4)]
    with register.write() as connection:
        hashes = [register.hash_of(name) for name in names]
        connection.execute(update(deliveries).where(deliveries.c.address_hash.in_(hashes)).values(state="in_doubt"))
        send = connection.scalar(select(sends.c.id))
    told = do(peopled, "status", ISSUE)
    assert [f"    in doubt: {name}" in told for name in names] == [True] * 4
    log = tmp_path / "mail.log"
    line = f"<2027-01.{send}.{hashes[0].hex()}@kommune.example>"
    log.write_text(
        f"Jan  5 09:00:01 relay postfix/cleanup[1]: 4ABCDEF012: message-id={line}\n"
        "Jan  5 09:00:02 relay postfix/smtp[2]: 4ABCDEF012: to=<r0@x.example>, relay=x, status=sent (250 ok)\n"
    )
    told = do(peopled, "reconcile", ISSUE, "--log", log, "--arrived", names[1], "--resend", names[2])
    assert told.splitlines() == [
        "r0@x.example: arrived",
        "r1@x.example: arrived",
        "r2@x.example: will be sent again",
        "r3@x.example: still in doubt",
        "    newsletter send 2027-01 --really, or newsletter run, sends it to them",
        "    look into the relay's log (--log), or say --arrived ADDRESS or --resend ADDRESS",
    ]
    do(peopled, "send", ISSUE, "--really")
    assert len(relay.accepted) == 13
    assert "is not in doubt" in do(peopled, "reconcile", ISSUE, "--arrived", names[1], code=1)
    both = do(peopled, "reconcile", ISSUE, "--arrived", names[3], "--resend", names[3], code=2)
    assert "said to have arrived and to be sent again" in both
    assert json.loads(do(peopled, "reconcile", ISSUE, "--rest", "arrived", "--json"))["accepted"] == [names[3]]


def test_a_real_process_stops_cleanly_when_told(peopled, register, tmp_path):
    """SIGTERM in the middle: nobody is in doubt; the same command goes on, and everybody has it once."""
    subscribe(register, *numbered(60, "y.example"))
    server = smtp_server.start(tmp_path / "slow.jsonl", "trickle")
    relayed(peopled, server.port)
    run("build", "--workspace", peopled)
    approved(peopled, register)
    command = [sys.executable, "-m", "newsletter", "send", ISSUE, "--really", "--json"]
    process = subprocess.Popen(command, cwd=peopled, stdout=subprocess.PIPE)
    while len(server.accepted) < 3 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    facts = json.loads(process.communicate(timeout=30)[0])
    assert process.returncode == 0
    assert facts["counts"]["in_doubt"] == facts["counts"]["held"] == facts["counts"]["dotted"] == 0
    assert 3 <= facts["counts"]["accepted"] == len(server.accepted) < 72
    do(peopled, "send", ISSUE, "--really")
    server.kill()
    got = sorted(address for mail in server.accepted for address in mail["recipients"])
    assert got == sorted([*numbered(12), *numbered(60, "y.example")])
