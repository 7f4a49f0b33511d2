"""`register sample`: something to look at, and never beside anything real."""

from __future__ import annotations

import json

import pytest
from kit import run
from register_kit import a_company
from sqlalchemy import func, select
from support import REPOSITORY

from newsletter.store.tables import companies, visits


@pytest.fixture
def make(register, starter, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T12:00:00+01:00")
    return lambda *words: run("register", "sample", *words, "--workspace", starter)


def count(register, table) -> int:
    with register.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_it_fills_the_register_with_the_workspaces_own_campaigns(register, make):
    made = make("--companies", "200")
    assert made.exit_code == 0
    assert made.stdout.startswith("a sample of 200 companies, ")
    assert count(register, companies) == 200
    with register.read() as connection:
        campaigns = set(connection.scalars(select(visits.c.campaign)))
        consultants = set(connection.scalars(select(visits.c.consultant)))
    assert campaigns == {"virksomheder-viser-vejen", None}
    assert consultants == {"anna-eksempel", "bo-eksempel"}


def test_the_documentation_shows_what_it_says(make):
    told = make("--companies", "500", "--seed", "1").stdout
    assert told in (REPOSITORY / "docs/companies.md").read_text("utf-8")


def test_another_one_takes_its_place_and_json_tells_of_it(register, make):
    make("--companies", "20")
    facts = json.loads(make("--companies", "10", "--people", "25", "--seed", "7", "--json").stdout)
    assert list(facts) == ["companies", "people", "visits"]
    assert (facts["companies"], facts["people"], count(register, companies)) == (10, 25, 10)


def test_a_register_with_anything_real_in_it_is_left_as_it_is(register, make):
    with register.write() as connection:
        a_company(connection, cvr="13748136")
    made = make("--companies", "20")
    assert made.exit_code == 1
    assert made.stderr.startswith("the register holds more than a sample: it is left as it is\n    make a workspace")
    assert count(register, companies) == 1


@pytest.mark.parametrize("words", [("--companies", "0"), ("--companies", "many"), ("--people", "-1")])
def test_numbers_that_make_no_sense_are_refused(make, words):
    assert make(*words).exit_code == 2
