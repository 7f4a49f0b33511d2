"""A time zone as calendars want to be told of it (RFC 5545 § 3.6.5), worked out from the zone itself."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_A_YEAR = 2
"""Changes of the clock in a year, where there is summer time."""
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Change:
    """The clock is put forward or back: what it shows just before, and how far it is from UTC before and after."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def nth(self) -> int:
        """Which of the weekdays of its month its day is, from 1."""
        return (self.wall.day - 1) // 7 + 1

    @property
    def is_last(self) -> bool:
        """Whether the month has no such weekday after it."""
        return self.wall.day + 7 > monthrange(self.wall.year, self.wall.month)[1]


@cache
def timezone_lines(zone: ZoneInfo, first: int, last: int) -> tuple[str, ...]:
    """The zone's VTIMEZONE, right for every moment of the years `first` to `last`.

    Where one rule holds for these years and one more on either side it is written as a rule, which all calendars read;
    else each change stands by itself.
    """
    start = datetime(first - 1, 1, 1, tzinfo=UTC)
    changes = list(_changes(zone, start, datetime(last + 2, 1, 1, tzinfo=UTC)))
    years = [[each for each in changes if each.wall.year == year] for year in range(first - 1, last + 2)]
    rules = _rules(years)
    if rules is not None:
        told = list(zip(years[0], rules, strict=True))
    else:
        told = [(each, "") for each in (_standing(zone, start), *changes)]
    lines = (line for change, rule in told for line in _observance(change, rule))
    return ("BEGIN:VTIMEZONE", f"TZID:{zone.key}", *lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[_Change]:
    """Every change of the clock from `start` to `end`, in order."""
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    for low, high in pairwise(days):
        before, after = _offset(low, zone), _offset(high, zone)
        if before != after:
            at = _first_with(after, low, high, zone)
            yield _Change(wall=_wall(at, before), before=before, after=after, name=_name(at, zone))


def _first_with(offset: timedelta, low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second after `low` with the offset that `high` has."""
    while high - low > _ONE_SECOND:
        middle = (low + (high - low) // 2).replace(microsecond=0)
        low, high = (low, middle) if _offset(middle, zone) == offset else (middle, high)
    return high


def _standing(zone: ZoneInfo, start: datetime) -> _Change:
    """What the clocks go by at `start`, told as a change to it."""
    offset = _offset(start, zone)
    return _Change(wall=_wall(start, offset), before=offset, after=offset, name=_name(start, zone))


def _rules(years: Sequence[Sequence[_Change]]) -> list[str] | None:
    """A rule for each change of a year, when all years have the same ones."""
    if any(len(changes) != _A_YEAR for changes in years):
        return None
    found = [_rule(same) for same in zip(*years, strict=True)]
    rules = [rule for rule in found if rule]
    return rules if len(rules) == len(found) else None


def _rule(same: Sequence[_Change]) -> str:
    """The rule these changes of several years follow; nothing when they follow none."""
    first = same[0]
    kinds = {(each.wall.month, each.wall.weekday(), each.wall.time(), each.before, each.after) for each in same}
    if all(each.is_last for each in same):
        nth = -1
    elif all(each.nth == first.nth for each in same):
        nth = first.nth
    else:
        return ""
    day = f"{nth}{_DAYS[first.wall.weekday()]}"
    return f"RRULE:FREQ=YEARLY;BYMONTH={first.wall.month};BYDAY={day}" if len(kinds) == 1 else ""


def _observance(change: _Change, rule: str) -> Iterator[str]:
    kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{change.wall:%Y%m%dT%H%M%S}"
    if rule:
        yield rule
    yield f"TZOFFSETFROM:{_told(change.before)}"
    yield f"TZOFFSETTO:{_told(change.after)}"
    yield f"TZNAME:{change.name}"
    yield f"END:{kind}"


def _told(offset: timedelta) -> str:
    """`+0100`; with seconds where a zone of old had them."""
    seconds = abs(int(offset.total_seconds()))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{hours:02d}{minutes:02d}" + (f"{rest:02d}" if rest else "")


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


def _name(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).tzname() or zone.key
