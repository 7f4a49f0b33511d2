"""Whether next steps are taken in time, visit by visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, and_, case, cast, extract, select

from newsletter.campaigns.progress.seen import Visited, columns_of
from newsletter.store.tables import follow_ups

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from sqlalchemy import Connection

    from newsletter.campaigns.progress.window import Window

_MICRO = 1_000_000
"""A moment is told in whole microseconds: PostgreSQL would round a second up, and into the next day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Of the visits with a next step: how many count by now, how many were kept, and whose still wait, too late."""

    counted: int = 0
    kept: int = 0
    waiting: Mapping[str, int] = field(default_factory=dict)
    """By consultant."""


def kept(connection: Connection, window: Window, within: int, visited: Visited) -> Kept:
    """The visits whose next step was taken within so many days, of those that count by now."""
    done, missed, waits = _told(connection, window, within, visited)
    over_on = window.as_of - timedelta(days=within)
    young = {number for day, (numbers, _) in visited.rows.items() if day > over_on for number in numbers}
    late = (missed | waits) - done - young
    waiting = visited.consultants_of(late & waits)
    return Kept(counted=len(done) + len(late), kept=len(done), waiting=waiting)


def _told(connection: Connection, window: Window, within: int, visited: Visited) -> tuple[set[str], ...]:
    """Visits by what a next step says of them: done in time; not done in time, and not dropped by then; open.

    A visit is in as many of the three as its steps say.
    """
    limits: dict[str, int] = {}
    for day, (numbers, _) in visited.rows.items():
        end = window.basis.end_of(day + timedelta(days=within))
        limits.update(dict.fromkeys(numbers, int(end.timestamp()) * _MICRO))
    moved, done, missed, waits = _moved(limits, visited.replaced), set[str](), set[str](), set[str]()
    for visit, state, settled in _steps(connection, window):
        number = moved.get(visit, visit)
        limit = limits.get(number)
        if limit is None:
            continue
        if not settled:
            waits.add(number)
        elif int(settled) >= limit or state == "open":
            missed.add(number)
        elif state == "done":
            done.add(number)
    return done, missed, waits


def _steps(connection: Connection, window: Window) -> Iterator[tuple[str, str, str]]:
    """The next steps that were known: visit, state, and the microsecond in which it was settled, if known."""
    table = follow_ups.c
    told = and_(table.settled_at.is_not(None), window.known(table.settled_at))
    settled = case((told, cast(extract("epoch", table.settled_at) * _MICRO, BigInteger)))
    of_visits = and_(table.visit_id.is_not(None), table.created_at >= window.basis.start_of(window.first))
    rows = select(table.visit_id).where(of_visits, window.known(table.created_at))
    visits, states, moments = columns_of(connection, rows, table.visit_id, table.state, settled)
    return zip(visits, states, moments, strict=True)


def _moved(counting: Container[str], replaced: dict[str, str]) -> dict[str, str]:
    """Each of the visits that put one another right → the one of them that counts.

    A next step may hang on any of them: it goes with the visit, whoever moves it.
    """
    rows = {number: _root(number, replaced) for number in {*replaced, *replaced.values()}}
    standing = {root: number for number, root in rows.items() if number in counting}
    return {number: standing.get(root, number) for number, root in rows.items()}


def _root(number: str, replaced: dict[str, str]) -> str:
    while number in replaced:
        number = replaced[number]
    return number
