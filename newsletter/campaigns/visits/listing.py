"""Visits in a list, the newest first.

Visits to advertising-protected companies are listed like all others: this is our own record of what we did, and
nobody is written to from it. They are counted, so that nobody makes such a list of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from newsletter.store.tables import companies, follow_ups, visit_topics, visits, workplaces
from newsletter.subscribers.companies.choosing import may_be_listed

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Listed(TypedDict):
    """A visit in a list."""

    number: int
    visited_on: str
    kind: str
    cvr: str | None
    company: str
    p_number: str | None
    consultant: str
    campaign: str | None
    announced: bool
    outcome: str | None
    note: str | None
    needs: list[str]
    interests: list[str]
    promised: bool
    """Whether a next step is open."""
    recorded_by: str
    recorded_at: str
    undone_at: str | None
    replaces: int | None


class Found(NamedTuple):
    """A page of visits, how many there are in all, and how many of those are to protected companies."""

    visits: list[Listed]
    total: int
    protected: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which visits: all that is said must fit."""

    campaign: str | None = None
    """An empty one is no campaign."""
    consultant: str | None = None
    company_id: int | None = None
    since: date | None = None
    until: date | None = None
    undone: bool = False
    """The undone ones instead of those that count."""
    number: int | None = None
    """This one, whether it counts or not."""

    def condition(self) -> ColumnElement[bool]:
        """What is said, as one condition."""
        table = visits.c
        if self.number is not None:
            return table.id == self.number
        said: list[ColumnElement[bool]] = [table.undone_at.is_not(None) if self.undone else table.undone_at.is_(None)]
        said += [table.campaign == (self.campaign or None)] if self.campaign is not None else []
        said += [table.consultant == self.consultant] if self.consultant else []
        said += [table.company_id == self.company_id] if self.company_id is not None else []
        said += [table.visited_on >= self.since] if self.since else []
        said += [table.visited_on <= self.until] if self.until else []
        return and_(*said)


def listed(connection: Connection, wanted: Wanted, *, limit: int, page: int = 1) -> Found:
    """A page of the visits that are wanted."""
    chosen = wanted.condition()
    joined = visits.join(companies, companies.c.id == visits.c.company_id)
    sums = func.count(), func.coalesce(func.sum(case((may_be_listed(), 0), else_=1)), 0)
    total, protected = connection.execute(select(*sums).select_from(joined).where(chosen)).one()
    found = select(*_columns()).select_from(joined.outerjoin(workplaces, workplaces.c.id == visits.c.workplace_id))
    found = found.where(chosen).order_by(visits.c.visited_on.desc(), visits.c.id.desc())
    rows = connection.execute(found.limit(limit).offset((page - 1) * limit)).mappings().all()
    topics = _topics(connection, [row["number"] for row in rows])
    return Found([_listed(dict(row), topics) for row in rows], total, int(protected))


def _columns() -> list[ColumnElement[Any]]:
    table = visits.c
    open_step = exists().where(follow_ups.c.visit_id == table.id, follow_ups.c.state == "open")
    names = ("visited_on", "kind", "consultant", "campaign", "announced", "outcome", "note", "recorded_by", "undone_at")
    return [
        *(table[name] for name in (*names, "recorded_at")),
        table.id.label("number"),
        table.replaces_id.label("replaces"),
        companies.c.cvr,
        companies.c.name.label("company"),
        workplaces.c.p_number,
        open_step.label("promised"),
    ]


def _topics(connection: Connection, numbers: list[int]) -> dict[tuple[int, str], list[str]]:
    table = visit_topics.c
    found: dict[tuple[int, str], list[str]] = {}
    for row in connection.execute(select(visit_topics).where(table.visit_id.in_(numbers)).order_by(table.word)):
        found.setdefault((row.visit_id, row.kind), []).append(row.word)
    return found


def _listed(row: dict[str, Any], topics: dict[tuple[int, str], list[str]]) -> Listed:
    told = {**row, "needs": topics.get((row["number"], "need"), [])}
    told |= {"interests": topics.get((row["number"], "interest"), []), "promised": bool(row["promised"])}
    for name in ("visited_on", "recorded_at", "undone_at"):
        told[name] = told[name].isoformat() if told[name] else None
    found: Any = {name: told[name] for name in Listed.__annotations__}
    listed_visit: Listed = found
    return listed_visit
