"""The next steps of visits, as rows of follow-ups: promised, carried over to the visit put right, dropped."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from newsletter.campaigns.visits.visit import Step, Visit
from newsletter.store.tables import follow_ups

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_COPIED = ("what", "consultant", "due_on", "state", "settled_at", "settled_by", "remark")


def promise(connection: Connection, visit: Visit, visit_id: int, *, now: datetime, consultant: str = "") -> None:
    """Keep a visit's next step as a follow-up: of its own consultant, where no other is named."""
    assert visit.step
    told = {"what": visit.step.what, "due_on": visit.step.due_on, "consultant": consultant or visit.consultant}
    connection.execute(insert(follow_ups).values(**told, **_place(visit, visit_id, now)))


def carry_over(
    connection: Connection, visit: Visit, before: Row[Any], after: int, *, now: datetime, actor: str
) -> None:
    """What was done stays done under the visit put right, and the step that is open there is the visit's own.

    Nothing is moved: the old rows stay with the old visit, where a report for the past reads them.
    """
    rows = _steps(connection, before.id)
    opened = [row for row in rows if row.state == "open"]
    for row in [*(row for row in rows if row.state == "done"), *opened[1:]]:
        copied: dict[str, Any] = {name: getattr(row, name) for name in _COPIED}
        connection.execute(insert(follow_ups).values(**copied, **_place(visit, after, now)))
    if visit.step:
        others = [row.consultant for row in opened[:1] if row.consultant != before.consultant]
        promise(connection, visit, after, now=now, consultant="".join(others))
    drop_steps(connection, before.id, f"see visit {after}, which takes its place", now=now, actor=actor)


def drop_steps(connection: Connection, visit_id: int, remark: str, *, now: datetime, actor: str) -> None:
    """Drop what is still open of a visit."""
    open_ones = and_(follow_ups.c.visit_id == visit_id, follow_ups.c.state == "open")
    settled = {"state": "dropped", "settled_at": now, "settled_by": actor, "remark": remark}
    connection.execute(update(follow_ups).where(open_ones).values(**settled))


def open_step(connection: Connection, visit_id: int) -> Step | None:
    """What a visit has promised and nobody has done yet."""
    found = (Step(what=row.what, due_on=row.due_on) for row in _steps(connection, visit_id) if row.state == "open")
    return next(found, None)


def _steps(connection: Connection, visit_id: int) -> list[Row[Any]]:
    found = select(follow_ups).where(follow_ups.c.visit_id == visit_id).order_by(follow_ups.c.id).with_for_update()
    return list(connection.execute(found))


def _place(visit: Visit, visit_id: int, now: datetime) -> dict[str, Any]:
    return {"company_id": visit.company_id, "visit_id": visit_id, "created_at": now}
