"""Who is reminded of what; what the mail says, in Danish and English; what it never says."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reminding_kit import SECRET, TUESDAY, a_follow_up, an_enquiry, morning, two_consultants
from support import SETTINGS, edit, put

from newsletter.delivery.reminding.due import next_reminder, piles
from newsletter.delivery.reminding.letter import Letter
from newsletter.settings import read_settings
from newsletter.workspace import read_contacts

GOLDEN = Path(__file__).parent / "golden"
NAMES = {"anna": "Anna Eksempel", "bo": "Bo Eksempel", "service": "Virksomhedsservice"}
AWAY = 'service: {stand_ins: {bo: anna}, away: {bo: "2027-01-05"}}\n'


@pytest.fixture
def unit(root, register):
    """A unit in which Anna has something of each kind, and things of Bo, who is away."""
    two_consultants(root)
    put(root, "newsletter.yml", SETTINGS + AWAY)
    a_follow_up(register, "2026-12-28", company="Byg & Bo <ApS>")
    a_follow_up(register, "2027-01-04", "bo", company="Smedjen")
    a_follow_up(register, "2027-01-05", company="Bageriet i Ærø")
    a_follow_up(register, "2027-01-06", company="Later ApS")
    a_follow_up(register, "2027-01-04", company="Done ApS", state="done")
    an_enquiry(register, "2027-01-05 14:00")
    an_enquiry(register, "2027-01-04 14:00", outcome="no-match")
    an_enquiry(register, "2027-01-06 00:00", company_id=None)
    an_enquiry(register, "2027-01-06 14:00")
    an_enquiry(register, "2027-01-05 14:00", answered_at=morning("2027-01-04 10:00"))
    return root


def of(root, register, day=TUESDAY):
    with register.read() as connection:
        return piles(connection, read_settings(root), read_contacts(root), day)


def numbers(pile):
    return [[each.number for each in part] for part in (pile.overdue, pile.today, pile.enquiries)]


def test_each_is_reminded_of_what_is_overdue_today_or_ends_before_the_next_reminder(unit, register):
    (pile,) = of(unit, register)
    assert (pile.contact, numbers(pile)) == ("anna", [[1, 2], [3], [2, 1, 3]])


def test_who_is_back_has_their_own(unit, register):
    anna, bo = of(unit, register, TUESDAY + timedelta(days=1))
    assert (anna.contact, numbers(anna)[:2]) == ("anna", [[1, 3], [4]])
    assert (bo.contact, numbers(bo)[:2]) == ("bo", [[2], []])


def test_what_belongs_to_nobody_any_more_goes_to_the_entry(unit, register):
    an_enquiry(register, "2027-01-05 14:00", None)
    a_follow_up(register, "2027-01-05", "left-in-may")
    assert [pile.contact for pile in of(unit, register)] == ["anna", "service"]


@pytest.mark.parametrize(
    ("today", "moment"),
    [
        ("2027-01-05", "2027-01-06 07:30"),
        ("2027-01-08", "2027-01-11 07:30"),  # a Friday
        ("2026-12-30", "2027-01-04 07:30"),
        ("2027-03-24", "2027-03-30 07:30"),  # over Easter and into summer time
    ],
)
def test_the_next_reminder_is_on_the_next_working_day(root, today, moment):
    assert next_reminder(read_settings(root), TUESDAY.fromisoformat(today)) == morning(moment)


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_reminder_says_what_it_said_before(unit, register, language):
    edit(unit, "newsletter.yml", "title: Nyt\n", f"title: Nyt\nlanguage: {language}\n")
    told = Letter(read_settings(unit), NAMES, morning()).write(of(unit, register)[0])
    for ending, text in (("txt", f"{told.subject}\n\n{told.text}"), ("html", told.html)):
        path = GOLDEN / f"{language}.{ending}"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")


def test_nothing_of_what_is_behind_it_stands_in_it(unit, register):
    told = Letter(read_settings(unit), NAMES, morning()).write(of(unit, register)[0])
    for text in (told.subject, told.text, told.html):
        assert not [word for word in (*SECRET.split(), "no-match") if re.search(rf"\b{word}\b", text) and len(word) > 3]


class Reading(HTMLParser):
    """What a program that reads pages aloud finds."""

    def __init__(self):
        super().__init__()
        self.headings, self.open, self.lang = [], [], None

    def handle_starttag(self, tag, attrs):
        if tag == "html":
            self.lang = dict(attrs).get("lang")
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_its_html_has_a_language_and_headings_in_order_and_is_closed(unit, register):
    told = Letter(read_settings(unit), NAMES, morning()).write(of(unit, register)[0])
    page = Reading()
    page.feed(told.html)
    assert (page.lang, page.headings, page.open) == ("da", ["h1", "h2", "h2", "h2"], [])
    assert "<ApS>" not in told.html


def test_who_has_very_much_is_told_how_much_more(root, register):
    two_consultants(root)
    for _ in range(33):
        a_follow_up(register, "2027-01-04")
    told = Letter(read_settings(root), NAMES, morning()).write(of(root, register)[0])
    assert told.subject == "Påmindelse: 33 opfølgninger"
    assert told.text.count("Byg ApS") == 30
    assert "- og 3 til\n" in told.text


def test_a_contact_that_cannot_be_read_hides_no_other(root):
    two_consultants(root)
    put(root, "content/contacts/bo.md", "---\ntitle: Bo\nnonsense: 1\n---\n")
    put(root, "content/contacts/Bad Name.md", "no front matter")
    assert list(read_contacts(root)) == ["anna", "service"]
