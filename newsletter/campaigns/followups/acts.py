"""Promising a next step, and what becomes of it. Each act is a line of the audit log, without what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert, select, update

from newsletter.campaigns.said import said
from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import follow_ups
from newsletter.workdays import next_workday

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Ending = Literal["done", "dropped"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A next step promised to a company."""

    company_id: int
    what: str
    consultant: str
    """Short name in content/contacts/."""
    due_on: date
    visit_id: int | None = None


def promise(connection: Connection, given: Promise, *, now: datetime, actor: str) -> int:
    """Write a next step down, due on a working day; its number. Raises Refused for a text nobody may keep."""
    what = said(given.what, "next step")
    if what is None:
        raise Refused("a follow-up says what is to be done", "for example: send the fact sheet about fleksjob")
    due = next_workday(given.due_on)
    values = {
        "company_id": given.company_id,
        "visit_id": given.visit_id,
        "what": what,
        "consultant": given.consultant,
        "due_on": due,
        "state": "open",
        "created_at": now,
    }
    number: int = connection.execute(insert(follow_ups).values(values).returning(follow_ups.c.id)).scalar_one()
    told = {"follow_up": number, "due_on": due.isoformat(), "consultant": given.consultant}
    note(connection, now=now, actor=actor, action="followups add", about="company", about_id=given.company_id, **told)
    return number


def settle(
    connection: Connection, number: int, ending: Ending, remark: str | None, *, now: datetime, actor: str
) -> None:
    """End a follow-up: done, or dropped. Raises Refused for one that is not open."""
    row = _open(connection, number)
    values = {"state": ending, "settled_at": now, "settled_by": actor, "remark": said(remark, "remark") or row.remark}
    action = "followups done" if ending == "done" else "followups drop"
    _change(connection, row, values, now=now, actor=actor, action=action)


def move(connection: Connection, number: int, due: date, why: str | None, *, now: datetime, actor: str) -> date:
    """Let a follow-up be due on another day, or the next working day after it; that day. Raises Refused."""
    row = _open(connection, number)
    day = next_workday(due)
    told = {"from": row.due_on.isoformat(), "to": day.isoformat()}
    values = {"due_on": day, "remark": said(why, "reason") or row.remark}
    _change(connection, row, values, now=now, actor=actor, action="followups move", **told)
    return day


def _open(connection: Connection, number: int) -> Row[Any]:
    """Locked until the transaction ends: two who end it at once are told so."""
    row = connection.execute(select(follow_ups).where(follow_ups.c.id == number).with_for_update()).one_or_none()
    if row is None:
        raise Refused(f"there is no follow-up number {number}", "newsletter followups shows those that are open")
    if row.state != "open":
        when = f" since {row.settled_at:%Y-%m-%d}" if row.settled_at else ""
        who = f" by {row.settled_by}" if row.settled_by else ""
        raise Refused(f"follow-up {number} is {row.state}{when}{who}", "newsletter followups add makes a new one")
    return row


def _change(
    connection: Connection,
    row: Row[Any],
    values: dict[str, Any],
    *,
    now: datetime,
    actor: str,
    action: str,
    **told: Any,
) -> None:
    connection.execute(update(follow_ups).where(follow_ups.c.id == row.id).values(values))
    about: dict[str, Any] = {"about": "company", "about_id": row.company_id, "follow_up": row.id}
    note(connection, now=now, actor=actor, action=action, **about, **told)
