"""What was written down about our dealings with companies loses its words and its people; what figures count stays.

A word that reports count (a day, an outcome, a number of seats) is never touched, and a row that knew its company by
its person only is told the company before it loses the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, delete, exists, func, literal, or_, select, update

from newsletter.store.tables import enquiries, follow_ups, notices, people, sign_ups, visits
from newsletter.subscribers.terms import months_after

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, Table

    from newsletter.settings import Privacy


def old_enquiries(privacy: Privacy, now: datetime) -> Select[Any]:
    """Enquiries long answered, and those nobody waits for any longer."""
    table = enquiries.c
    over = func.coalesce(table.answered_at, table.received_at) <= months_after(now, -privacy.keep_enquiry_texts_months)
    return _some(enquiries, over, or_(*(table[name].is_not(None) for name in ("text", "outcome", "person_id"))))


def old_sign_ups(privacy: Privacy, now: datetime) -> Select[Any]:
    """Sign-ups for events long over."""
    return _some(sign_ups, _is_over(privacy, now), sign_ups.c.person_id.is_not(None))


def old_notes(privacy: Privacy, now: datetime) -> Select[Any]:
    """Visits with a note that nobody needs before the next one."""
    until = months_after(now, -privacy.keep_notes_months).date()
    return _some(visits, visits.c.visited_on <= until, visits.c.note.is_not(None))


def old_steps(privacy: Privacy, now: datetime) -> Select[Any]:
    """Next steps settled long ago."""
    table = follow_ups.c
    over = func.coalesce(table.settled_at, table.created_at) <= months_after(now, -privacy.keep_notes_months)
    return _some(follow_ups, table.state != "open", over, or_(table.what != "", table.remark.is_not(None)))


def old_notices(privacy: Privacy, now: datetime) -> Select[Any]:
    """Old automatic mails, less those whose key keeps a mail about somebody's seat from being sent again.

    Reminders and monthly status mails are of one day or week, and a status of a day long ago is not sent by hand.
    """
    about = literal("place/") + sign_ups.c.event + "/" + cast(sign_ups.c.id, String) + "/%"
    mine = and_(sign_ups.c.person_id == notices.c.person_id, notices.c.key.like(about))
    needed = exists().where(mine, ~_is_over(privacy, now))
    return _some(notices, notices.c.at <= months_after(now, -privacy.keep_notices_months), ~needed)


def empty_enquiries(connection: Connection, keys: Sequence[int]) -> None:
    """They keep channel, topic and moments."""
    _leave_person(connection, enquiries, keys, text=None, outcome=None)


def empty_sign_ups(connection: Connection, keys: Sequence[int]) -> None:
    """They keep event, company, seats, and who came."""
    _leave_person(connection, sign_ups, keys)


def empty_notes(connection: Connection, keys: Sequence[int]) -> None:
    """Everything else of a visit stays."""
    connection.execute(update(visits).where(visits.c.id.in_(keys)).values(note=None))


def empty_steps(connection: Connection, keys: Sequence[int]) -> None:
    """Its days, its state and whose it was stay."""
    connection.execute(update(follow_ups).where(follow_ups.c.id.in_(keys)).values(what="", remark=None))


def drop_notices(connection: Connection, keys: Sequence[int]) -> None:
    """Nothing counts them."""
    connection.execute(delete(notices).where(notices.c.id.in_(keys)))


def _is_over(privacy: Privacy, now: datetime) -> ColumnElement[bool]:
    """Whether a sign-up is so old that its event is over."""
    return sign_ups.c.signed_up_at <= months_after(now, -privacy.keep_sign_ups_months)


def _some(table: Table, *chosen: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.id).where(*chosen).order_by(table.c.id)


def _leave_person(connection: Connection, table: Table, keys: Sequence[int], **values: None) -> None:
    theirs = select(people.c.company_id).where(people.c.id == table.c.person_id).scalar_subquery()
    company = func.coalesce(table.c.company_id, theirs)
    left = {**values, "company_id": company, "person_id": None}
    connection.execute(update(table).where(table.c.id.in_(keys)).values(left))
