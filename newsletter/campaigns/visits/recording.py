"""Visits come into the register, are put right and taken back. What was written down once is never written over.

A visit that is put right is a new row, and the old one is undone at that moment: a report for the day before reads
what was known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from newsletter.campaigns.visits.steps import carry_over, drop_steps, open_step, promise
from newsletter.campaigns.visits.topics import BROUGHT, TAKEN_BACK, bring, keep_topics, settle, topics_of_visit
from newsletter.campaigns.visits.visit import Topics, Visit
from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import companies, visits

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_FROZEN = ("industry", "nomenclature", "size")
"""Of the company, as they are on the day a visit is written down."""
_TOLD = ("company_id", "workplace_id", "campaign", "consultant", "kind", "visited_on", "announced", "outcome", "note")


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Somebody writes about visits, in one transaction."""

    connection: Connection
    now: datetime
    actor: str

    def note(self, action: str, company_id: int, visit_id: int, **detail: Any) -> None:
        """Write it into the audit log: what changed, not what was said."""
        told = {key: value for key, value in detail.items() if value}
        act: dict[str, Any] = {"now": self.now, "actor": self.actor, "action": action}
        note(self.connection, **act, about="company", about_id=company_id, visit=visit_id, **told)


def add(act: Act, visit: Visit, *, again: bool = False, action: str = "visit add") -> int:
    """Write a visit down; its number. Raises Refused when it is there already, unless there were two (`again`)."""
    frozen = _company(act.connection, visit.company_id)
    if not again:
        _refuse_doubled(act.connection, visit)
    number = _insert(act, visit, frozen)
    if visit.step:
        promise(act.connection, visit, number, now=act.now)
    new = bring(act.connection, visit.company_id, visit.visited_on, visit.topics)
    act.note(action, visit.company_id, number, **{BROUGHT: sorted(new)})
    settle(act.connection, visit.company_id, visit.topics)
    return number


def edit(act: Act, number: int, visit: Visit, *, again: bool = False) -> int:
    """Put a visit right: the number of the one that takes its place. Its follow-ups go along.

    `visit.step` is what is open from now on. Raises Refused when nothing is different, or another visit is like it.
    """
    before = _counting(act.connection, number)
    if visit == visit_of(act.connection, before):
        raise Refused(f"visit {number} says just that already", "say what is different")
    profiles = {each: _company(act.connection, each) for each in sorted({before.company_id, visit.company_id})}
    if not again:
        _refuse_doubled(act.connection, visit, but=number)
    same = visit.company_id == before.company_id
    frozen = {name: getattr(before, name) for name in _FROZEN} if same else profiles[visit.company_id]
    heard = topics_of_visit(act.connection, number)
    _undo(act, number)
    after = _insert(act, visit, frozen, replaces=number)
    carry_over(act.connection, visit, before, after, now=act.now, actor=act.actor)
    new = bring(act.connection, visit.company_id, visit.visited_on, visit.topics)
    act.note("visits edit", visit.company_id, after, replaces=number, **{BROUGHT: sorted(new)})
    _settle(act, "visits edit", before.company_id, number, heard)
    _settle(act, "visits edit", visit.company_id, after, visit.topics)
    return after


def undo(act: Act, number: int) -> None:
    """Take a visit back, and drop what it promised. Raises Refused for one that does not count."""
    before = _counting(act.connection, number)
    _company(act.connection, before.company_id)
    _undo(act, number)
    drop_steps(act.connection, number, "the visit was undone", now=act.now, actor=act.actor)
    act.note("visits undo", before.company_id, number)
    _settle(act, "visits undo", before.company_id, number, topics_of_visit(act.connection, number))


def visit_of(connection: Connection, row: Row[Any]) -> Visit:
    """A row as it was told; its step is the first that is open."""
    told = {name: getattr(row, name) for name in _TOLD}
    return Visit(**told, topics=topics_of_visit(connection, row.id), step=open_step(connection, row.id))


def counting(connection: Connection, number: int) -> Visit:
    """A visit that counts. Raises Refused for another number."""
    return visit_of(connection, _counting(connection, number))


def like(connection: Connection, visit: Visit) -> list[Row[Any]]:
    """Visits to the same company, on the same day, by the same consultant and of the same kind; undone ones too."""
    table = visits.c
    same = and_(
        table.company_id == visit.company_id,
        table.visited_on == visit.visited_on,
        table.consultant == visit.consultant,
        table.kind == visit.kind,
    )
    return list(connection.execute(select(table.id, table.undone_at).where(same).order_by(table.id)))


def _company(connection: Connection, company_id: int) -> dict[str, Any]:
    """What is frozen of a company; nobody else writes about its visits until we are done."""
    columns = [companies.c[name] for name in _FROZEN]
    found = select(*columns).where(companies.c.id == company_id).with_for_update()
    return dict(connection.execute(found).mappings().one())


def _refuse_doubled(connection: Connection, visit: Visit, but: int | None = None) -> None:
    known = [row.id for row in like(connection, visit) if row.undone_at is None and row.id != but]
    if known:
        text = f"visit {known[0]} is to the same company, on the same day, by the same consultant and of the same kind"
        raise Refused(text, "put that one right with `newsletter visits edit`, or say --again if there were two")


def _insert(act: Act, visit: Visit, frozen: dict[str, Any], replaces: int | None = None) -> int:
    told = {name: getattr(visit, name) for name in _TOLD}
    told |= {**frozen, "recorded_by": act.actor, "recorded_at": act.now, "replaces_id": replaces}
    number: int = act.connection.execute(insert(visits).values(**told).returning(visits.c.id)).scalar_one()
    keep_topics(act.connection, number, visit.topics)
    return number


def _counting(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(visits).where(visits.c.id == number).with_for_update()).one_or_none()
    if row is None:
        raise Refused(f"there is no visit {number}", "see the numbers with `newsletter visits list`")
    if row.undone_at is not None:
        after = connection.scalar(select(visits.c.id).where(visits.c.replaces_id == number))
        hint = f"visit {after} takes its place" if after else "see the others with `newsletter visits list`"
        raise Refused(f"visit {number} was undone on {row.undone_at:%Y-%m-%d}", hint)
    return row


def _undo(act: Act, number: int) -> None:
    act.connection.execute(update(visits).where(visits.c.id == number).values(undone_at=act.now))


def _settle(act: Act, action: str, company_id: int, number: int, topics: Topics) -> None:
    """Take back what no visit says any more; the audit log keeps which words went."""
    gone = settle(act.connection, company_id, topics)
    if gone:
        act.note(action, company_id, number, **{TAKEN_BACK: sorted(gone)})
