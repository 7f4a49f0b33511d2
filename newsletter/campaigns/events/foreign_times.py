"""Times of others' events: days and moments as iCalendar tells them, by one clock or another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

A_YEAR = timedelta(days=365)
FIRST_YEAR, LAST_YEAR = 1900, 2199
AN_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_ZONE_NAME = 60
"""Letters shown of a zone's name."""


def span_of(entry: Any) -> tuple[date | datetime, date | datetime]:
    """Start and end as the event says them; a missing or impossible end is an hour or a day after the start."""
    start = value_of(entry, "DTSTART")
    if "DTEND" in entry:
        end = value_of(entry, "DTEND")
    elif "DURATION" in entry:
        span = entry.get("DURATION")
        span = getattr(span, "dt", getattr(span, "td", None))
        if not isinstance(span, timedelta) or abs(span) > A_YEAR:
            raise ValueError("the event's duration cannot be read")
        end = start + span if span.seconds == 0 else _exactly(start, span)
    else:
        end = start
    if isinstance(start, datetime) != isinstance(end, datetime) or is_floating(start) != is_floating(end):
        raise ValueError("the event's start and end are of two kinds")
    step = AN_HOUR if isinstance(start, datetime) else _DAY
    return start, end if end > start else start + step


def value_of(entry: Any, name: str) -> date | datetime:
    """A day or a moment. Raises ValueError for one that is missing, of no known zone, or of another age."""
    found = entry.get(name)
    value = getattr(found, "dt", None)
    if not isinstance(value, date):
        raise ValueError(f"the event's {name} is missing or cannot be read")  # noqa: TRY004  # told to the user
    zone = found.params.get("TZID") if hasattr(found, "params") else None
    if isinstance(value, datetime) and value.tzinfo is None and zone:
        raise ValueError(f"the time zone {str(zone)[:_ZONE_NAME]!r} is not known; have it mended in their calendar")
    if not FIRST_YEAR < value.year < LAST_YEAR:
        raise ValueError(f"the year {value.year} is a slip")
    return value


def wall_of(value: date, zone: ZoneInfo) -> datetime:
    """By the workspace's clock, to the minute; a day begins at midnight wherever it is."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    here = value.astimezone(zone) if value.tzinfo else value
    return here.replace(tzinfo=None, fold=0, second=0, microsecond=0)


def plain(value: date) -> datetime:
    """A day or a moment by its own clock, without its zone."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())


def is_floating(value: date) -> bool:
    """Whether it says no zone: a day, or a moment by whatever clock there is."""
    return not (isinstance(value, datetime) and value.tzinfo is not None)


def as_told(like: date, moment: datetime) -> date:
    """A moment of the event's own clock in the form of its start."""
    return moment.replace(tzinfo=like.tzinfo) if isinstance(like, datetime) else moment.date()


def by_clock_of(value: date, like: date) -> date:
    """A moment by the clock of another one."""
    if isinstance(value, datetime) and isinstance(like, datetime) and value.tzinfo and like.tzinfo:
        return value.astimezone(like.tzinfo)
    return value


def end_of(moment: date, start: date, end: date) -> date:
    """The end of an occurrence, as long after it as the first one's; hours are hours across a change of the clock."""
    if isinstance(start, datetime) and isinstance(end, datetime) and start.tzinfo:
        return _exactly(moment, end.astimezone(UTC) - start.astimezone(UTC))
    return moment + (end - start)


def _exactly(moment: date, span: timedelta) -> date:
    """So many hours later as they pass, whatever is done to the clock meanwhile."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return moment + span
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)


def until_of(parts: Any, start: date) -> datetime | None:
    """The last moment a rule gives, by the clock of the event's start."""
    told = parts.get("UNTIL")
    value = told[0] if isinstance(told, list) and told else told
    if not isinstance(value, date):
        return None
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max)
    return plain(by_clock_of(value, start))


def dates_of(entry: Any, name: str) -> Iterator[date]:
    """The days and moments of EXDATE or RDATE; of a period, its start."""
    told = entry.get(name)
    for group in told if isinstance(told, list) else [told] if told is not None else []:
        for each in getattr(group, "dts", ()):
            value = each.dt[0] if isinstance(each.dt, tuple) else each.dt
            if isinstance(value, date):
                yield value
