"""The list as a calendar and as a page to print."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser

import icalendar
from next_kit import a_company, an_ask
from support import REPOSITORY

from newsletter.campaigns.next.calendar_file import calendar_file
from newsletter.campaigns.next.listing import NextList
from newsletter.campaigns.next.reading import LeftOut
from newsletter.campaigns.next.route_page import route_page
from newsletter.campaigns.next.scoring import suggest
from newsletter.settings import read_settings

NOW = datetime(2027, 3, 15, 8, tzinfo=UTC)
SETTINGS = read_settings(REPOSITORY)


def a_list(*companies, today=date(2027, 3, 15)) -> NextList:
    ask = an_ask(today=today)
    return NextList(ask=ask, suggestions=tuple(suggest(each, ask) for each in companies), left_out=LeftOut(0, 0))


def companies(number: int):
    return [a_company(id=each, name=f"Firma {each}") for each in range(1, number + 1)]


def events(found: NextList, per_day: int = 2):
    return icalendar.Calendar.from_ical(calendar_file(SETTINGS, found, per_day, NOW)).walk("VEVENT")


def test_so_many_a_day_on_the_working_days_to_come_and_none_on_a_holiday():
    """From Tuesday before Easter 2027: Wednesday, then Tuesday, since 25, 26 and 29 March are holidays."""
    found = events(a_list(*companies(5), today=date(2027, 3, 23)))
    assert [str(each["dtstart"].dt) for each in found] == ["2027-03-24"] * 2 + ["2027-03-30"] * 2 + ["2027-03-31"]
    assert next(str(each["dtend"].dt) for each in found) == "2027-03-25"


def test_over_new_year_the_offices_are_closed():
    found = events(a_list(*companies(2), today=date(2026, 12, 30)), per_day=1)
    assert [str(each["dtstart"].dt) for each in found] == ["2027-01-04", "2027-01-05"]


def test_an_entry_takes_nobodys_time_and_keeps_its_name():
    first = events(a_list(*companies(3)))
    later = events(a_list(*reversed(companies(3)), today=date(2027, 4, 20)))
    assert {str(each["uid"]) for each in first} == {str(each["uid"]) for each in later}
    assert len({str(each["uid"]) for each in first}) == 3
    for each in first:
        assert each["transp"] == "TRANSPARENT"
        assert each["dtstamp"].dt == NOW
        assert "organizer" not in each
        assert "attendee" not in each


def test_what_is_said_comes_back_whole_and_no_line_is_too_long():
    name = "Æblegård; Søn, & Co. \\ " + "ø" * 80
    company = a_company(
        name=name, street="Vej 1, 2. th", postcode="9999", town="Byen", call_first=True, contact_time="helst før kl. 8"
    )
    data = calendar_file(SETTINGS, a_list(company), 2, NOW)
    assert max(map(len, data.split(b"\r\n"))) <= 75
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(event["summary"]) == f"Besøgsforslag: {name}"
    assert str(event["location"]) == "Vej 1, 2. th, 9999 Byen"
    assert str(event["description"]).split("\n") == [
        "Ring først.",
        "Helst: helst før kl. 8",
        "Derfor:",
        "- aldrig besøgt",
    ]


def test_the_same_list_gives_the_same_bytes():
    found = a_list(*companies(3))
    assert calendar_file(SETTINGS, found, 2, NOW) == calendar_file(SETTINGS, found, 2, NOW)


class Page(HTMLParser):
    """Headings, and what a page would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self.opened: list[str] = []
        self.lang = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.lang = given.get("lang", self.lang)
        self.fetched += [value for name, value in attrs if name in ("src", "href", "srcset")]
        if tag not in ("meta", "br"):
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag

    def handle_data(self, data):
        if self.opened and self.opened[-1] in ("h1", "h2", "h3"):
            self.headings.append((self.opened[-1], data))


def test_the_page_goes_by_postcode_and_keeps_the_place_on_the_list():
    html = route_page(
        a_list(
            a_company(name="A", postcode="9999", town="Byen"),
            a_company(name="B"),
            a_company(name="C", postcode="8000", town="Aarhus C", street="Å"),
            a_company(name='<D> & "Co"', postcode="9999", town="Byen"),
        ),
        "Besøg <nu>",
        {},
        "da",
    )
    page = Page(html)
    assert page.headings == [
        ("h1", "Besøgsliste: Besøg <nu>"),
        ("h2", "8000 Aarhus C"),
        ("h3", "3. C"),
        ("h2", "9999 Byen"),
        ("h3", "1. A"),
        ("h3", '4. <D> & "Co"'),
        ("h2", "Uden postnummer"),
        ("h3", "2. B"),
    ]
    assert (page.lang, page.fetched, page.opened) == ("da", [], [])
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_says_what_to_know_before_going():
    company = a_company(
        name="A",
        cvr="12345678",
        street="Vej 1",
        postcode="9999",
        town="Byen",
        size=10,
        contact="anna",
        stand_in="bo",
        contact_time="helst før kl. 8",
        call_first=True,
        last_contact=date(2026, 2, 28),
        last_visit=date(2026, 2, 28),
    )
    html = route_page(a_list(company), "Besøg", {"anna": "Anna Eksempel"}, "da")
    assert '<p class="first">Ring først</p>' in html
    for name, value in {
        "Adresse": "Vej 1, 9999 Byen",
        "Ansatte": "10-19",
        "Fast kontakt": "Anna Eksempel",
        "Afløser": "bo",
        "Helst": "helst før kl. 8",
        "Sidste kontakt": "28. februar 2026",
        "CVR-nummer": "12345678",
    }.items():
        assert f"<dt>{name}</dt><dd>{value}</dd>" in html
    assert "<li>sidst besøgt den 28. februar 2026, for 12 måneder siden</li>" in html
    assert html.count('class="line"') == 3
    assert "Fast kontakt</dt><dd>Ingen endnu" in route_page(a_list(a_company()), "B", {}, "da")
    assert '<html lang="en">' in route_page(a_list(a_company()), "B", {}, "en")
