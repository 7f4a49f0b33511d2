"""`newsletter run`: what is due goes out, once, whoever else runs; and it ends cleanly when told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import smtp_server
from delivery_kit import ISSUE, approved, ledger, numbered, relayed, started, subscribe
from kit import run
from ledger_kit import states
from register_kit import NOW
from reminding_kit import a_follow_up, two_consultants
from running_kit import recipients, running, wait_for
from schedule_kit import COPENHAGEN, planned, wall
from smtp_server import Rule, Script
from sqlalchemy import select
from support import REPOSITORY

from newsletter.store.tables import sends

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.store.register import Register

READERS = 60
DUE = datetime(2027, 1, 5, 9, 5, tzinfo=COPENHAGEN)
SLOW = Script(rules=(Rule("dot", do="also", reply="", delay=0.05),))


@pytest.fixture
def peopled(register: Register, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small workspace with readers, built, and planned for nine o'clock."""
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.isoformat())
    subscribe(register, *numbered(READERS))
    assert run("build", "--workspace", root).exit_code == 0
    planned(register, ISSUE, wall("2027-01-05 09:00"), NOW)
    return root


@pytest.fixture
def relay(tmp_path: Path):
    with smtp_server.running(tmp_path / "accepted.jsonl", SLOW) as server:
        yield server


@pytest.fixture
def due_now(register: Register, root: Path, relay) -> Path:
    """A workspace that sends by the relay, whose issue is approved and due this minute, by the real clock."""
    subscribe(register, *numbered(READERS))
    relayed(root, relay.port, connections=2)
    moment = datetime.now(UTC)
    approved(root, register, now=moment - timedelta(hours=1))
    at = (moment - timedelta(minutes=1)).astimezone(COPENHAGEN).replace(tzinfo=None, second=0, microsecond=0)
    planned(register, ISSUE, at, moment - timedelta(hours=1))
    return root


def once(root: Path, monkeypatch: pytest.MonkeyPatch, at: datetime, *words: str) -> str:
    monkeypatch.setenv("NEWSLETTER_NOW", at.isoformat())
    result = run("run", "--once", *words, "--workspace", root)
    assert result.exit_code == 0, result.output
    return result.output


def test_what_is_due_goes_into_the_outbox(peopled: Path, register: Register, monkeypatch):
    approved(peopled, register)
    assert "goes out to" not in once(peopled, monkeypatch, DUE - timedelta(hours=1))
    assert f"2027-01-05 09:05:00 info 2027-01 goes out to {READERS} readers\n" in once(peopled, monkeypatch, DUE)
    assert len(list((peopled / "build/outbox/2027-01").glob("*.eml"))) == READERS
    assert "goes out to" not in once(peopled, monkeypatch, DUE + timedelta(minutes=1))
    assert states(register) == {"accepted": READERS}


def test_consultants_are_reminded_on_the_way(root: Path, register: Register, monkeypatch):
    """Also with --once: before half past seven nobody is, and afterwards both databases have it written once."""
    two_consultants(root)
    a_follow_up(register, "2027-01-05")
    assert "reminder" not in once(root, monkeypatch, wall("2027-01-05 07:29").replace(tzinfo=COPENHAGEN))
    told = once(root, monkeypatch, wall("2027-01-05 07:31").replace(tzinfo=COPENHAGEN))
    assert "2027-01-05 07:31:00 info 1 reminder to consultants: written into build/outbox/notices/\n" in told
    assert len(list((root / "build/outbox/notices").glob("*.eml"))) == 1
    workers = once(root, monkeypatch, wall("2027-01-05 07:31").replace(tzinfo=COPENHAGEN), "--role", "worker")
    assert "reminder" not in workers


def test_what_nobody_approved_or_sealed_is_told_and_nothing_is_sent(peopled: Path, register: Register, monkeypatch):
    shutil.rmtree(peopled / "build/2027-02")
    planned(register, "2027-02", wall("2027-01-05 09:00"), NOW)
    told = once(peopled, monkeypatch, DUE)
    assert "error 2027-01 cannot go out: 2027-01 is not approved" in told
    assert "error 2027-02 cannot go out: 2027-02 is not sealed yet" in told
    assert "it is tried until 15:00" in told
    assert not (peopled / "build/outbox").exists()
    assert states(register) == {}


def test_what_was_missed_is_told_and_not_sent(peopled: Path, register: Register, monkeypatch):
    approved(peopled, register)
    assert "error 2027-01 was to go out at 2027-01-05 09:00 and did not" in once(
        peopled, monkeypatch, DUE + timedelta(days=1)
    )
    assert states(register) == {}


def test_the_log_can_be_json(peopled: Path, register: Register, monkeypatch):
    approved(peopled, register)
    lines = [json.loads(line) for line in once(peopled, monkeypatch, DUE, "--log", "json").splitlines()]
    assert [line["level"] for line in lines] == ["info"] * 3
    assert lines[1]["text"] == f"2027-01 goes out to {READERS} readers"
    assert datetime.fromisoformat(lines[1]["at"]) - DUE < timedelta(minutes=1)


def test_no_address_stands_in_the_log(due_now: Path, register: Register):
    with running(due_now, log=due_now / "log"):
        wait_for(lambda: states(register) == {"accepted": READERS})
    assert "@" not in (due_now / "log").read_text("utf-8")


def test_started_twice_it_sends_once(due_now: Path, register: Register, relay):
    with running(due_now, count=2) as processes:
        wait_for(lambda: states(register) == {"accepted": READERS})
        assert [each.stop() for each in processes] == [0, 0]
    assert recipients(relay) == dict.fromkeys(numbered(READERS), 1)
    with register.read() as connection:
        assert connection.execute(select(sends.c.kind, sends.c.state)).all() == [("issue", "done")]


def test_one_plans_and_another_sends(due_now: Path, register: Register, relay):
    with running(due_now, "--role", "scheduler") as (planner,):
        wait_for(lambda: states(register) == {"planned": READERS})
        with running(due_now, "--role", "worker") as (worker,):
            wait_for(lambda: states(register) == {"accepted": READERS})
            assert [planner.stop(), worker.stop()] == [0, 0]
    assert len(relay.accepted) == READERS


def test_told_to_stop_in_the_middle_it_leaves_nobody_in_doubt(root: Path, register: Register, relay):
    subscribe(register, *numbered(READERS))
    relayed(root, relay.port)
    moment = datetime.now(UTC)
    approved(root, register, now=moment)
    send = started(root, register, now=moment)
    with running(root) as (process,):
        wait_for(lambda: len(relay.accepted) > 5)
        assert process.stop(10) == 0
    found = ledger(register, send)
    assert set(found.values()) == {"accepted", "planned"}
    assert list(found.values()).count("accepted") == len(relay.accepted) < READERS
    with running(root):
        wait_for(lambda: states(register) == {"accepted": READERS})
    assert recipients(relay) == dict.fromkeys(numbered(READERS), 1)


def test_what_came_back_is_read(peopled: Path, monkeypatch):
    box = peopled / "returned"
    for folder in ("cur", "new", "tmp"):
        (box / folder).mkdir(parents=True)
    mail = "From: MAILER-DAEMON@x.example\nTo: nyt@kommune.example\nSubject: hm\nMessage-ID: <1@x>\n\nhm\n"
    (box / "new" / "1.x").write_text(mail)
    with (peopled / "newsletter.yml").open("a") as file:
        file.write("delivery:\n  bounces:\n    mailbox: maildir:returned\n")
    assert "1 new mail in the mailbox" in once(peopled, monkeypatch, NOW)
    assert "new mail" not in once(peopled, monkeypatch, NOW)


def test_it_starts_without_what_it_does_not_need():
    """The engine is imported where there is a server and somebody works; nobody waits for it else."""
    code = (
        "import sys; from newsletter.cli import main\n"
        "try: main(['run', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'procrastinate', 'psycopg', 'sqlalchemy', 'dkim'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
