"""Whether next steps are taken in time: visit by visit, by consultant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, and_, case, cast, extract, func, select

from newsletter.campaigns.progress.seen import CELL, ROW, Visited, consultant_of, joined
from newsletter.store.tables import follow_ups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from newsletter.campaigns.progress.window import Window

_DONE, _COUNTS, _OPEN = 1, 2, 4
"""Of a visit: a next step was done in time; one is still a next step; one is open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Of some visits with a next step: how many count by now, how many were kept, how many still wait, too late."""

    counted: int = 0
    kept: int = 0
    waiting: int = 0

    def __add__(self, other: Kept) -> Kept:
        """Both together."""
        return Kept(
            counted=self.counted + other.counted,
            kept=self.kept + other.kept,
            waiting=self.waiting + other.waiting,
        )


def kept(connection: Connection, window: Window, within: int, visited: Visited) -> dict[str, Kept]:
    """By consultant: visits whose next step was taken within so many days, of those that count by now."""
    bits: dict[str, int] = {}
    limits: dict[date, float] = {}
    standing = _standing(visited)
    for visit, state, settled in _steps(connection, window):
        number = standing.get(_root(visit, visited.replaced), visit)
        if number not in visited.met:
            continue
        day = visited.met[number][0]
        if day not in limits:
            limits[day] = window.basis.end_of(day + timedelta(days=within)).timestamp()
        in_time = bool(settled) and int(settled) < limits[day]
        bits[number] = bits.get(number, 0) | _bits(state, in_time=in_time, settled=bool(settled))
    found: dict[str, Kept] = {}
    for number, flags in bits.items():
        day, row = visited.met[number]
        over = day + timedelta(days=within) <= window.as_of
        who = consultant_of(row)
        found[who] = found.get(who, Kept()) + _judged(flags, over=over)
    return found


def _bits(state: str, *, in_time: bool, settled: bool) -> int:
    """What a next step says of its visit. One that was dropped in time is none."""
    done = _DONE if state == "done" and in_time else 0
    counts = 0 if state == "dropped" and in_time else _COUNTS
    return done | counts | (0 if settled else _OPEN)


def _judged(flags: int, *, over: bool) -> Kept:
    done = bool(flags & _DONE)
    if not flags & _COUNTS or not (done or over):
        return Kept()
    return Kept(counted=1, kept=int(done), waiting=int(bool(flags & _OPEN) and not done))


def _steps(connection: Connection, window: Window) -> Iterator[list[str]]:
    """The next steps that were known: visit, state, and the second in which it was settled, if that was known."""
    table = follow_ups.c
    settled = cast(cast(extract("epoch", table.settled_at), BigInteger), String)
    told = and_(table.settled_at.is_not(None), window.known(table.settled_at))
    row: list[Any] = [table.visit_id, table.state, case((told, settled), else_="")]
    since = (table.visit_id.is_not(None), table.created_at >= window.basis.start_of(window.first))
    text = connection.scalar(
        select(func.aggregate_strings(joined(row), ROW)).where(*since, window.known(table.created_at))
    )
    return (each.split(CELL) for each in (text or "").split(ROW) if each)


def _standing(visited: Visited) -> dict[str, str]:
    """The first of each row of visits that put one another right → the one of them that counts.

    A next step may hang on any of them: it goes with the visit, whoever moves it.
    """
    if not visited.replaced:
        return {}
    return {_root(number, visited.replaced): number for number in visited.met}


def _root(number: str, replaced: dict[str, str]) -> str:
    while number in replaced:
        number = replaced[number]
    return number
