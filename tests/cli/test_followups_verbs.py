"""`newsletter followups` and its verbs, as consultants use them."""

from __future__ import annotations

import json

import pytest
from kit import run
from register_kit import a_company
from reminding_kit import SECRET, a_follow_up, morning, two_consultants
from sqlalchemy import select
from support import REPOSITORY

from newsletter.store.tables import audit, follow_ups, notices, visits

CVR = "13748136"
MORNING = "2027-01-05T08:00:00+01:00"


@pytest.fixture
def ask(register, root, monkeypatch):
    """A command of Anna's on the morning of the 5th of January 2027."""
    two_consultants(root)
    monkeypatch.setenv("NEWSLETTER_NOW", MORNING)
    monkeypatch.setenv("NEWSLETTER_BY", "anna")
    with register.write() as connection:
        a_company(connection, name="Byg ApS", cvr=CVR, contact="bo")
    return lambda *words: run("followups", *words, "--workspace", root)


def row(register, number=1):
    with register.read() as connection:
        return connection.execute(select(follow_ups).where(follow_ups.c.id == number)).one()


def some(register):
    a_follow_up(register, "2026-12-22")
    a_follow_up(register, "2027-01-05", what="Ring")
    a_follow_up(register, "2027-01-12", company="Smedjen")
    a_follow_up(register, "2027-03-01", company="Far ApS")
    a_follow_up(register, "2027-01-04", "bo")


def test_without_a_verb_it_shows_mine_overdue_first(ask, register):
    some(register)
    shown = ask()
    assert shown.exit_code == 0, shown.stderr
    assert [line.partition("\t")[0] for line in shown.stdout.splitlines()[:-1]] == [
        "Overdue",
        "1",
        "Today",
        "2",
        "Coming",
        "3",
    ]
    assert "\t2026-12-22\t6 working days over\tanna\tByg ApS\t" in shown.stdout
    assert shown.stdout.splitlines()[-1].startswith("next: newsletter followups done 1, move 1 --to DATE")


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--all",), {"overdue": [1, 5], "today": [2], "coming": [3]}),
        (("--consultant", "bo"), {"overdue": [5], "today": [], "coming": []}),
        (("--mine", "--coming", "60"), {"overdue": [1], "today": [2], "coming": [3, 4]}),
        (("--mine", "--coming", "0"), {"overdue": [1], "today": [2], "coming": []}),
        (("list", "--overdue"), {"overdue": [1], "today": [], "coming": []}),
        (("--consultant", "left-in-may"), {"overdue": [], "today": [], "coming": []}),
    ],
)
def test_json_says_whose_and_how_far(ask, register, words, numbers):
    some(register)
    found = json.loads(ask(*words, "--json").stdout)
    assert {name: [each["number"] for each in found[name]] for name in numbers} == numbers
    assert found["as_of"] == "2027-01-05"


def test_who_is_no_contact_sees_all_unless_they_say_mine(ask, register):
    some(register)
    assert "by consultant: anna 3 (1 overdue), bo 1 (1 overdue)" in ask("--by", "boss").stdout
    found = ask("--mine", "--by", "boss")
    assert (found.exit_code, "NEWSLETTER_BY" in found.stderr) == (2, True)
    assert ask("--mine", "--all").exit_code == 2


def example(heading):
    """What docs/commands.md shows of a form that programs read."""
    tour = (REPOSITORY / "docs/commands.md").read_text("utf-8")
    return json.loads(tour.split(f"### {heading} --json\n")[1].split("```json\n")[1].split("```")[0])


def test_the_forms_that_programs_read_are_told(ask, register):
    with register.write() as connection:
        company = a_company(connection, name="Bageriet")
        values = {"company_id": company, "consultant": "anna", "kind": "visit", "recorded_by": "anna"}
        moments = {"visited_on": morning().date(), "recorded_at": morning()}
        visit = connection.execute(visits.insert().values(**values, **moments).returning(visits.c.id)).scalar_one()
    a_follow_up(register, "2027-01-04", visit_id=visit)
    found, shown = example("followups list"), json.loads(ask("--json").stdout)
    first, second = found["overdue"][0], shown["overdue"][0]
    assert (list(shown), list(second)) == (list(found), list(first))
    assert [list(second[part]) for part in ("company", "visit")] == [list(first[part]) for part in ("company", "visit")]
    assert list(json.loads(ask("remind", "--json").stdout)["reminders"][0]) == list(
        example("followups remind")["reminders"][0]
    )
    added = ask("add", CVR, "--what", "Ring", "--due", "5 days", "--json")
    assert list(json.loads(added.stdout)) == list(example("followups add"))


def test_nothing_is_due(ask):
    assert ask().stdout == "nothing is due\n"
    assert ask("--overdue").stdout == "nothing is overdue\n"


def test_one_is_added_moved_and_done(ask, register):
    added = ask("add", CVR, "--what", "Send faktaark", "--due", "3 workdays")
    assert added.stdout == "follow-up 1: Byg ApS, due Friday 2027-01-08, anna\n"
    assert (
        ask("move", "1", "--to", "2027-03-25", "--why", "Messe").stdout == "follow-up 1 is due on Tuesday 2027-03-30\n"
    )
    assert ask("done", "1", "--remark", "Sendt").stdout == "follow-up 1 is done\n"
    found = row(register)
    assert (found.state, found.settled_by, found.settled_at, found.remark) == (
        "done",
        "anna",
        morning("2027-01-05 08:00"),
        "Sendt",
    )
    with register.read() as connection:
        actions = connection.scalars(select(audit.c.action).where(audit.c.action.like("followups%"))).all()
    assert actions == ["followups add", "followups move", "followups done"]


def test_one_is_dropped_with_a_reason(ask, register):
    number = json.loads(ask("add", "Byg", "--what", "Ring", "--due", "2027-01-05", "--by", "boss", "--json").stdout)[
        "number"
    ]
    assert row(register, number).consultant == "bo"
    assert ask("drop", str(number)).exit_code == 2
    assert ask("drop", str(number), "--why", "De har lukket").exit_code == 0
    again = ask("done", str(number))
    assert (again.exit_code, "is dropped since 2027-01-05 by anna" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", CVR, "--what", "Ring", "--due", "2027-01-04"), 2, "has passed"),
        (("add", CVR, "--what", "Ring", "--due", "2027-01-01"), 2, "2027-01-01 has passed"),
        (("add", CVR, "--what", "Ring", "--due", "snart"), 1, "write a day as 2027-01-15"),
        (("add", CVR, "--what", "Ring om 010190-1234", "--due", "5 days"), 1, "CPR"),
        (("add", CVR, "--what", "Ring", "--due", "5 days", "--consultant", "ana"), 2, "did you mean 'anna'"),
        (("add", "Bageriet", "--what", "Ring", "--due", "5 days"), 1, "no company"),
        (("done", "7"), 1, "there is no follow-up number 7"),
        (("done", "99999999999"), 2, "99999999999"),
        (("dnoe", "7"), 2, "did you mean 'done'"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(ask, register, words, code, told):
    found = ask(*words)
    assert (found.exit_code, told in found.stderr) == (code, True), found.stderr
    with register.read() as connection:
        assert connection.execute(select(follow_ups)).all() == []


def test_a_company_without_contact_needs_a_consultant(ask, register):
    with register.write() as connection:
        a_company(connection, name="Smedjen")
    found = ask("add", "Smedjen", "--what", "Ring", "--due", "5 days", "--by", "boss")
    assert (found.exit_code, "--consultant CONTACT" in found.stderr) == (2, True)


def test_a_reminder_by_hand_is_a_file_without_really(ask, register, root):
    some(register)
    told = ask("remind", "--json")
    facts = json.loads(told.stdout)["reminders"]
    assert [(each["key"], each["state"]) for each in facts] == [
        ("reminder/anna/2027-01-05", "written"),
        ("reminder/bo/2027-01-05", "written"),
    ]
    mails = [path.read_text("utf-8") for path in (root / "build/outbox/notices").glob("*.eml")]
    assert len(mails) == 2
    assert not [mail for mail in mails if SECRET.split()[-1] in mail]
    assert "\twritten\tbuild/outbox/notices\n" in ask("remind").stdout
    really = ask("remind", "--really")
    assert (really.exit_code, "transport: outbox" in really.stderr) == (1, True)


def test_a_reminder_that_was_perhaps_sent_stands_in_the_status(ask, register, root):
    with register.write() as connection:
        key = {"key": "reminder/anna/2027-01-04", "kind": "reminder", "contact": "anna"}
        connection.execute(notices.insert().values(**key, state="in_doubt", at=morning("2027-01-04 07:30")))
    shown = run("status", "--workspace", root).stdout
    assert "perhaps sent, and not sent again: reminder/anna/2027-01-04 to anna; ask them\n" in shown


def test_a_name_nobody_has_is_told_with_a_guess(ask):
    assert "did you mean 'anna'?" in ask("--consultant", "ana").stderr


def test_nobody_needs_reminding(ask):
    assert ask("remind").stdout == "nobody needs reminding\n"


@pytest.mark.parametrize("words", [(), ("add", CVR, "--what", "Ring", "--due", "5 days"), ("done", "1"), ("remind",)])
def test_without_a_register_the_way_to_one_is_told(root, words, monkeypatch):
    monkeypatch.delenv("NEWSLETTER_REGISTER", raising=False)
    found = run("followups", *words, "--workspace", root)
    assert found.exit_code == 2
    assert "newsletter companies import" in found.stderr
