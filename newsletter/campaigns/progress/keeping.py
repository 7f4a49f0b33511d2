"""Whether next steps are taken in time, visit by visit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, and_, case, cast, extract, select

from newsletter.campaigns.progress.seen import Visited, columns_of
from newsletter.store.tables import follow_ups

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from newsletter.campaigns.progress.window import Window

_DONE, _COUNTS, _OPEN = 1, 2, 4
"""Of a visit: a next step was done in time; one is still a next step; one is open."""
_MICRO = 1_000_000
"""A moment is told in whole microseconds: PostgreSQL would round a second up, and into the next day."""
_WAITS = _COUNTS | _OPEN
_SETTLED = (
    {"open": _COUNTS, "done": _COUNTS, "dropped": _COUNTS},
    {"open": _COUNTS, "done": _COUNTS | _DONE, "dropped": 0},
)
"""Of a next step that was settled late, or in time: its state → what it says of its visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Of the visits with a next step: how many count by now, how many were kept, and whose still wait, too late."""

    counted: int = 0
    kept: int = 0
    waiting: Mapping[str, int] = field(default_factory=dict)
    """By consultant."""


def kept(connection: Connection, window: Window, within: int, visited: Visited) -> Kept:
    """The visits whose next step was taken within so many days, of those that count by now."""
    bits = _bits(connection, window, within, visited)
    over_on = window.as_of - timedelta(days=within)
    young = {number for day, (numbers, _) in visited.rows.items() if day > over_on for number in numbers}
    said, of_young = Counter(bits.values()), Counter(bits[number] for number in young & bits.keys())
    done = said[_COUNTS | _DONE] + said[_COUNTS | _DONE | _OPEN]
    late = sum(said[each] - of_young[each] for each in (_COUNTS, _WAITS))
    waiting = (number for number, flags in bits.items() if flags == _WAITS and number not in young)
    return Kept(counted=done + late, kept=done, waiting=Counter(map(visited.consultant, waiting)))


def _bits(connection: Connection, window: Window, within: int, visited: Visited) -> dict[str, int]:
    """What its next steps say of each visit."""
    ends = ((day, window.basis.end_of(day + timedelta(days=within))) for day in visited.days)
    limits = {day: int(end.timestamp()) * _MICRO for day, end in ends}
    standing, day_of = _standing(visited), visited.met_on.get
    bits: dict[str, int] = {}
    for visit, state, settled in _steps(connection, window):
        number = standing.get(_root(visit, visited.replaced), visit) if standing else visit
        day = day_of(number)
        if day is not None:
            said = _SETTLED[int(settled) < limits[day]][state] if settled else _WAITS
            bits[number] = bits.get(number, 0) | said
    return bits


def _steps(connection: Connection, window: Window) -> Iterator[tuple[str, str, str]]:
    """The next steps that were known: visit, state, and the microsecond in which it was settled, if known."""
    table = follow_ups.c
    told = and_(table.settled_at.is_not(None), window.known(table.settled_at))
    settled = case((told, cast(extract("epoch", table.settled_at) * _MICRO, BigInteger)))
    of_visits = and_(table.visit_id.is_not(None), table.created_at >= window.basis.start_of(window.first))
    rows = select(table.visit_id).where(of_visits, window.known(table.created_at))
    visits, states, moments = columns_of(connection, rows, table.visit_id, table.state, settled)
    return zip(visits, states, moments, strict=True)


def _standing(visited: Visited) -> dict[str, str]:
    """The first of each row of visits that put one another right → the one of them that counts.

    A next step may hang on any of them: it goes with the visit, whoever moves it.
    """
    if not visited.replaced:
        return {}
    return {_root(number, visited.replaced): number for number in visited.met_on}


def _root(number: str, replaced: dict[str, str]) -> str:
    while number in replaced:
        number = replaced[number]
    return number
