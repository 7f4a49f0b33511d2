"""What is expected by when: working days, months, the edges of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.campaigns.progress.plan import Plan, month_of
from newsletter.workdays import is_workday

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


def a_plan(first: str, last: str, **by_month: int) -> Plan:
    months = {f"{key[1:5]}-{key[5:]}": number for key, number in by_month.items()}
    return Plan(first=date.fromisoformat(first), last=date.fromisoformat(last), by_month=months)


def share(plan: Plan, day: str) -> float:
    return plan.part(plan.first, date.fromisoformat(day))


def test_weekends_and_holidays_expect_nothing():
    """January 2027 has the 1st off and 20 working days: 4-8, 11-15, 18-22, 25-29."""
    plan = a_plan("2027-01-01", "2027-01-31")
    assert share(plan, "2027-01-03") == 0
    assert share(plan, "2027-01-04") == pytest.approx(1 / 20)
    assert share(plan, "2027-01-08") == share(plan, "2027-01-10") == pytest.approx(5 / 20)
    assert share(plan, "2027-01-29") == pytest.approx(1)
    assert plan.workdays(plan.first, plan.last) == 20


def test_easter_and_christmas_expect_nothing():
    """22 to 29 March 2027: Thursday and Friday before Easter and the Monday after are off; 24 to 26 December, too."""
    assert a_plan("2027-03-22", "2027-03-29").workdays(date(2027, 3, 22), date(2027, 3, 29)) == 3
    assert a_plan("2026-12-21", "2027-01-01").workdays(date(2026, 12, 24), date(2027, 1, 1)) == 3


def test_a_months_promise_is_spread_over_its_own_working_days():
    """30 of 40 in January (20 working days), 10 in February (20): by 15 January 30 x 10/20 = 15 of 40."""
    plan = a_plan("2027-01-01", "2027-02-28", m202701=30, m202702=10)
    assert 40 * share(plan, "2027-01-15") == pytest.approx(15)
    assert 40 * share(plan, "2027-01-31") == pytest.approx(30)
    assert 40 * share(plan, "2027-02-12") == pytest.approx(30 + 10 * 10 / 20)


def test_a_month_that_the_file_leaves_out_expects_nothing():
    plan = a_plan("2027-06-01", "2027-08-31", m202706=5, m202708=5)
    assert share(plan, "2027-06-30") == share(plan, "2027-07-31") == pytest.approx(0.5)


def test_months_outside_the_period_change_nothing():
    plan = a_plan("2027-01-01", "2027-01-31", m202612=7, m202701=3, m202702=9)
    assert share(plan, "2027-01-31") == pytest.approx(1)
    assert share(a_plan("2027-01-01", "2027-01-31", m202612=7), "2027-01-15") == pytest.approx(10 / 20)


def test_a_period_cuts_its_months():
    """From 18 to 31 January are ten working days, and they carry all of January's promise."""
    plan = a_plan("2027-01-18", "2027-02-05", m202701=10, m202702=10)
    assert plan.months == {
        "2027-01": (date(2027, 1, 18), date(2027, 1, 31)),
        "2027-02": (date(2027, 2, 1), date(2027, 2, 5)),
    }
    assert share(plan, "2027-01-22") == pytest.approx(0.25)


def test_a_leap_day_is_a_working_day():
    """29 February 2028 is a Tuesday; 2028 has 21 working days in February."""
    plan = a_plan("2028-02-01", "2028-02-29")
    assert share(plan, "2028-02-28") == pytest.approx(20 / 21)
    assert share(plan, "2028-02-29") == pytest.approx(1)


def test_over_new_year():
    """30 December 2026 is a Wednesday; 31 December and 1 January are off; 4 January is a Monday."""
    plan = a_plan("2026-12-30", "2027-01-04")
    assert [share(plan, f"{day}") for day in ("2026-12-30", "2026-12-31", "2027-01-03")] == [0.5, 0.5, 0.5]
    assert plan.weeks == (date(2026, 12, 28), date(2027, 1, 4))


def test_a_weekend_is_no_plan():
    plan = a_plan("2027-01-02", "2027-01-03")
    assert share(plan, "2027-01-03") == 0
    assert plan.workdays(plan.first, plan.last) == 0


@given(DAYS, st.integers(0, 500), st.dictionaries(st.integers(0, 17), st.integers(0, 50), max_size=8))
def test_all_of_a_promise_is_due_at_the_end_and_never_less_than_before(first, length, numbers):
    last = first + timedelta(days=length)
    months = [month_of(first + timedelta(days=31 * number)) for number in range(18)]
    plan = Plan(first=first, last=last, by_month={months[place]: number for place, number in numbers.items()})
    days = [first + timedelta(days=number) for number in range(length + 1)]
    parts = [plan.part(day, day) for day in days]
    working = [is_workday(day) for day in days]
    assert min(parts) >= 0
    assert not any(part for part, works in zip(parts, working, strict=True) if not works)
    assert sum(parts) == pytest.approx(1 if any(working) else 0)
    assert plan.workdays(first, last) == sum(working)
