"""Wall clock to time and back: the hour that does not exist in spring, the one that comes twice in autumn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.problems import Refused

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

CENTURY = 20
ONE_MINUTE = timedelta(minutes=1)
EXAMPLE = "write day and time as 2027-01-05 09:00, or the day alone"
_WALL = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]+(\d{1,2})[:.](\d{2}))?")
_ZONED = re.compile(r"(Z|[+-]\d{2}:?\d{2}|UTC)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockChange:
    """The clock is put forward or back: when, and what it shows just before and just after (wall clock)."""

    at: datetime
    before: datetime
    after: datetime

    @property
    def is_forward(self) -> bool:
        """Whether an hour is left out."""
        return self.after > self.before


def written(wall: datetime) -> str:
    """`2027-01-05 09:00`."""
    return wall.isoformat(" ", "minutes")


def read_wall(text: str, default: time) -> datetime:
    """The wall clock a person said; a day alone takes the time of day `default`. Raises Refused."""
    said = text.strip()
    if _ZONED.search(said):
        raise Refused(f"{said!r} says a time zone", "leave it out: newsletter.yml says the zone of every time here")
    match = _WALL.fullmatch(said)
    if match is None:
        raise Refused(f"{said!r} is not a day and a time", EXAMPLE)
    day, hour, minute = match.groups()
    try:
        clock = time(int(hour), int(minute)) if hour else default
        wall = datetime.combine(datetime.fromisoformat(day), clock)
    except ValueError as error:
        raise Refused(f"{said!r}: there is no such day or time", EXAMPLE) from error
    if wall.year // 100 != CENTURY:
        raise Refused(f"{said!r} is not in this century", EXAMPLE)
    return wall


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock as UTC: the first time when it comes twice, the change itself when the clock leaves it out."""
    at = _first(wall, zone)
    if _shown(at, zone) == wall:
        return at
    return _change(zone, _second(wall, zone), at)


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks on the wall show at a moment, to the minute."""
    return _shown(moment, zone).replace(second=0, microsecond=0)


def check_exists(wall: datetime, zone: ZoneInfo) -> None:
    """Refuse a wall clock that is left out when the clock is put forward, and say the times on either side of it."""
    if _shown(_first(wall, zone), zone) == wall:
        return
    change = moment_of(wall, zone)
    before, after = _shown(change - ONE_MINUTE, zone), _shown(change, zone)
    text = f"{written(wall)} does not exist in {zone.key}: the clock goes from {before:%H:%M} to {after:%H:%M} that day"
    raise Refused(text, f"choose {written(before)} or {written(after)}")


def comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks show it twice because they are put back; the first is meant."""
    first, second = _first(wall, zone), _second(wall, zone)
    return first != second and _shown(first, zone) == wall == _shown(second, zone)


def clock_changes(zone: ZoneInfo, year: int) -> list[ClockChange]:
    """When the clock is put forward or back in a year, in order."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(-1, 367)]
    found = []
    for low, high in pairwise(days):
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            at = _change(zone, low, high)
            before, after = _shown(at - ONE_MINUTE, zone) + ONE_MINUTE, _shown(at, zone)
            found.append(ClockChange(at=at, before=before, after=after))
    return [change for change in found if change.after.year == year]


def _first(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _second(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second with the offset that the zone has at `high` and had not at `low`."""
    offset = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high
