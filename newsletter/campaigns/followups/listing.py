"""The open follow-ups: overdue first, then today's, then those coming."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.store.tables import companies, follow_ups, visits
from newsletter.workdays import workdays_between

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

COMING = 14
"""Days ahead that are shown when nothing is said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """An open follow-up, and what to know of its company before calling."""

    number: int
    company_id: int
    cvr: str | None
    company: str
    what: str
    consultant: str
    due_on: date
    remark: str | None = None
    """Why it was moved."""
    visit: int | None = None
    visited_on: date | None = None
    visit_kind: str | None = None
    call_first: bool = False
    contact_time: str | None = None

    def late(self, today: date) -> int:
        """Working days since it was due."""
        return workdays_between(self.due_on, today)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """Follow-ups by when they are due."""

    overdue: tuple[FollowUp, ...]
    today: tuple[FollowUp, ...]
    coming: tuple[FollowUp, ...]


def open_follow_ups(
    connection: Connection, *, consultants: Collection[str] | None = None, until: date | None = None
) -> list[FollowUp]:
    """Those that are open, of these consultants or of all, due by `until`; the earliest first."""
    found = _columns().where(follow_ups.c.state == "open")
    if consultants is not None:
        found = found.where(follow_ups.c.consultant.in_(list(consultants)))
    if until is not None:
        found = found.where(follow_ups.c.due_on <= until)
    return [_follow_up(row) for row in connection.execute(found.order_by(follow_ups.c.due_on, follow_ups.c.id))]


def agenda(found: Sequence[FollowUp], today: date, coming: int = COMING) -> Agenda:
    """The follow-ups by when they are due, as far as `coming` days ahead."""
    last = today + timedelta(days=coming)
    return Agenda(
        overdue=tuple(each for each in found if each.due_on < today),
        today=tuple(each for each in found if each.due_on == today),
        coming=tuple(each for each in found if today < each.due_on <= last),
    )


def _columns() -> Any:
    joined = follow_ups.join(companies, companies.c.id == follow_ups.c.company_id)
    joined = joined.outerjoin(visits, visits.c.id == follow_ups.c.visit_id)
    firm = (companies.c.cvr, companies.c.name, companies.c.call_first, companies.c.contact_time)
    return select(follow_ups, *firm, visits.c.visited_on, visits.c.kind).select_from(joined)


def _follow_up(row: Row[Any]) -> FollowUp:
    return FollowUp(
        number=row.id,
        company_id=row.company_id,
        cvr=row.cvr,
        company=row.name,
        what=row.what,
        consultant=row.consultant,
        due_on=row.due_on,
        remark=row.remark,
        visit=row.visit_id,
        visited_on=row.visited_on,
        visit_kind=row.kind,
        call_first=row.call_first,
        contact_time=row.contact_time,
    )
