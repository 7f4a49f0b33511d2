"""Hours of working days: weekends and holidays stand still; across a change of the clock a working day has 24 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.workdays import hours_between, is_workday, promised_by

ZONE = ZoneInfo("Europe/Copenhagen")
MOMENTS = st.integers(0, 3200 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
HOURS = st.integers(1, 200)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("received", "hours", "until"),
    [
        ("2027-01-05 10:00", 24, "2027-01-06 10:00"),
        ("2027-01-08 14:00", 24, "2027-01-11 14:00"),  # Friday to Monday
        ("2027-01-09 10:00", 24, "2027-01-12 00:00"),  # Saturday: all of Monday
        ("2027-01-10 23:59", 1, "2027-01-11 01:00"),
        ("2027-01-08 00:00", 24, "2027-01-09 00:00"),  # all of a Friday ends at its midnight
        ("2026-12-23 12:00", 24, "2026-12-28 12:00"),  # over Christmas
        ("2026-12-30 15:00", 24, "2027-01-04 15:00"),  # over New Year
        ("2028-02-28 09:00", 48, "2028-03-01 09:00"),  # a leap day is a day
        ("2027-03-24 12:00", 24, "2027-03-30 12:00"),  # over Easter, and over the change to summer time
        ("2027-03-26 12:00", 24, "2027-03-31 00:00"),  # Good Friday: nothing counts before Tuesday
        ("2027-10-29 12:00", 24, "2027-11-01 12:00"),  # over the change to winter time
        ("2027-01-05 10:00", 72, "2027-01-08 10:00"),
    ],
)
def test_an_answer_is_promised_by(received, hours, until):
    found = promised_by(wall(received), hours, ZONE)
    assert found == wall(until)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2027-01-05 10:00", "2027-01-05 16:30", 6.5),
        ("2027-01-08 14:00", "2027-01-11 08:00", 18),
        ("2027-01-09 10:00", "2027-01-10 10:00", 0),
        ("2027-01-11 08:00", "2027-01-08 14:00", -18),
        ("2026-12-31 10:00", "2027-01-04 01:00", 1),
        ("2027-03-27 10:00", "2027-03-30 10:00", 10),
    ],
)
def test_hours_between_count_working_days_only(start, end, hours):
    assert hours_between(wall(start), wall(end), ZONE) == hours


@given(received=MOMENTS, hours=HOURS)
@example(received=datetime(2027, 3, 28, 1, tzinfo=UTC), hours=24)
@example(received=datetime(2027, 10, 31, 0, 30, tzinfo=UTC), hours=24)
@example(received=datetime(2027, 10, 31, 1, 30, tzinfo=UTC), hours=24)
def test_so_many_hours_pass_until_the_promise_ends(received, hours):
    until = promised_by(received, hours, ZONE)
    assert hours_between(received, until, ZONE) == pytest.approx(hours)
    assert is_workday((until - timedelta(microseconds=1)).astimezone(ZONE).date())


@given(received=MOMENTS, later=st.timedeltas(timedelta(), timedelta(days=20)), hours=HOURS)
def test_who_asks_later_is_not_promised_earlier_and_more_hours_end_later(received, later, hours):
    assert promised_by(received, hours, ZONE) <= promised_by(received + later, hours, ZONE)
    assert promised_by(received, hours, ZONE) < promised_by(received, hours + 1, ZONE)


@given(moments=st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_hours_add_up_and_turn_their_sign(moments):
    first, middle, last = sorted(moments)
    together = hours_between(first, middle, ZONE) + hours_between(middle, last, ZONE)
    assert together == pytest.approx(hours_between(first, last, ZONE))
    assert hours_between(last, first, ZONE) == -hours_between(first, last, ZONE)


@given(received=MOMENTS)
def test_a_day_is_promised_at_the_same_time_of_day_or_at_the_end_of_one(received):
    """Also in the weeks when the clock changes: it does so on Sundays."""
    before, until = received.astimezone(ZONE), promised_by(received, 24, ZONE).astimezone(ZONE)
    starts = before.time() if is_workday(before.date()) else datetime.min.time()
    assert until.time() == starts
