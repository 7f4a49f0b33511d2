"""A company's page for a phone."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from register_kit import NOW, a_company, a_person
from sqlalchemy import update
from visits_kit import a_step, a_visit, recorded

from newsletter.campaigns.visits.labels import _LABELS
from newsletter.campaigns.visits.page import company_page
from newsletter.campaigns.visits.titled import titled
from newsletter.store.tables import companies
from newsletter.subscribers.companies.showing import show
from newsletter.subscribers.industries import load

STRANGE = "<b>Bageriet</b> & \"Søn\" 'A/S'"
EMPTY = ("meta", "br")


class Page(HTMLParser):
    """Sees that each tag is closed, and keeps headings and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in EMPTY:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        assert not {name for name, _ in attrs} & {"src", "onclick", "style"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data.strip())


@pytest.fixture
def facts(register, tmp_path):
    def made(**columns):
        with register.write() as connection:
            company = a_company(connection, name=STRANGE, cvr="13748136", **columns)
            a_person(connection, register, "eva@x.example", name="Eva <Eksempel>", role="ejer", company_id=company)
        told = {"outcome": "thinking", "note": "Kør <ned> ad bakken", "needs": ("it",), "interests": ("mentor",)}
        recorded(register, a_visit(company, **told, step=a_step("Ring & spørg")))
        with register.read() as connection:
            return show(connection, company, load(tmp_path), UTC)

    return made


def test_it_is_whole_says_everything_and_runs_nothing_it_was_told(facts):
    text = company_page(facts(), "da", NOW)
    page = Page(text)
    assert page.levels == [1, *[2] * 7]
    assert '<html lang="da">' in text
    for word in (STRANGE, "Eva <Eksempel>, ejer", "Kør <ned> ad bakken", "it, mentor", "Tænker over det"):
        assert word in " ".join(page.words), word
    assert "4. december 2026: Ring & spørg (anna)" in page.words
    assert "http" not in text.replace("http-equiv", "")


def test_in_english(facts):
    words = Page(company_page(facts(), "en", datetime(2026, 11, 22, tzinfo=UTC))).words
    assert "What we have promised" in words
    assert "Thinking about it" in words
    assert any("As we know the company on 22 November 2026" in word for word in words)


def test_what_goes_before_all_else_stands_first(facts, register):
    with register.write() as connection:
        connection.execute(update(companies).values(name="x"))
    told = company_page(facts(call_first=True, no_visits=True, protected=True, state="closing"), "da", NOW)
    wishes = [told.index(word) for word in ("Ring først", "ønsker ikke besøg", "Reklamebeskyttet", "under afvikling")]
    assert wishes == sorted(wishes)
    assert wishes[-1] < told.index("<h2>")


def test_short_names_of_files_are_read_as_their_titles_and_people_stay_as_they_are(facts):
    """Whoever is called `anna` at the company is not our contact of that short name."""
    given = facts(contact="anna", stand_in="bo")
    entry = {"on": "2026-11-20", "number": None, "text": None, "words": []}
    given["timeline"] = [
        {**entry, "what": "mail", "who": "anna", "about": "kaffe"},
        {**entry, "what": "attended", "who": "anna", "about": "kaffe"},
        {**entry, "what": "answer", "who": "anna", "about": "kaffe"},
        {**entry, "what": "agreement", "who": "bo", "about": None},
        {**entry, "what": "visit", "who": "anna", "about": "thinking"},
    ]
    names = {("contacts", "anna"): "Anna Eksempel", ("issues", "kaffe"): "Nyt <om> kaffe"}
    names |= {("events", "kaffe"): "Kaffe & kage", ("schemes", "thinking"): "x"}
    before = deepcopy(given)
    told = titled(given, lambda folder, name: names.get((folder, name), name))
    assert given == before  # --json tells these
    assert [(each["who"], each["about"]) for each in told["timeline"]] == [
        ("anna", "Nyt <om> kaffe"),
        ("anna", "Kaffe & kage"),
        ("Anna Eksempel", "kaffe"),
        ("bo", None),
        ("Anna Eksempel", "thinking"),
    ]
    words = Page(company_page(told, "da", NOW)).words
    assert "Anna Eksempel, bo" in words
    assert "4. december 2026: Ring & spørg (Anna Eksempel)" in words
    assert {"Nyt <om> kaffe", "Kaffe & kage", "Tænker over det"} <= {*words}


def test_every_label_is_said_in_both_languages():
    assert all(len(words) == 2 and all(words) for words in _LABELS.values())
