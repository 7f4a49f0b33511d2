"""Working days and Danish holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.workdays import (
    days_of,
    holiday_name,
    is_between_holidays,
    is_workday,
    next_workday,
    school_holiday,
    workday_before,
    workdays_back,
    workdays_on,
)

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


@given(DAYS, st.integers(0, 30))
def test_going_back_and_on_by_workdays_counts_them(day, count):
    back, on = workdays_back(day, count), workdays_on(day, count)
    assert sum(is_workday(back + timedelta(step)) for step in range((day - back).days)) == count
    assert sum(is_workday(on - timedelta(step)) for step in range((on - day).days)) == count
    assert count == 0 or (is_workday(back) and is_workday(on))


@pytest.mark.parametrize(
    ("day", "squeezed"),
    [
        ("2027-05-07", True),  # the Friday after Ascension
        ("2026-05-15", True),
        ("2026-01-02", True),  # New Year's Day is a Thursday
        ("2026-12-28", True),  # between Christmas and New Year
        ("2026-12-30", True),
        ("2026-12-23", False),
        ("2027-05-06", False),  # Ascension itself
        ("2027-05-08", False),  # a Saturday
        ("2027-03-24", False),  # before Maundy Thursday
        ("2027-12-30", True),
    ],
)
def test_days_between_days_off(day, squeezed):
    assert is_between_holidays(date.fromisoformat(day)) is squeezed


@given(DAYS)
def test_a_day_between_days_off_is_a_workday(day):
    if is_between_holidays(day):
        assert is_workday(day)
        assert not holiday_name(day)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2027-02-14", ""),
        ("2027-02-15", "vinterferie"),
        ("2027-02-28", "vinterferie"),
        ("2027-07-04", ""),
        ("2027-07-05", "sommerferie"),
        ("2027-08-15", "sommerferie"),
        ("2027-08-16", ""),
        ("2027-10-20", "efterårsferie"),
    ],
)
def test_school_holidays_go_by_iso_weeks(day, name):
    assert school_holiday(date.fromisoformat(day)) == name
