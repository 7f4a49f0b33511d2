"""Series: which meetings come next, and which is missing."""

from __future__ import annotations

from datetime import date, time

import pytest
from event_kit import event_of, wall

from newsletter.campaigns.events.series import Lack, Wish, lacks, meetings, next_first

TODAY = date(2027, 2, 1)


def row(*events):
    return {each.slug: each for each in events}


def meeting(slug, day, **keys):
    return event_of(slug, start=f"{day} 08:30", end=f"{day} 10:00", **keys)


def wish(**changes):
    values = {
        "series": "netvaerk",
        "every": "month",
        "on": "third thursday",
        "at": time(8, 30),
        "count": 3,
        "first": date(2027, 2, 1),
    }
    return Wish(**(values | changes))


def told(wished, *events):
    found = meetings(wished, event_of().fields, row(*events))
    return [(each.slug, f"{each.event.start}" if each.event else "", each.note) for each in found]


def test_months_over_new_year_by_every_cadence():
    for every, months in {
        "month": ["2027-11", "2027-12", "2028-01"],
        "2 months": ["2027-11", "2028-01", "2028-03"],
        "quarter": ["2027-11", "2028-02", "2028-05"],
        "half-year": ["2027-11", "2028-05", "2028-11"],
        "year": ["2027-11", "2028-11", "2029-11"],
    }.items():
        found = told(wish(every=every, first=date(2027, 11, 1)))
        assert [slug for slug, _, _ in found] == [f"netvaerk-{month}" for month in months]


def test_the_day_of_the_month_and_the_hour_are_kept_in_summer_and_winter():
    found = told(wish(on="last thursday", count=4))
    assert [start for _, start, _ in found] == [
        "2027-02-25 08:30:00",
        "2027-03-30 08:30:00",  # moved: 25 March is Maundy Thursday
        "2027-04-29 08:30:00",
        "2027-05-27 08:30:00",
    ]


@pytest.mark.parametrize(
    ("holiday", "start", "note"),
    [
        ("next workday", "2027-03-30 08:30:00", "moved: 2027-03-25 is Skærtorsdag"),
        ("workday before", "2027-03-24 08:30:00", "moved: 2027-03-25 is Skærtorsdag"),
        ("skip", "", "left out: 2027-03-25 is Skærtorsdag"),
    ],
)
def test_a_holiday_moves_a_meeting_or_leaves_it_out(holiday, start, note):
    assert told(wish(on="last thursday", first=date(2027, 3, 1), count=1, holiday=holiday)) == [
        ("netvaerk-2027-03", start, note)
    ]


def test_a_weekend_is_told_as_one():
    ((_, start, note),) = told(wish(on="first saturday", count=1))
    assert (start, note) == ("2027-02-08 08:30:00", "moved: 2027-02-06 is a Saturday")


def test_no_meeting_stands_before_the_first_day():
    assert told(wish(first=date(2027, 2, 19), count=1))[0][0] == "netvaerk-2027-03"
    assert told(wish(first=date(2027, 2, 18), count=1))[0][0] == "netvaerk-2027-02"


def test_what_is_there_stays_under_whatever_name():
    found = told(
        wish(count=4),
        meeting("kaffe", "2027-02-10"),
        meeting("netvaerk-2027-03", "2027-09-09", series="andet"),
        meeting("aflyst", "2027-04-10", cancelled="true"),
        meeting("andres", "2027-05-10", external="{organizer: A, uid: b}"),
    )
    assert [(slug, note) for slug, _, note in found] == [
        ("netvaerk-2027-02", "kaffe is there already"),
        ("netvaerk-2027-03", "netvaerk-2027-03 is there already"),
        ("netvaerk-2027-04", ""),
        ("netvaerk-2027-05", ""),
    ]


def test_a_new_meeting_is_like_the_one_it_is_made_after_without_what_was_that_ones_own():
    like = event_of(
        sign_up_by="2027-01-11",
        capacity=30,
        tags="[netvaerk]",
        network="vn",
        speaker="Eva",
        program="[Kaffe]",
        sequence=3,
        sign_up="https://x.example",
    ).fields
    (found,) = meetings(wish(count=1, at=time(9, 15)), like, {})
    event = found.event
    assert (event.start, event.end) == (wall("2027-02-18 09:15"), wall("2027-02-18 10:45"))
    assert event.sign_up_by == date(2027, 2, 15)
    assert (event.title, event.place, event.host, event.capacity) == (like.title, like.place, like.host, 30)
    assert (event.tags, event.network, event.series, event.cadence) == (("netvaerk",), "vn", "netvaerk", "month")
    assert (event.speaker, event.program, event.sequence, event.sign_up) == (None, (), 0, None)


def test_a_series_goes_on_after_its_last_meeting_and_begins_today_when_it_has_none():
    events = row(meeting("a", "2027-01-14"), meeting("b", "2027-03-11"), meeting("c", "2027-08-11", cancelled="true"))
    assert next_first("netvaerk", events, "2 months", TODAY) == date(2027, 5, 1)
    assert next_first("andet", events, "2 months", TODAY) == TODAY


class TestMissing:
    """The series whose next meeting nobody has planned."""

    def test_a_gap_is_told_by_the_cadence_of_the_latest_file(self):
        events = row(
            meeting("a", "2026-11-12", cadence="quarter"),
            meeting("b", "2027-01-14", cadence="month"),
            meeting("c", "2027-04-15"),
        )
        assert list(lacks(events, TODAY)) == [Lack(series="netvaerk", due="2027-02", last="b")]

    def test_two_series_are_told_apart(self):
        events = row(
            meeting("a", "2027-01-14", cadence="month"),
            meeting("b", "2026-12-14", cadence="quarter", series="tema"),
            meeting("c", "2027-01-20", series="uden-takt"),
        )
        assert [(each.series, each.due) for each in lacks(events, TODAY)] == [
            ("netvaerk", "2027-02"),
            ("tema", "2027-03"),
        ]

    @pytest.mark.parametrize(
        "events",
        [
            [meeting("a", "2027-01-14", cadence="month"), meeting("b", "2027-02-28")],
            [meeting("a", "2027-01-14"), meeting("b", "2027-06-28")],
            [meeting("a", "2027-05-14", cadence="month")],  # has not begun
            [meeting("a", "2027-02-01", cadence="month"), meeting("b", "2027-03-01")],  # one is today
            [],
        ],
    )
    def test_nothing_is_missing(self, events):
        assert list(lacks(row(*events), TODAY)) == []

    def test_a_cancelled_meeting_is_none(self):
        events = row(
            meeting("a", "2026-12-14", cadence="2 months"),
            meeting("b", "2027-02-18", cancelled="true", cadence="month"),
        )
        assert list(lacks(events, TODAY)) == [Lack(series="netvaerk", due="2027-02", last="a")]
