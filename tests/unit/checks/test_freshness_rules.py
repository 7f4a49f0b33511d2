"""What is over, not yet in force or long unchecked on the day of the send; the edges of each limit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from checks_kit import said, shown

START, END, CHECKED = date(2026, 2, 1), date(2026, 12, 31), date(2026, 11, 20)
FRONT = (
    "title: Fleksjob\nsummary: Kort\nwho: Alle\neconomy: Refusion\nworkload: Lidt\nsteps: [Ring]\n"
    f"valid_from: {START}\nvalid_to: {END}\nchecked_on: {CHECKED}\nsource: {{title: Loven}}\n"
)
ONE = timedelta(days=1)


def a_scheme(sent: date):
    return shown("schemes", front=FRONT, sent=sent, days=30)


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        *(("scheme-expired", day) for day in (START - ONE, END)),
        *(("scheme-not-yet", day) for day in (START, END + ONE)),
        *(("scheme-unchecked", day) for day in (START, CHECKED, CHECKED + 30 * ONE)),
    ],
)
def test_a_scheme_passes_to_the_edge(code, sent):
    assert said(code, a_scheme(sent)) == []


@pytest.mark.parametrize("code", ["scheme-expired", "scheme-not-yet", "scheme-unchecked", "event-past", "event-clock"])
def test_other_items_pass(code):
    assert said(code, shown("articles", sent=date(2100, 1, 1))) == []
    assert said(code, shown("articles", sent=date(1990, 1, 1))) == []


def test_a_scheme_that_ended_and_is_unchecked_has_two_problems():
    from newsletter.checks.run import check_shown

    problems = [(each.code, each.line, each.severity) for each in check_shown(a_scheme(END + ONE))]
    assert problems == [("scheme-expired", 9, "error"), ("scheme-unchecked", 10, "warning")]


def test_each_says_its_dates():
    assert said("scheme-expired", a_scheme(END + ONE)) == [
        "9:11 the scheme ended on 2026-12-31, before the issue is sent on 2027-01-01"
    ]
    assert said("scheme-not-yet", a_scheme(START - ONE)) == [
        "8:13 the scheme applies from 2026-02-01, after the issue is sent on 2026-01-31"
    ]
    assert said("scheme-unchecked", a_scheme(CHECKED + 31 * ONE)) == [
        "10:13 the scheme was last checked on 2026-11-20, 31 days before the issue is sent"
    ]


@pytest.mark.parametrize("sent", [date(2026, 12, 1), date(2026, 12, 10)])
def test_an_event_to_come_passes(sent):
    assert said("event-past", shown("events", sent=sent)) == []


def test_an_event_that_was_is_warned_about():
    assert said("event-past", shown("events", sent=date(2026, 12, 11))) == [
        "5:6 the event was on 2026-12-10, before the issue is sent on 2026-12-11"
    ]


EVENT = "title: Møde\nsummary: Kort\nstart: {}\nend: {}\nhost: Os\nplace: {{name: Her}}\n"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-03-28 01:59", "2027-03-28 03:00"),
        ("2027-10-31 02:30", "2027-10-31 02:45"),  # it comes twice, the first one is meant
        ("2027-12-31 22:00", "2028-01-01 02:00"),
    ],
)
def test_times_on_either_side_of_a_change_of_the_clock_pass(start, end):
    assert said("event-clock", shown("events", front=EVENT.format(start, end), sent=date(2027, 1, 1))) == []


def test_times_the_clock_leaves_out_are_told_with_those_that_are_there():
    event = shown("events", front=EVENT.format("2027-03-28 02:00", "2027-03-28 02:59"), sent=date(2027, 1, 1))
    assert said("event-clock", event) == [
        "4:8 2027-03-28 02:00 does not exist in Europe/Copenhagen: the clock is put forward then",
        "5:6 2027-03-28 02:59 does not exist in Europe/Copenhagen: the clock is put forward then",
    ]
