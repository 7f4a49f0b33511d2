"""Checked rows come into the register: in chunks, each of them whole or not at all. The same list twice is once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.campaigns.visits.importing.rows import Row
from newsletter.campaigns.visits.recording import Act, add, like
from newsletter.campaigns.visits.visit import Visit
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
    agreements: int = 0
    """New visits of a campaign that ended with an agreement."""


def import_visits(
    register: Register, rows: Iterable[Row | BadRow], *, now: datetime, actor: str, rehearse: bool = False
) -> Outcome:
    """Write the visits of a list down; a rehearsal only counts, and keeps nobody else from writing."""
    listed = [*rows]
    good = [row for row in listed if isinstance(row, Row)]
    outcome = Outcome(rows=len(listed), bad=len(listed) - len(good))
    if rehearse:
        with register.read() as connection:
            _count(connection, good, outcome)
        return outcome
    for start in range(0, len(good), CHUNK):
        with register.write() as connection:
            act = Act(connection=connection, now=now, actor=actor)
            for row in good[start : start + CHUNK]:
                if _is_new(connection, row.visit, outcome):
                    add(act, row.visit, action=ACTION)
    return outcome


def _count(connection: Connection, rows: Sequence[Row], outcome: Outcome) -> None:
    """What would happen. Of rows about one visit the first counts, as it would when they are written."""
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        visit = row.visit
        key = (visit.company_id, visit.visited_on, visit.consultant, visit.kind)
        if key in seen:
            outcome.known += 1
        elif _is_new(connection, visit, outcome):
            seen.add(key)


def _is_new(connection: Connection, visit: Visit, outcome: Outcome) -> bool:
    """Whether the register does not know the visit; counted either way."""
    known = like(connection, visit)
    if not known:
        outcome.new += 1
        outcome.steps += visit.step is not None
        outcome.agreements += visit.outcome == "agreement" and visit.campaign is not None
    elif any(each.undone_at is None for each in known):
        outcome.known += 1
    else:
        outcome.undone += 1
    return not known
