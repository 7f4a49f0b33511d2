"""VTIMEZONE held against zoneinfo: both sides of every change, over the years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from event_kit import wall
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from newsletter.campaigns.events.zone import timezone_lines
from newsletter.delivery.schedule.wall import clock_changes

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MINUTE = timedelta(minutes=1)
ZONES = (
    "Europe/Copenhagen",
    "America/New_York",  # the second Sunday
    "Australia/Sydney",  # summer at New Year
    "Europe/Dublin",  # winter is the exception there
    "Africa/Casablanca",  # goes by the moon
    "Asia/Tehran",  # has stopped
    "America/Nuuk",  # changed its offset in 2023
    "Asia/Kathmandu",
    "Atlantic/Reykjavik",
    "UTC",
)


def observances(lines):
    """Onset by its wall clock, offset before and after, and whether it comes back every year."""
    found, rows = [], iter(lines)
    for line in rows:
        if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT"):
            found.append({"kind": line[6:]})
        elif found and ":" in line:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, value)
    return found


def seconds(text):
    sign = -1 if text[0] == "-" else 1
    return sign * (int(text[1:3]) * 3600 + int(text[3:5]) * 60 + int(text[5:7] or 0))


def onsets(lines, years):
    """(UTC of the onset, offset after it) of every observance, rules unrolled by hand."""
    for each in observances(lines):
        first = datetime.fromisoformat(each["DTSTART"])
        rule = dict(part.split("=") for part in each.get("RRULE", "").split(";") if part)
        walls = [first]
        if rule:
            walls += [nth(year, rule, first) for year in years if year > first.year]
        for onset in walls:
            yield (
                (onset - timedelta(seconds=seconds(each["TZOFFSETFROM"]))).replace(tzinfo=UTC),
                seconds(each["TZOFFSETTO"]),
            )


def nth(year, rule, first):
    number, day = int(rule["BYDAY"][:-2]), ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(rule["BYDAY"][-2:])
    month = int(rule["BYMONTH"])
    days = [wall(f"{year}-{month:02d}-01 00:00") + timedelta(days=count) for count in range(31)]
    fitting = [each for each in days if each.month == month and each.weekday() == day]
    return datetime.combine(fitting[number - 1 if number > 0 else number], first.time())


def offset_told(lines, moment):
    known = sorted(onsets(lines, range(1899, 2203)))
    return [offset for at, offset in known if at <= moment][-1]


@pytest.mark.parametrize("year", range(1996, 2041))
def test_both_sides_of_march_and_october_are_right_each_year(year):
    lines = timezone_lines(COPENHAGEN, year, year)
    changes = clock_changes(COPENHAGEN, year)
    assert [change.at.month for change in changes] == [3, 10]
    for change in changes:
        for moment in (change.at - MINUTE, change.at, change.at + MINUTE):
            assert offset_told(lines, moment) == moment.astimezone(COPENHAGEN).utcoffset().total_seconds()
    assert lines.count("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU") == (1 if year >= 1997 else 0)


@pytest.mark.parametrize("name", ZONES)
@given(year=st.integers(1900, 2100), span=st.integers(0, 2), hour=st.integers(0, 366 * 24))
def test_every_moment_of_the_years_asked_for_is_right(name, year, span, hour):
    zone = ZoneInfo(name)
    lines = timezone_lines(zone, year, year + span)
    moment = (wall(f"{year}-01-01 00:00") + timedelta(hours=hour)).replace(tzinfo=zone).astimezone(UTC)
    assert offset_told(lines, moment) == moment.astimezone(zone).utcoffset().total_seconds()


@pytest.mark.parametrize("name", ZONES)
def test_icalendar_reads_every_zone_of_ours(name):
    lines = timezone_lines(ZoneInfo(name), 2027, 2028)
    (zone,) = Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""])).walk("VTIMEZONE")
    assert zone["TZID"] == name
    theirs = zone.to_tz(lookup_tzid=False)
    for day in range(365):
        noon = wall("2027-01-01 12:00") + timedelta(days=day)
        assert noon.replace(tzinfo=theirs).utcoffset() == noon.replace(tzinfo=ZoneInfo(name)).utcoffset()


def test_where_no_rule_holds_each_change_stands_by_itself():
    assert not [line for line in timezone_lines(ZoneInfo("Africa/Casablanca"), 2027, 2027) if "RRULE" in line]
    assert not [line for line in timezone_lines(COPENHAGEN, 1943, 1943) if "RRULE" in line]  # summer time in the war
    assert timezone_lines(COPENHAGEN, 1970, 1970).count("BEGIN:STANDARD") == 1
