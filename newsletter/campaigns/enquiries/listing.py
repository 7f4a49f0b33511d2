"""Enquiries, those that wait for an answer first; and how the promise of an answer was kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.store.tables import companies, enquiries
from newsletter.workdays import hours_between

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Enquiry:
    """What a company asked."""

    number: int
    company_id: int | None
    cvr: str | None
    company: str | None
    channel: str
    topic: str
    text: str | None
    consultant: str | None
    received_at: datetime
    promised_by: datetime | None
    answered_at: datetime | None
    outcome: str | None
    """Of one that is open: known, and the company has not heard it."""

    def left(self, now: datetime, zone: ZoneInfo) -> float | None:
        """Hours of working days until the promise is broken; fewer than none when it is."""
        return None if self.promised_by is None else hours_between(now, self.promised_by, zone)

    @property
    def kept(self) -> bool:
        """Whether the company heard in time."""
        return self.promised_by is not None and self.answered_at is not None and self.answered_at <= self.promised_by


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How a promise was kept: of the enquiries answered, or past their promise, how many heard in time."""

    on_time: int
    late: int
    """Answered after the promise."""
    over: int
    """Not answered, and past the promise."""
    waiting: int
    """Not answered, and within it: they do not count yet."""
    share: float | None
    """on_time of (on_time + late + over); None where there is nothing to count."""
    median_hours: float | None
    """Hours of working days from question to answer, of those answered."""


def open_enquiries(connection: Connection, *, consultants: Collection[str] | None = None) -> list[Enquiry]:
    """Those that wait for an answer, the one promised first foremost."""
    found = _columns(consultants).where(enquiries.c.answered_at.is_(None))
    ordered = found.order_by(enquiries.c.promised_by.is_(None), enquiries.c.promised_by, enquiries.c.id)
    return [_enquiry(row) for row in connection.execute(ordered)]


def answered_since(
    connection: Connection, since: datetime, *, consultants: Collection[str] | None = None
) -> list[Enquiry]:
    """Those received since then and answered, the newest answer first."""
    found = _columns(consultants).where(enquiries.c.answered_at.is_not(None), enquiries.c.received_at >= since)
    ordered = found.order_by(enquiries.c.answered_at.desc(), enquiries.c.id.desc())
    return [_enquiry(row) for row in connection.execute(ordered)]


def how_kept(found: Iterable[Enquiry], now: datetime, zone: ZoneInfo) -> Kept:
    """How the promise was kept for these; those that nothing was promised are left out."""
    promised = [(each, each.promised_by) for each in found if each.promised_by is not None]
    answered = [each for each, _ in promised if each.answered_at is not None]
    on_time = sum(each.kept for each in answered)
    over = sum(each.answered_at is None and by < now for each, by in promised)
    counted = len(answered) + over
    hours = [hours_between(each.received_at, each.answered_at, zone) for each in answered if each.answered_at]
    return Kept(
        on_time=on_time,
        late=len(answered) - on_time,
        over=over,
        waiting=len(promised) - counted,
        share=on_time / counted if counted else None,
        median_hours=median(hours) if hours else None,
    )


def _columns(consultants: Collection[str] | None) -> Any:
    joined = enquiries.outerjoin(companies, companies.c.id == enquiries.c.company_id)
    found = select(enquiries, companies.c.cvr, companies.c.name).select_from(joined)
    return found if consultants is None else found.where(enquiries.c.consultant.in_(list(consultants)))


def _enquiry(row: Row[Any]) -> Enquiry:
    return Enquiry(
        number=row.id,
        company_id=row.company_id,
        cvr=row.cvr,
        company=row.name,
        channel=row.channel,
        topic=row.topic,
        text=row.text,
        consultant=row.consultant,
        received_at=row.received_at,
        promised_by=row.promised_by,
        answered_at=row.answered_at,
        outcome=row.outcome,
    )
