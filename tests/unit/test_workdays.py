"""Working days and Danish holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.workdays import days_of, holiday_name, is_workday, next_workday, workday_before

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2027-01-01", False),  # New Year's Day
        ("2027-01-04", True),
        ("2027-01-09", False),  # a Saturday
        ("2027-03-25", False),  # Maundy Thursday
        ("2027-03-26", False),  # Good Friday
        ("2027-03-29", False),  # Easter Monday
        ("2027-04-23", True),  # General Prayer Day, abolished from 2024 on
        ("2023-05-05", False),  # … and kept until then
        ("2026-05-01", False),  # Labour Day: offices are closed
        ("2027-05-06", False),  # Ascension
        ("2027-05-17", False),  # Whit Monday
        ("2026-06-05", False),  # Constitution Day
        ("2026-12-24", False),
        ("2026-12-25", False),
        ("2026-12-31", False),
        ("2026-12-30", True),
    ],
)
def test_danish_holidays(day, works):
    assert is_workday(date.fromisoformat(day)) is works


def test_a_holiday_has_a_danish_name():
    assert "nytårsdag" in holiday_name(date(2027, 1, 1)).lower()
    assert holiday_name(date(2027, 1, 4)) == ""


@given(DAYS)
def test_the_next_workday_is_the_nearest_on_or_after(day):
    found = next_workday(day)
    assert is_workday(found)
    assert not any(is_workday(day + timedelta(step)) for step in range((found - day).days))
    assert 0 <= (found - day).days < 8


@given(DAYS)
def test_the_workday_before_is_the_nearest_on_or_before(day):
    found = workday_before(day)
    assert is_workday(found)
    assert not any(is_workday(day - timedelta(step)) for step in range((day - found).days))


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_a_month_has_all_its_days(year, month):
    days = days_of(year, month)
    assert (days[0], days[-1] + timedelta(1)) == (date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
    assert len(days) == (days[-1] - days[0]).days + 1
