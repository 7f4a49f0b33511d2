"""`newsletter enquiries` and its verbs, as the unit uses them."""

from __future__ import annotations

import json

import pytest
from kit import run
from register_kit import a_company
from reminding_kit import an_enquiry, morning, two_consultants
from sqlalchemy import select
from support import REPOSITORY, SETTINGS, put

from newsletter.store.tables import enquiries

CVR = "13748136"


@pytest.fixture
def ask(register, root, monkeypatch):
    """A command of Anna's on the morning of Friday the 8th of January 2027; Bo has the topic mentor."""
    two_consultants(root)
    put(root, "newsletter.yml", f"{SETTINGS}service: {{topics: {{mentor: bo}}, answer_hours: 24}}\n")
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-08T08:00:00+01:00")
    monkeypatch.setenv("NEWSLETTER_BY", "anna")
    with register.write() as connection:
        a_company(connection, name="Byg ApS", cvr=CVR, contact="anna")
    return lambda *words: run("enquiries", *words, "--workspace", root)


def rows(register):
    with register.read() as connection:
        return connection.execute(select(enquiries).order_by(enquiries.c.id)).all()


def test_an_enquiry_is_written_down_with_who_answers_and_until_when(ask, register):
    told = ask("add", CVR, "--channel", "phone", "--topic", "fleksjob", "--text", "Hvad koster det?")
    assert told.stdout == "enquiry 1: Byg ApS, anna answers, promised by Monday 2027-01-11 08:00\n"
    found = rows(register)[0]
    assert (found.received_at, found.promised_by) == (morning("2027-01-08 08:00"), morning("2027-01-11 08:00"))
    assert (found.text, found.recorded_by, found.channel) == ("Hvad koster det?", "anna", "phone")


@pytest.mark.parametrize(
    ("words", "consultant", "until"),
    [
        (("--topic", "mentor"), "bo", "2027-01-11T07:00:00+00:00"),
        (("--topic", "mentor", "--consultant", "anna"), "anna", "2027-01-11T07:00:00+00:00"),
        (("--topic", "andet", "--hours", "4"), "anna", "2027-01-08T11:00:00+00:00"),
        (("--topic", "andet", "--received", "2027-01-07 15:00"), "anna", "2027-01-08T14:00:00+00:00"),
    ],
)
def test_who_answers_and_until_when_can_be_said(ask, words, consultant, until):
    told = json.loads(ask("add", "Byg", "--channel", "mail", *words, "--json").stdout)
    assert told == {"number": 1, "consultant": consultant, "promised_by": until}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--channel", "fax", "--topic", "mentor"), 2, "fax"),
        (("--channel", "mail", "--topic", "Et spørgsmål"), 1, "no short word"),
        (("--channel", "mail", "--topic", "mentor", "--received", "2027-01-08 09:00"), 1, "later than now"),
        (("--channel", "mail", "--topic", "mentor", "--received", "i går"), 1, "is not a day and a time"),
        (("--channel", "mail", "--topic", "mentor", "--text", "010190-1234"), 1, "CPR"),
        (("--channel", "mail", "--topic", "mentor", "--consultant", "ana"), 2, "did you mean 'anna'"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(ask, register, words, code, told):
    found = ask("add", CVR, *words)
    assert (found.exit_code, told in found.stderr) == (code, True), found.stderr
    assert rows(register) == []


def test_no_match_stays_open_until_the_company_has_heard(ask, register):
    an_enquiry(register, "2027-01-05 09:00")
    noted = ask("answer", "1", "--outcome", "no-match", "--not-told-yet")
    assert "it stays open until the company has heard it" in noted.stdout
    assert "no-match, not told yet" in ask().stdout
    assert ask("answer", "1", "--at", "2027-01-08 07:30").stdout == "enquiry 1 is answered: no-match\n"
    assert (rows(register)[0].outcome, rows(register)[0].answered_at) == ("no-match", morning("2027-01-08 07:30"))
    assert ask("answer", "1", "--outcome", "answered").exit_code == 1
    assert ask("answer", "2", "--not-told-yet", "--at", "2027-01-08").exit_code == 2


def test_the_list_has_the_most_urgent_first_and_says_how_the_promise_was_kept(ask, register):
    """Two open, 73 hours of Wednesday to Friday over and 4 left; of three that count, one heard in time, in 5 hours."""
    an_enquiry(register, "2027-01-08 12:00")
    an_enquiry(register, "2027-01-05 07:00")
    an_enquiry(register, "2027-01-05 09:00", outcome="answered", answered_at=morning("2027-01-04 14:00"))
    an_enquiry(register, "2027-01-05 09:00", outcome="meeting", answered_at=morning("2027-01-06 14:00"))
    an_enquiry(register, "2027-01-05 09:00", "bo")
    shown = ask()
    lines = shown.stdout.splitlines()
    assert [line.split("\t")[:3] for line in lines[1:3]] == [["2", "73.0 h over", "anna"], ["1", "4.0 h left", "anna"]]
    assert lines[-1] == (
        "promised: 24 hours of working days; since 2026-10-10: "
        "1 of 3 heard in time (33 %), half within 29.0 hours; 1 over, 1 waiting"
    )
    told = json.loads(ask("--answered", "--json").stdout)
    assert [each["number"] for each in told["open"]] == [2, 1]
    assert [each["hours_left"] for each in told["open"]] == [-73.0, 4.0]
    assert [each["number"] for each in told["answered"]] == [4, 3]
    promise = {
        "hours": 24,
        "since": "2026-10-10",
        "on_time": 1,
        "late": 1,
        "over": 1,
        "waiting": 1,
        "median_hours": 29.0,
    }
    assert told["promise"] == {**promise, "share": pytest.approx(1 / 3)}
    late = ask("--answered", "--since", "2027-01-01").stdout
    assert "4\t2027-01-06, late\t" in late
    assert "3\t2027-01-04\t" in late
    assert "nothing to count since 2027-01-08" in ask("--since", "2027-01-08").stdout


def example(heading):
    """What docs/commands.md shows of a form that programs read."""
    tour = (REPOSITORY / "docs/commands.md").read_text("utf-8")
    return json.loads(tour.split(f"### {heading} --json\n")[1].split("```json\n")[1].split("```")[0])


def test_the_forms_that_programs_read_are_told(ask):
    added = json.loads(ask("add", CVR, "--channel", "mail", "--topic", "mentor", "--json").stdout)
    assert list(added) == list(example("enquiries add"))
    found, shown = example("enquiries list"), json.loads(ask("--all", "--json").stdout)
    assert [list(shown), list(shown["open"][0]), list(shown["promise"])] == [
        list(found),
        list(found["open"][0]),
        list(found["promise"]),
    ]


def test_nobody_waits(ask):
    assert "nobody waits for an answer" in ask().stdout
