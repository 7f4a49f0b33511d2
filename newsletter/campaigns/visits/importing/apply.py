"""Checked rows come into the register: in chunks, each of them whole or not at all. The same list twice is once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.campaigns.visits.importing.rows import Row
from newsletter.campaigns.visits.recording import Act, add, like
from newsletter.subscribers.importing.rows import BadRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

CHUNK = 500
ACTION = "visits import"


@dataclass(kw_only=True)
class Outcome:
    """What an import did, or would do, counted in rows of the list."""

    rows: int = 0
    bad: int = 0
    """Rows that are to be mended."""
    new: int = 0
    known: int = 0
    """Visits that are in the register already, or stood further up in the list."""
    undone: int = 0
    """Visits that were undone or put right since: no list brings them back."""
    steps: int = 0
    """New visits that promised something."""


def import_visits(
    register: Register, rows: Iterable[Row | BadRow], *, now: datetime, actor: str, rehearse: bool = False
) -> Outcome:
    """Write the visits of a list down. Of a rehearsal nothing is kept."""
    listed = [*rows]
    good = [row for row in listed if isinstance(row, Row)]
    outcome = Outcome(rows=len(listed), bad=len(listed) - len(good))
    if rehearse:
        with suppress(_Rehearsed), register.write() as connection:
            _take(connection, good, outcome, now, actor)
            raise _Rehearsed
        return outcome
    for start in range(0, len(good), CHUNK):
        with register.write() as connection:
            _take(connection, good[start : start + CHUNK], outcome, now, actor)
    return outcome


class _Rehearsed(Exception):
    """Thrown to take a rehearsal back."""


def _take(connection: Connection, rows: Sequence[Row], outcome: Outcome, now: datetime, actor: str) -> None:
    act = Act(connection=connection, now=now, actor=actor)
    for row in rows:
        known = like(connection, row.visit)
        if not known:
            add(act, row.visit, action=ACTION)
            outcome.new += 1
            outcome.steps += row.visit.step is not None
        elif any(each.undone_at is None for each in known):
            outcome.known += 1
        else:
            outcome.undone += 1
