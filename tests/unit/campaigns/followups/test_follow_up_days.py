"""The day something is due: never a weekend or a holiday, never earlier for a later beginning, working days counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.campaigns.followups import due_on
from newsletter.problems import Refused
from newsletter.workdays import is_workday, workdays_back, workdays_between

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 1))
SPANS = st.builds("{} {}".format, st.integers(0, 60), st.sampled_from(["day", "days", "workday", "workdays"]))


@pytest.mark.parametrize(
    ("said", "today", "due"),
    [
        ("2027-01-15", "2027-01-05", "2027-01-15"),
        ("2027-01-16", "2027-01-05", "2027-01-18"),  # a Saturday
        ("2026-12-24", "2026-12-01", "2026-12-28"),  # Christmas Eve is closed, and so are the days after it
        ("2027-03-25", "2027-03-01", "2027-03-30"),  # Maundy Thursday, and all of Easter
        ("5 workdays", "2026-12-22", "2027-01-04"),  # 23, 28, 29, 30; New Year's Eve, New Year and a weekend
        ("1 workday", "2026-12-30", "2027-01-04"),
        ("1 workday", "2028-02-28", "2028-02-29"),  # a leap day
        ("1 day", "2028-02-28", "2028-02-29"),
        ("2 workdays", "2028-02-28", "2028-03-01"),
        ("3 workdays", "2027-03-24", "2027-04-01"),  # over Easter
        ("1 workday", "2027-01-09", "2027-01-11"),  # from a Saturday
        ("0 days", "2027-01-09", "2027-01-11"),
        ("0 workdays", "2027-01-05", "2027-01-05"),
        (" 5   Workdays ", "2027-01-05", "2027-01-12"),
    ],
)
def test_a_day_or_a_span_is_a_working_day(said, today, due):
    assert due_on(said, date.fromisoformat(today)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    "said", ["", "soon", "2027-02-30", "2027-1-5", "5.1.2027", "5 hours", "-3 days", "1000 days", "0027-01-05"]
)
def test_what_is_no_day_is_refused_with_what_to_write(said):
    with pytest.raises(Refused, match=r"write a day as 2027-01-15, or a span: 3 days, 5 workdays"):
        due_on(said, date(2027, 1, 5))


@given(today=DAYS, span=SPANS)
@example(today=date(2026, 12, 31), span="0 workdays")
@example(today=date(2028, 2, 29), span="366 days")
def test_it_is_never_a_holiday_nor_a_weekend_nor_before_today(today, span):
    due = due_on(span, today)
    assert is_workday(due)
    assert due >= today


@given(day=DAYS)
def test_a_date_moves_forward_only_and_no_working_day_is_passed_over(day):
    due = due_on(day.isoformat(), day)
    assert due >= day
    assert not [step for step in range((due - day).days) if is_workday(day + timedelta(step))]


@given(today=DAYS, later=st.integers(0, 40), span=SPANS)
def test_who_begins_later_is_not_due_earlier(today, later, span):
    assert due_on(span, today) <= due_on(span, today + timedelta(later))


@given(today=DAYS, count=st.integers(0, 60), unit=st.sampled_from(["days", "workdays"]))
def test_a_longer_span_is_not_due_earlier(today, count, unit):
    assert due_on(f"{count} {unit}", today) <= due_on(f"{count + 1} {unit}", today)


@given(today=DAYS, count=st.integers(1, 60))
def test_so_many_working_days_lie_between(today, count):
    due = due_on(f"{count} workdays", today)
    assert workdays_between(today, due) == count
    if is_workday(today):
        assert workdays_back(due, count) == today


@given(first=DAYS, gaps=st.tuples(st.integers(0, 400), st.integers(0, 400)))
def test_working_days_between_add_up_and_none_lie_backwards(first, gaps):
    middle, last = first + timedelta(gaps[0]), first + timedelta(sum(gaps))
    assert workdays_between(first, middle) + workdays_between(middle, last) == workdays_between(first, last)
    assert workdays_between(last, first) == 0
