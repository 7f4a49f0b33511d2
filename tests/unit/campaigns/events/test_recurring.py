"""Rules of events that come back, held against dateutil's."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr
from event_kit import wall
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar.prop import vRecur

from newsletter.campaigns.events.recurring import WEEKDAYS, occurrences, read_rule

LAST = date(2029, 6, 30)


def ours(rule, start, last=LAST):
    parts = vRecur.from_ical(rule)
    until = parts.get("UNTIL")
    return list(occurrences(read_rule(parts, until[0] if until else None), start, last))


def theirs(rule, start):
    return rrulestr(rule, dtstart=start).between(start, wall("2029-06-30 23:59:59"), inc=True)


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    parts += draw(st.sampled_from([[], ["COUNT=7"], ["COUNT=40"], ["UNTIL=20280229T120000"]]))
    days = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=3, unique=True))
    counted = frequency in ("MONTHLY", "YEARLY") and draw(st.booleans())
    if days:
        nth = [draw(st.sampled_from([1, 2, 4, 5, -1, -2])) if counted else "" for _ in days]
        parts.append("BYDAY=" + ",".join(f"{number}{day}" for number, day in zip(nth, days, strict=True)))
    if frequency != "WEEKLY" and not counted:
        numbers = draw(st.lists(st.sampled_from([1, 13, 28, 29, 30, 31, -1, -2, -31]), max_size=3, unique=True))
        parts += ["BYMONTHDAY=" + ",".join(map(str, numbers))] if numbers else []
    months = draw(st.lists(st.integers(1, 12), max_size=3, unique=True))
    parts += ["BYMONTH=" + ",".join(map(str, months))] if months else []
    if frequency in ("MONTHLY", "YEARLY") and days:  # in a week dateutil counts from the first occurrence
        parts += draw(st.sampled_from([[], ["BYSETPOS=1"], ["BYSETPOS=-1,2"]]))
    parts += draw(st.sampled_from([[], ["WKST=SU"], ["WKST=WE"]]))
    return ";".join(parts)


@given(rules(), st.datetimes(wall("2024-01-01 00:00"), wall("2028-12-31 00:00")))
def test_any_rule_gives_what_dateutil_gives(rule, start):
    start = start.replace(second=0, microsecond=0)
    assume("BYMONTHDAY" not in rule or "BYSETPOS" not in rule or "YEARLY" not in rule)
    assert ours(rule, start) == theirs(rule, start)


@given(rules(), st.datetimes(wall("2024-01-01 00:00"), wall("2028-12-31 00:00")), st.dates(date(2024, 1, 1), LAST))
def test_passing_over_what_was_changes_nothing_of_what_comes(rule, start, since):
    parts = vRecur.from_ical(rule)
    until = parts.get("UNTIL")
    read = read_rule(parts, until[0] if until else None)
    late = [each for each in occurrences(read, start, LAST, since) if each.date() >= since]
    assert late == [each for each in occurrences(read, start, LAST) if each.date() >= since]


@pytest.mark.parametrize(
    ("rule", "start", "found"),
    [
        ("FREQ=YEARLY", "2024-02-29 08:30", ["2024-02-29", "2028-02-29"]),
        ("FREQ=MONTHLY;COUNT=3", "2027-01-31 08:30", ["2027-01-31", "2027-03-31", "2027-05-31"]),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=3;COUNT=2", "2026-12-17 08:30", ["2026-12-17", "2027-01-21"]),
        ("FREQ=WEEKLY;UNTIL=20270102T000000", "2026-12-25 08:30", ["2026-12-25", "2027-01-01"]),
    ],
)
def test_leap_days_ends_of_months_and_new_year(rule, start, found):
    assert [f"{each:%Y-%m-%d}" for each in ours(rule, datetime.fromisoformat(start))] == found


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=DAILY;INTERVAL=2147483647;BYMONTHDAY=31;BYMONTH=6",
    ],
)
def test_a_rule_that_never_fits_comes_to_an_end(rule):
    begun = time.perf_counter()
    assert len(ours(rule, wall("1901-01-01 08:00"))) <= 1
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("FREQ=SECONDLY", "it comes back secondly"),
        ("FREQ=HOURLY;COUNT=2", "it comes back hourly"),
        ("COUNT=2", "it comes back in no way that is said"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYYEARDAY=3", "its rule says BYWEEKNO, BYYEARDAY"),
        ("FREQ=WEEKLY;BYDAY=2MO", "counts weekdays where there is nothing to count"),
        ("FREQ=YEARLY;BYDAY=2MO;BYMONTHDAY=3", "counts weekdays where there is nothing to count"),
        ("FREQ=DAILY;INTERVAL=0", "counts by less than one"),
        ("FREQ=DAILY;COUNT=-1", "counts by less than one"),
    ],
)
def test_a_rule_we_do_not_read_is_told(rule, text):
    with pytest.raises(ValueError, match=text):
        read_rule(vRecur.from_ical(rule), None)
