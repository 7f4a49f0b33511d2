"""`newsletter campaign next`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import icalendar
import pytest
from kit import run
from register_kit import a_company, a_person
from sqlalchemy import insert, select, update
from support import edit, put

from newsletter.store.tables import audit, companies, enquiries, visits

CAMPAIGN = "besoeg"
FILE = "campaigns/besoeg.yml"
SEEN = {"consultant": "service", "recorded_by": "service", "recorded_at": datetime(2027, 1, 4, tzinfo=UTC)}


@pytest.fixture(autouse=True)
def in_march(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-03-15T10:00:00+01:00")


@pytest.fixture
def planned(root):
    """The small workspace's campaign: 12 visits, F and G, spread over its months."""
    edit(root, FILE, "    total: 12\n", "    total: 12\n    by_industry: {F: 8, G: 4}\n")
    return root


def call(root, *words, exit_code=0):
    result = run("campaign", "next", CAMPAIGN, *words, "--workspace", root)
    assert result.exit_code == exit_code, result.output
    return result


def firm(connection, name: str, **columns) -> int:
    values = {"industry": "432200", "nomenclature": "DB25", "size": 5, "postcode": "9999", "town": "Byen", **columns}
    return a_company(connection, name=name, **values)


def visited(connection, company: int, day: date, campaign: str | None = CAMPAIGN, kind: str = "visit") -> None:
    row = {"company_id": company, "campaign": campaign, "kind": kind, "visited_on": day, **SEEN}
    row |= {"industry": "432200", "nomenclature": "DB25", "size": 5}
    connection.execute(insert(visits).values(**row))


def asked(connection, company: int) -> None:
    row = {"company_id": company, "channel": "mail", "topic": "fleksjob"}
    connection.execute(insert(enquiries).values(**row, received_at=datetime(2027, 3, 1, 9, tzinfo=UTC)))


@pytest.fixture
def some(register, planned):
    """Eight companies, of which three belong on the list, and why the others do not."""
    with register.write() as connection:
        firm(connection, "Byg", cvr="10000009", call_first=True, contact="service", street="Vej 1")
        asked(connection, firm(connection, "Spurgte", industry="011100"))
        firm(connection, "Butik", industry="472000", postcode="8000", town="Aarhus C")
        visited(connection, firm(connection, "Besøgt her"), date(2027, 1, 4))
        visited(connection, firm(connection, "Ringet op i går"), date(2027, 3, 14), None, "phone")
        asked(connection, firm(connection, "Beskyttet", protected=True))
        asked(connection, firm(connection, "Vil ikke", no_visits=True))
        firm(connection, "Lukker", state="closing")
    return planned


def names(result) -> list[str]:
    return [each["name"] for each in json.loads(result.stdout)["companies"]]


def test_the_list_in_lines_with_reasons_and_what_is_only_counted(some):
    """Ten working days on, Easter between, it is 1 April: 61 of the period's 123 working days are over by then.

    Wanted are 61/123 of 8 and 4: 3.97 and 1.98. F lacks 2.97 of 3.97, which is 22 of 30 points.
    """
    result = call(some, "--explain")
    assert result.stdout.splitlines() == [
        " 1. Butik, 8000 Aarhus C, 5-9 employees, nobody's [50 points]",
        "     30  G (Wholesale and retail trade): 0 of the 2 visits planned by 2027-04-01",
        "     10  in the campaign's audience",
        "     10  never visited",
        " 2. Byg, CVR 10000009, Vej 1, 9999 Byen, 5-9 employees, service, CALL FIRST [42 points]",
        "     22  F (Construction): 1 of the 4 visits planned by 2027-04-01",
        "     10  in the campaign's audience",
        "     10  never visited",
        " 3. Spurgte, 9999 Byen, 5-9 employees, nobody's [35 points]",
        "     25  asked us about fleksjob on 2027-03-01 and has no answer yet",
        "     10  never visited",
    ]
    assert result.stderr.splitlines() == [
        (
            "3 companies; not listed though they wait for an answer or came to an event: 1 protected from advertising, "
            "1 against visits"
        )
    ]


def test_a_protected_company_with_somebodys_own_consent_is_listed(some, register):
    with register.write() as connection:
        company = connection.scalar(select(companies.c.id).where(companies.c.name == "Beskyttet"))
        given = {"state": "subscribed", "basis": "consent", "subscribed_on": date(2027, 1, 1)}
        a_person(connection, register, "bo@firma.example", company_id=company, **given)
    told = json.loads(call(some, "--json").stdout)
    assert next(each["name"] for each in told["companies"]) == "Beskyttet"
    assert told["left_out"] == {"protected": 0, "no_visits": 1}


def test_who_was_met_lately_comes_back_when_the_days_are_over(some, monkeypatch):
    assert "Ringet op i går" not in names(call(some, "--json"))
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-05-12T23:30:00+02:00")
    assert "Ringet op i går" not in names(call(some, "--json"))
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-05-13T00:30:00+02:00")  # 60 days later, by the wall clock
    assert "Ringet op i går" in names(call(some, "--json"))


def test_a_consultant_has_their_own_companies_and_those_that_are_nobodys(some, register):
    put(some, "content/contacts/anna.md", (some / "content/contacts/service.md").read_text("utf-8"))
    with register.write() as connection:
        connection.execute(update(companies).where(companies.c.name == "Butik").values(contact="anna"))
    assert names(call(some, "--json", "--consultant", "anna")) == ["Butik", "Spurgte"]
    assert names(call(some, "--json", "--consultant", "service")) == ["Byg", "Spurgte"]
    assert "did you mean 'anna'?" in call(some, "--consultant", "ana", exit_code=2).stderr


def test_the_weights_stand_in_the_campaigns_file(some):
    edit(some, FILE, "issues:", "next: {asked: 100, industry_behind: 0, audience: 0, never_visited: 1}\nissues:")
    told = json.loads(call(some, "--json").stdout)["companies"]
    assert [(each["name"], each["points"]) for each in told] == [("Spurgte", 101), ("Byg", 1), ("Butik", 1)]


def test_the_limit_and_the_facts_for_programs(some):
    told = json.loads(call(some, "--json", "--limit", "1").stdout)
    assert (told["campaign"], told["as_of"], told["consultant"]) == (CAMPAIGN, "2027-03-15", None)
    (company,) = told["companies"]
    assert (company["name"], company["size"], company["points"]) == ("Butik", "5-9", 50)
    assert company["reasons"][0] == {
        "code": "industry-behind",
        "points": 30,
        "text": "G (Wholesale and retail trade): 0 of the 2 visits planned by 2027-04-01",
    }


def test_the_calendar_and_the_page_are_written_and_the_log_knows(some, register, tmp_path):
    ics, page = tmp_path / "next.ics", tmp_path / "route.html"
    result = call(some, "--ics", str(ics), "--route", str(page), "--per-day", "1", "--by", "Maja")
    days = [str(each["dtstart"].dt) for each in icalendar.Calendar.from_ical(ics.read_bytes()).walk("VEVENT")]
    assert days == ["2027-03-16", "2027-03-17", "2027-03-18"]
    html = page.read_text("utf-8")
    assert html.index("8000 Aarhus C") < html.index("9999 Byen")
    assert "Fast kontakt</dt><dd>Virksomhedsservice" in html
    assert result.stderr.count("it may hold personal data") == 2
    assert [oct(file.stat().st_mode & 0o777) for file in (ics, page)] == ["0o600", "0o600"]
    with register.read() as connection:
        row = connection.execute(select(audit).where(audit.c.action == "campaign next")).one()
    assert (row.actor, json.loads(row.detail)) == ("Maja", {"campaign": CAMPAIGN, "companies": 3})


def test_a_folder_that_is_not_there_is_not_made_and_nothing_is_listed(some, tmp_path):
    files = ("--ics", str(tmp_path / "gone/next.ics"), "--route", str(tmp_path / "lost/route.html"))
    for words in (files[:2], files[2:], files):
        result = call(some, *words, exit_code=2)
        assert ("there is no folder" in result.stderr, result.stdout) == (True, "")
    assert not (tmp_path / "gone").exists()
    assert not (tmp_path / "lost").exists()


def test_an_unknown_campaign_is_usage_and_wrong_promises_are_the_users_files(some):
    result = run("campaign", "next", "besog", "--workspace", some)
    assert (result.exit_code, "did you mean 'besoeg'?" in result.stderr) == (2, True)
    edit(some, FILE, "by_industry: {F: 8, G: 4}", "by_industry: {F: 8, G: 5}\n    by_size: {2-9: 13}")
    told = call(some, exit_code=1).stderr
    assert [line.split(" ")[0] for line in told.splitlines() if "target-sum" in line] == [
        f"{FILE}:12:5:",
        f"{FILE}:13:5:",
    ]


@pytest.mark.parametrize("now", ["2026-12-01T09:00:00+01:00", "2027-07-01T00:00:00+02:00", "2028-02-29T09:00:00+01:00"])
def test_before_it_begins_after_it_ended_and_on_a_leap_day_there_is_a_list(some, monkeypatch, now):
    monkeypatch.setenv("NEWSLETTER_NOW", now)
    listed = call(some, "--json")
    assert {"Byg", "Spurgte", "Butik"} <= set(names(listed))
    over = f"note: {CAMPAIGN} ended on 2027-06-30: visits from now on do not count in it\n"
    assert listed.stderr == ("" if now < "2027-07" else over)


def test_a_register_without_companies_has_nobody_to_visit(register, planned):
    result = call(planned)
    assert (result.stdout, result.stderr) == ("", "nobody to visit\n")
