"""Hours of working days: all 24 of Monday to Friday count, by the clock on the wall; weekends and holidays stand still.

Asked on Friday at 14, an answer within 24 hours is promised by Monday at 14; asked on Saturday, by the end of Monday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from newsletter.workdays import ONE_DAY, is_workday, next_workday

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)


def promised_by(received: datetime, hours: int, zone: ZoneInfo) -> datetime:
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


def hours_between(start: datetime, end: datetime, zone: ZoneInfo) -> float:
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


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
