"""`campaign result add | undo | consent` and `campaign results`."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from delivery_kit import approved, relayed, started, subscribe
from kit import run
from ledger_kit import frozen
from register_kit import NOW, a_company

from newsletter.campaigns.results.listing import Result
from newsletter.delivery.letter import Sheet
from newsletter.delivery.naming import names, told_of

CPR = "010190-" + "1234"


@pytest.fixture
def ask(register, root, monkeypatch):
    """A command in a workspace with two companies."""
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.isoformat())
    with register.write() as connection:
        a_company(connection, name="Eksempelsmeden", cvr="13748136", town="Byen")
        a_company(connection, name="Eksempelhotellet", cvr="25313763", town="Havnen")
    monkeypatch.setenv("NEWSLETTER_BY", "Maja")
    return lambda *words, given=None: run("campaign", *words, "--workspace", root, given=given)


def listed(ask) -> list[dict]:
    return json.loads(ask("results", "besoeg", "--json").stdout)["results"]


class TestAdd:
    def test_all_of_it_in_one_line(self, ask):
        made = ask(
            "result", "add", "besoeg", "agreement", "--company", "13748136", "--scheme", "fleksjob", "--number", "2"
        )
        assert made.exit_code == 0, made.stderr
        assert made.stdout.startswith("1: 2 agreement (fleksjob) of Eksempelsmeden on 2026-11-22, for besoeg\n")
        assert "outside of the campaign's period (2027-01-01 to 2027-06-30)" in made.stdout

    def test_what_is_missing_is_asked_for(self, ask):
        made = ask("result", "add", "besoeg", given="press\nEksempelavisen: et år med fleksjob\n")
        assert made.exit_code == 0, made.stderr
        made = ask("result", "add", "besoeg", given="agreement\neksempelhotellet\nfleksjob\n")
        assert made.exit_code == 0, made.stderr
        assert [(row["measure"], row["company"], row["scheme"]) for row in listed(ask)] == [
            ("agreement", "Eksempelhotellet", "fleksjob"),
            ("press", None, None),
        ]

    def test_an_ambassador_may_be_a_person_who_is_not_named(self, ask):
        made = ask("result", "add", "besoeg", "ambassador", given="\n")
        assert made.exit_code == 0, made.stderr
        assert [(row["measure"], row["company"], row["naming"]) for row in listed(ask)] == [
            ("ambassador", None, "not asked")
        ]

    def test_a_question_without_an_answer_writes_nothing(self, ask):
        made = ask("result", "add", "besoeg", "pledge", given="")
        assert made.exit_code == 2
        assert "nothing was written: 'Which company (CVR number or name)' was not answered" in made.stderr
        assert listed(ask) == []

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("besøg", "pledge"), "there is no campaigns/besøg.yml; did you mean 'besoeg'?"),
            (("besoeg", "agreement", "--company", "13748136", "--scheme", "flexjob"), "did you mean 'fleksjob'?"),
            (("besoeg", "mentor", "--company", "x", "--consent-on", "2026-11-01"), "a consent has two days"),
            (("besoeg", "mentor", "--consent-on", "2026-11-02", "--consent-until", "2026-11-01"), "before 2026-11-02"),
            (("besoeg", "medal"), "'medal' is not one of"),
        ],
    )
    def test_what_is_not_understood_is_told(self, ask, words, told):
        made = ask("result", "add", *words)
        assert made.exit_code == 2
        assert told in made.stderr
        assert listed(ask) == []

    def test_two_things_wrong_are_told_together(self, ask):
        made = ask("result", "add", "besoeg", "press", "--note", f"Om {CPR}", "--number", "0")
        assert made.exit_code == 1
        assert "0 is no number of results" in made.stderr
        assert "looks like a CPR number" in made.stderr

    def test_a_company_nobody_knows_is_told_with_those_near(self, ask):
        made = ask("result", "add", "besoeg", "pledge", "--company", "Eksempelhotelet")
        assert made.exit_code == 1
        assert "did you mean 'Eksempelhotellet'" in made.stderr

    def test_the_day_is_that_of_the_workspace(self, ask, monkeypatch):
        """At New Year in Denmark it is still the old year in UTC."""
        monkeypatch.setenv("NEWSLETTER_NOW", "2026-12-31T23:30:00+00:00")
        made = ask("result", "add", "besoeg", "mentor", "--company", "13748136", "--json")
        assert json.loads(made.stdout) == {
            "result": 1,
            "measure": "mentor",
            "company": "Eksempelsmeden",
            "happened_on": "2027-01-01",
        }


class TestList:
    def test_who_may_be_named_is_seen(self, ask):
        ask("result", "add", "besoeg", "pledge", "--company", "13748136")
        ask(
            *("result", "add", "besoeg", "mentor", "--company", "25313763"),
            *("--consent-on", "2026-11-01", "--consent-until", "2027-10-31"),
        )
        rows = [line.split("\t") for line in ask("results", "besoeg").stdout.splitlines()]
        assert [(row[2], row[4], row[6]) for row in rows] == [
            ("mentor", "Eksempelhotellet, CVR 25313763", "until 2027-10-31"),
            ("pledge", "Eksempelsmeden, CVR 13748136", "not asked"),
        ]
        assert list(listed(ask)[0]) == list(Result.__annotations__)

    def test_a_campaign_without_any_says_how_to_begin(self, ask):
        assert "newsletter campaign result add besoeg" in ask("results", "besoeg").stderr

    def test_an_undone_one_is_gone(self, ask):
        ask("result", "add", "besoeg", "pledge", "--company", "13748136")
        assert "undone" in ask("result", "undo", "1").stdout
        again = ask("result", "undo", "1")
        assert again.exit_code == 1
        assert "was undone on 2026-11-22" in again.stderr
        assert listed(ask) == []


class TestConsent:
    @pytest.fixture
    def pledge(self, ask) -> None:
        ask("result", "add", "besoeg", "pledge", "--company", "13748136")

    @pytest.mark.usefixtures("pledge")
    def test_given_and_withdrawn(self, ask):
        assert "from 2026-11-22 until 2027-12-31" in ask("result", "consent", "1", "--until", "2027-12-31").stdout
        assert listed(ask)[0]["naming"] == "agreed"
        told = ask("result", "consent", "1", "--withdraw").stdout
        assert told.startswith("1: withdrawn (1)\n")
        assert "no issue that was sent named it" in told
        assert listed(ask)[0]["naming"] == "withdrawn"

    @pytest.mark.usefixtures("pledge")
    @pytest.mark.parametrize(
        "words", [(), ("--until", "2027-12-31", "--withdraw"), ("--withdraw", "--on", "2026-11-01")]
    )
    def test_one_of_the_two_is_said(self, ask, words):
        made = ask("result", "consent", "1", *words)
        assert made.exit_code == 2
        assert "one of the two" in made.stderr

    @pytest.mark.usefixtures("pledge")
    def test_a_consent_that_has_ended_before_it_began_and_a_result_nobody_knows(self, ask):
        assert "before 2026-11-22" in ask("result", "consent", "1", "--until", "2026-11-21").stderr
        assert "there is no result 7" in ask("result", "consent", "7", "--until", "2027-11-21").stderr

    @pytest.mark.usefixtures("pledge")
    def test_the_sends_that_named_it_are_listed(self, ask, register):
        sheets = {"all": Sheet(name="all", html="", text="Med er:\n- Eksempelsmeden,\n  Byen\n")}
        frozen(register, 1, issue="2026-11", sheets=sheets)
        other = {"all": Sheet(name="all", html="", text="Eksempelsmedens svend")}
        frozen(register, 0, issue="2026-12", sheets=other)
        frozen(register, 0, issue="2026-12", kind="test", sheets=sheets)
        told = ask("result", "consent", "1", "--withdraw", "--json")
        (found,) = json.loads(told.stdout)["named_in"]
        assert (found["issue"], found["kind"]) == ("2026-11", "issue")


def test_a_name_is_found_as_words_however_the_lines_are_broken():
    text = "Tak til Smed & Søn\n  ApS og til Bageriet."
    assert names(text, "Smed & Søn ApS")
    assert names(text, "bageriet")
    assert not names(text, "Bage")
    assert not names(text, "")


def test_the_real_bytes_that_were_sent_are_looked_through(root, register):
    """January tells the story of Bageriet, to builders only."""
    relayed(root, 9)
    subscribe(register, "a@x.example", industry="432200")
    approved(root, register)
    started(root, register, now=NOW + timedelta(hours=1))
    with register.read() as connection:
        (found,) = told_of(connection, "Bageriet")
        assert told_of(connection, "Slagteren") == []
    assert found.issue == "2027-01"
    assert found.at == NOW + timedelta(hours=1)
