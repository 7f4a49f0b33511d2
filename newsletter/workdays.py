"""Wall clock, working days and Danish holidays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)
SATURDAY = 5


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


def days_of(year: int, month: int) -> list[date]:
    """All days of a month."""
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


@cache
def _holidays(year: int) -> dict[date, str]:
    import holidays

    found = holidays.country_holidays("DK", years=year, categories=("public", "optional"), language="da")
    return dict(found.items())
