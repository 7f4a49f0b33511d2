"""For when a next step is promised, and which campaign a day belongs to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CAMPAIGN
from visits_kit import a_campaign

from newsletter.campaigns.visits.days import USUAL_DAYS, campaigns_on, due_after
from newsletter.workdays import is_workday

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def within(days: int):
    return a_campaign(CAMPAIGN.replace("    total: 12\n", f"    total: 12\n  follow_up: {{within_days: {days}}}\n"))


@given(DAYS, st.integers(1, 365), st.integers(0, 400))
def test_a_next_step_is_on_a_working_day_after_the_visit_and_not_gone_by(visited, days, later):
    today = visited + timedelta(days=later)
    due = due_after(visited, within(days), today)
    assert is_workday(due)
    assert visited < due >= today
    promise = visited + timedelta(days=days)
    possible = [day for day in spread(max(visited + timedelta(days=1), today), promise) if is_workday(day)]
    assert not possible or due == possible[-1], "as late as the campaign allows, and no later"


def spread(first, last):
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("visited", "days", "due"),
    [
        (date(2026, 11, 20), 14, date(2026, 12, 4)),
        (date(2026, 12, 22), 10, date(2026, 12, 30)),  # New Year's Day is a holiday, and 31 December is closed
        (date(2028, 2, 15), 14, date(2028, 2, 29)),  # a leap day is a working day
        (date(2026, 3, 20), 14, date(2026, 4, 1)),  # Easter: from Maundy Thursday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # a Saturday, with no working day before it: the Monday after
    ],
)
def test_weekends_and_holidays_move_it_to_the_working_day_before(visited, days, due):
    assert due_after(visited, within(days), visited) == due


def test_without_a_campaign_or_its_promise_it_is_a_fortnight():
    visited = date(2026, 11, 20)
    expected = visited + timedelta(days=USUAL_DAYS)
    assert due_after(visited, None, visited) == due_after(visited, a_campaign(), visited) == expected


def test_a_campaign_holds_its_first_and_its_last_day():
    campaigns = {"b": a_campaign(), "a": a_campaign(CAMPAIGN.replace("2027-01-01", "2027-06-30"))}
    found = [campaigns_on(campaigns, date(*day)) for day in ((2026, 12, 31), (2027, 1, 1), (2027, 6, 30), (2027, 7, 1))]
    assert found == [[], ["b"], ["a", "b"], []]
