"""Wall clock, working days, Danish holidays, and hours of working days.

All 24 hours of a working day count, by the clock on the wall; weekends and holidays stand still. Asked on Friday at 14,
an answer within 24 hours is promised by Monday at 14; asked on Saturday, by the end of Monday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
SATURDAY = 5
DECEMBER, CHRISTMAS = 12, 26
SCHOOL_HOLIDAYS = {range(7, 9): "vinterferie", range(27, 33): "sommerferie", range(42, 43): "efterårsferie"}
"""ISO weeks → the name of the holiday that schools have in them."""


def is_workday(day: date) -> bool:
    """Monday to Friday and no Danish holiday.

    Constitution Day, 1 May, 24 and 31 December count as holidays: offices are closed.
    """
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def holiday_name(day: date) -> str:
    """What the day is called when it is a holiday, else nothing."""
    return _holidays(day.year).get(day, "")


def next_workday(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_workday(day):
        day += ONE_DAY
    return day


def workday_before(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not is_workday(day):
        day -= ONE_DAY
    return day


def workdays_back(day: date, count: int) -> date:
    """The working day that has `count` steps of a working day each from it to `day`."""
    for _ in range(count):
        day = workday_before(day - ONE_DAY)
    return day


def workdays_on(day: date, count: int) -> date:
    """The working day that is `count` working days after `day`."""
    for _ in range(count):
        day = next_workday(day + ONE_DAY)
    return day


def workdays_between(first: date, last: date) -> int:
    """How many working days come after `first`, up to and with `last`; none when `last` is not later."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(map(is_workday, days))


def is_between_holidays(day: date) -> bool:
    """A working day squeezed in (*klemmedag*): alone between days off, or between Christmas and New Year."""
    if not is_workday(day):
        return False
    alone = not is_workday(day - ONE_DAY) and not is_workday(day + ONE_DAY)
    return alone or (day.month == DECEMBER and day.day > CHRISTMAS)


def school_holiday(day: date) -> str:
    """What the schools' holiday in the day's ISO week is called, else nothing. Week 7 or 8 goes by municipality."""
    week = day.isocalendar().week
    return next((name for weeks, name in SCHOOL_HOLIDAYS.items() if week in weeks), "")


def days_of(year: int, month: int) -> list[date]:
    """All days of a month."""
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def promised_by(received: datetime, hours: int, zone: tzinfo) -> datetime:
    """The moment by which so many hours of working days have passed; what ends with a day ends at its midnight."""
    wall, left = _wall(received, zone), timedelta(hours=hours)
    while True:
        day = next_workday(wall.date())
        wall = max(wall, _midnight(day))
        end = _midnight(day + ONE_DAY)
        if wall + left <= end:
            return (wall + left).replace(tzinfo=zone).astimezone(UTC)
        left -= end - wall
        wall = end


def hours_between(start: datetime, end: datetime, zone: tzinfo) -> float:
    """How many hours of working days lie between; fewer than none when `end` comes first."""
    if end < start:
        return -hours_between(end, start, zone)
    first, last = _wall(start, zone), _wall(end, zone)
    passed, day = timedelta(), first.date()
    while day <= last.date():
        if is_workday(day):
            passed += max(timedelta(), min(last, _midnight(day + ONE_DAY)) - max(first, _midnight(day)))
        day += ONE_DAY
    return passed / _HOUR


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


@cache
def _holidays(year: int) -> dict[date, str]:
    import holidays

    found = holidays.country_holidays("DK", years=year, categories=("public", "optional"), language="da")
    return dict(found.items())
