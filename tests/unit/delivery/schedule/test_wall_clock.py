"""Wall clock to time and back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schedule_kit import COPENHAGEN, HOUR, wall

from newsletter.delivery.schedule.wall import (
    check_exists,
    clock_changes,
    comes_twice,
    moment_of,
    read_wall,
    wall_of,
    written,
)
from newsletter.problems import Refused

YEARS = range(2026, 2037)
ZONES = [
    "Europe/Copenhagen",
    "America/Nuuk",
    "Atlantic/Faroe",
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Chatham",
    "UTC",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
]
MINUTES = st.datetimes(wall("2001-01-01"), wall("2098-12-31")).map(lambda at: at.replace(second=0, microsecond=0))


def last_sunday(year: int, month: int) -> datetime:
    day = wall(f"{year}-{month:02}-31")
    return day - timedelta(days=(day.weekday() + 1) % 7)


@pytest.mark.parametrize("year", YEARS)
def test_summer_time_begins_and_ends_on_the_last_sundays(year):
    spring, autumn = clock_changes(COPENHAGEN, year)
    assert (spring.before, spring.after) == (last_sunday(year, 3) + 2 * HOUR, last_sunday(year, 3) + 3 * HOUR)
    assert (autumn.before, autumn.after) == (last_sunday(year, 10) + 3 * HOUR, last_sunday(year, 10) + 2 * HOUR)
    assert (spring.is_forward, autumn.is_forward) == (True, False)
    assert spring.at == datetime(year, 3, last_sunday(year, 3).day, 1, tzinfo=UTC)
    assert autumn.at == datetime(year, 10, last_sunday(year, 10).day, 1, tzinfo=UTC)


@pytest.mark.parametrize("year", YEARS)
def test_the_hour_that_is_left_out_is_refused_and_its_neighbours_are_offered(year):
    day = last_sunday(year, 3)
    for minute in (0, 1, 30, 59):
        gone = day + timedelta(hours=2, minutes=minute)
        with pytest.raises(Refused) as caught:
            check_exists(gone, COPENHAGEN)
        assert f"{written(gone)} does not exist in Europe/Copenhagen" in caught.value.text
        assert caught.value.hint == f"choose {day:%Y-%m-%d} 01:59 or {day:%Y-%m-%d} 03:00"
        assert moment_of(gone, COPENHAGEN) == moment_of(day + 3 * HOUR, COPENHAGEN)
        assert not comes_twice(gone, COPENHAGEN)
    for fine in ("01:59", "03:00"):
        check_exists(wall(f"{day:%Y-%m-%d} {fine}"), COPENHAGEN)


@pytest.mark.parametrize("year", YEARS)
def test_the_hour_that_comes_twice_is_the_first_one(year):
    day = last_sunday(year, 10)
    for minute in (0, 1, 30, 59):
        twice = day + timedelta(hours=2, minutes=minute)
        check_exists(twice, COPENHAGEN)
        assert comes_twice(twice, COPENHAGEN)
        assert moment_of(twice, COPENHAGEN) == (twice - 2 * HOUR).replace(tzinfo=UTC)  # summer time
    assert not comes_twice(day + timedelta(hours=1, minutes=59), COPENHAGEN)
    assert not comes_twice(day + 3 * HOUR, COPENHAGEN)


@given(MINUTES, st.sampled_from(ZONES))
def test_a_wall_clock_comes_back_from_its_moment_unless_it_does_not_exist(when, name):
    zone = ZoneInfo(name)
    moment = moment_of(when, zone)
    try:
        check_exists(when, zone)
    except Refused as refused:
        before, after = (wall(each) for each in refused.hint.removeprefix("choose ").split(" or "))
        assert before < when < after
        assert moment_of(before, zone) + timedelta(minutes=1) == moment_of(after, zone) == moment
    else:
        assert wall_of(moment, zone) == when
        assert not comes_twice(when, zone) or wall_of(moment + HOUR / 2, zone) <= when + HOUR / 2


@given(MINUTES, st.sampled_from(ZONES))
def test_of_two_moments_with_the_same_wall_clock_the_first_is_taken(when, name):
    zone, moment = ZoneInfo(name), when.replace(tzinfo=UTC)
    assert moment_of(wall_of(moment, zone), zone) <= moment


@given(st.integers(2001, 2090), st.sampled_from(ZONES))
def test_between_two_changes_an_hour_is_an_hour(year, name):
    zone = ZoneInfo(name)
    for change in clock_changes(zone, year):
        just_before, just_after = change.at - timedelta(minutes=1), change.at + timedelta(minutes=1)
        shift = (change.after - change.before).total_seconds()
        assert (wall_of(just_after, zone) - wall_of(just_before, zone)).total_seconds() == 120 + shift
        assert abs(shift) <= 7200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-05 09:00", "2027-01-05 09:00"),
        ("2027-01-05T09:00", "2027-01-05 09:00"),
        (" 2027-01-05  9.05 ", "2027-01-05 09:05"),
        ("2027-01-05", "2027-01-05 08:30"),
    ],
)
def test_a_time_is_read_as_people_write_it(text, expected):
    assert read_wall(text, time(8, 30)) == wall(expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("05/01/2027 09:00", "not a day and a time"),
        ("tirsdag", "not a day and a time"),
        ("", "not a day and a time"),
        ("2027-01-05 09:00Z", "says a time zone"),
        ("2027-01-05 09:00+01:00", "says a time zone"),
        ("2027-02-29 09:00", "no such day or time"),
        ("2027-13-45 25:70", "no such day or time"),
        ("2027-01-05 24:00", "no such day or time"),
        ("0001-01-01 00:00", "not in this century"),
        ("9999-12-31 23:59", "not in this century"),
        ("2027-01-05 09:00\n2027-01-06", "not a day and a time"),
    ],
)
def test_what_is_no_time_is_refused_with_a_cure(text, says):
    with pytest.raises(Refused) as caught:
        read_wall(text, time(9))
    assert says in caught.value.text
    assert caught.value.hint
