"""`newsletter register tidy`, alone and beside others who write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from kit import run
from people_kit import join, log, standing
from privacy_kit import everyone
from register_kit import NOW
from support import REPOSITORY

from newsletter.cli import main
from newsletter.subscribers.consent import fold
from newsletter.subscribers.people import find

LATER = NOW + timedelta(days=30)

NEWCOMERS = """
import sys
from datetime import timedelta
from pathlib import Path
from people_kit import join, said
from register_kit import NOW
from newsletter.settings import read_settings
from newsletter.store.register import open_register

root, when = Path(sys.argv[1]), NOW + timedelta(days=30)
register = open_register(root, read_settings(root))
for number in range(150):
    join(register, f"old{number}@firma.example", said(when.date()), now=when)
    join(register, f"new{number}@firma.example", said(when.date()), now=when)
register.close()
"""
TIDYING = """
import sys
from datetime import timedelta
from pathlib import Path
from people_kit import PRIVACY
from register_kit import NOW
from newsletter.settings import read_settings
from newsletter.store.register import open_register
from newsletter.subscribers.privacy import tidy as module

module._AT_ONCE = 10
root = Path(sys.argv[1])
register = open_register(root, read_settings(root))
for _ in range(5):
    module.tidy(register, PRIVACY, now=NOW + timedelta(days=30), actor="natten")
register.close()
"""


@pytest.fixture(autouse=True)
def a_month_later(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", LATER.isoformat())
    monkeypatch.setenv("NEWSLETTER_BY", "maja")
    monkeypatch.setattr(main, "names", tuple({*main.names, "register"}))


def tidy(root, *words):
    result = run("register", "tidy", *words, "--workspace", root)
    assert not result.exception, result.output
    return result.stdout


def people_in(register):
    with register.read() as connection:
        return set(everyone(connection))


def test_a_dry_run_counts_and_removes_nothing(register, root):
    join(register, "bo@firma.example", pending=True)
    told = tidy(root, "--dry-run")
    assert "requests\t1\tasked for the newsletter and did not confirm within 14 days\n" in told
    assert told.endswith("1 would be removed: run it without --dry-run\n")
    assert people_in(register) == {"bo@firma.example"}


def test_tidying_removes_and_says_how_many(register, root):
    join(register, "bo@firma.example", pending=True)
    join(register, "anne@firma.example")
    assert tidy(root).endswith("\n1 removed\n")
    assert tidy(root).endswith("\n0 removed\n")
    assert people_in(register) == {"anne@firma.example"}


def test_programs_get_every_rule(register, root):
    join(register, "bo@firma.example", pending=True)
    told = {each["rule"]: each for each in json.loads(tidy(root, "--json"))}
    assert told["requests"]["count"] == 1
    assert told["requests"]["is_removed"]
    assert list(told) == [
        *("requests", "withdrawn", "unwritten", "erased"),
        *("suppressions", "audit", "snapshots"),
        *("enquiries", "sign-ups", "notes", "next-steps", "notices", "ceased"),
    ]


def start(program, root):
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'tests'}"}
    return subprocess.Popen([sys.executable, "-c", program, root], env=environment, stderr=subprocess.PIPE, text=True)


def test_who_adds_and_who_tidies_at_once_both_finish(register, root):
    for number in range(150):
        join(register, f"old{number}@firma.example", pending=True)
    for process in [start(program, root) for program in (NEWCOMERS, TIDYING, TIDYING)]:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with register.read() as connection:
        for key in everyone(connection):
            person = find(connection, key)
            assert person.standing.state == "subscribed"
            assert standing(connection, person.id) == fold(log(connection, person.id))
    assert len(people_in(register)) == 300
