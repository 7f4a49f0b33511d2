"""Others' events as our files: new ones, and those that are known by their UID."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from event_kit import wall
from hypothesis import given
from hypothesis import strategies as st
from support import item

from newsletter.campaigns.events.foreign import Foreign, ForeignCalendar
from newsletter.campaigns.events.taking import Origin, take

ORIGIN = Origin(organizer="Foreningen", source="Foreningen", language="da")
TODAY = date(2027, 1, 1)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=40)
FOREIGN = Foreign(
    uid="a@x.example",
    title="Gå hjem-møde",
    start=wall("2027-03-01 16:00"),
    end=wall("2027-03-01 18:00"),
    place="Hallen",
    url="https://forening.example/a",
    summary="Kom og hør.",
    organizer="Eva",
    cancelled=False,
)


def calendar(*events, recurring=()):
    return ForeignCalendar(name="Foreningen", events=events, recurring=frozenset(recurring))


def taken(*events, known=(), recurring=(), origin=ORIGIN):
    return take(calendar(*events, recurring=recurring), {each.slug: each for each in known}, origin, TODAY)


def written(*events, body=""):
    """The files that an import of these would have left."""
    found = [item("events", each.slug, each.text) for each in taken(*events)]
    return [item("events", each.slug, each.source.text + body) for each in found]


def states(found):
    return [(each.slug, each.state) for each in found]


def test_a_new_event_says_whose_it_is_and_leads_to_them():
    (found,) = taken(FOREIGN)
    event = item("events", found.slug, found.text).fields
    assert (found.slug, found.state, event) == ("gaa-hjem-moede-2027-03-01", "new", found.event)
    assert (event.host, event.tags, event.external.organizer) == ("Foreningen", ("eksternt",), "Foreningen")
    assert (event.external.uid, event.link.text) == ("a@x.example", "Læs mere hos Foreningen")
    assert (event.summary, event.place.name, event.sequence) == ("Kom og hør.", "Hallen", 0)


@pytest.mark.parametrize(
    ("language", "place", "summary"),
    [
        ("da", "Sted: se arrangørens kalender", "Arrangement hos Foreningen."),
        ("en", "Place: see the organizer's calendar", "Held by Foreningen."),
    ],
)
def test_what_their_calendar_leaves_out_is_said_in_our_words(language, place, summary):
    bare = replace(FOREIGN, title="", place="", summary="", url="")
    (found,) = taken(bare, origin=replace(ORIGIN, language=language))
    assert (found.event.place.name, found.event.summary, found.event.link) == (place, summary, None)
    assert found.event.title == summary.rstrip(".")
    assert found.slug == "arrangement-2027-03-01"


def test_a_place_that_is_an_address_is_online():
    (found,) = taken(replace(FOREIGN, place="https://moede.example/x"))
    assert (found.event.place, found.event.online) == (None, "https://moede.example/x")


def test_the_organizers_name_is_taken_when_the_calendar_has_none():
    (found,) = taken(FOREIGN, origin=Origin(organizer="", source="kalender", language="da"))
    assert found.event.host == "Eva"


def test_two_of_a_name_and_a_day_have_names_of_their_own():
    found = taken(FOREIGN, replace(FOREIGN, uid="b"), known=[item("events", "gaa-hjem-moede-2027-03-01-2", EVENT)])
    assert [each.slug for each in found] == ["gaa-hjem-moede-2027-03-01", "gaa-hjem-moede-2027-03-01-3"]


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_their_texts_say_the_file_says_it_too(title, place, summary):
    (found,) = taken(replace(FOREIGN, title=title, place=place, summary=summary))
    assert item("events", found.slug, found.text).fields == found.event


EVENT = """\
---
title: Vores
summary: Vores eget.
start: 2027-03-01 08:00
end: 2027-03-01 09:00
place: {name: Rådhuset}
host: Os
---
"""


class TestAgain:
    """The second import of a calendar."""

    def test_nothing_is_touched_that_has_not_changed(self):
        (found,) = taken(FOREIGN, known=written(FOREIGN))
        assert (found.state, found.text) == ("unchanged", "")

    def test_what_moved_is_moved_and_what_we_wrote_stays(self):
        (known,) = written(FOREIGN, body="Vi tager med.\n")
        known = item("events", known.slug, known.source.text.replace("Kom og hør.", "Vi er med."))
        (found,) = taken(replace(FOREIGN, start=wall("2027-03-02 16:00"), end=wall("2027-03-02 18:00")), known=[known])
        assert (found.slug, found.state, found.event.sequence) == (known.slug, "changed", 1)
        after = item("events", found.slug, found.text)
        assert (after.body, after.fields.summary, after.fields.start) == (
            "Vi tager med.\n",
            "Vi er med.",
            wall("2027-03-02 16:00"),
        )

    def test_what_is_off_is_cancelled_once_and_what_was_never_known_stays_out(self):
        off = replace(FOREIGN, cancelled=True)
        assert taken(off) == []
        (found,) = taken(off, known=written(FOREIGN))
        assert (found.state, found.event.cancelled, found.event.sequence) == ("cancelled", True, 0)
        (again,) = taken(off, known=[item("events", found.slug, found.text)])
        assert again.state == "unchanged"

    def test_what_is_on_again_has_a_sequence_above_its_cancelling(self):
        (off,) = taken(replace(FOREIGN, cancelled=True), known=written(FOREIGN))
        (found,) = taken(FOREIGN, known=[item("events", off.slug, off.text)])
        assert (found.state, found.event.cancelled, found.event.sequence) == ("changed", False, 2)

    def test_an_occurrence_that_fell_out_is_cancelled_and_others_stay(self):
        days = [replace(FOREIGN, uid=f"a/{day}", start=wall(f"{day} 16:00"), end=wall(f"{day} 18:00")) for day in DAYS]
        known = written(*days)
        found = taken(days[1], known=[*known, item("events", "vores", EVENT)], recurring=["a"])
        assert states(found) == [(known[1].slug, "unchanged"), (known[2].slug, "cancelled")]  # the first one is over
        assert taken(days[1], known=known)[1:] == []


DAYS = ("2026-12-15", "2027-01-15", "2027-02-15")
