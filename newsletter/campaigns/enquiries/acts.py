"""Writing an enquiry down, and what was answered. Each act is a line of the audit log, without what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select, update

from newsletter.campaigns.said import said
from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import enquiries
from newsletter.values import check_slug

if TYPE_CHECKING:
    from sqlalchemy import Connection

Channel = Literal["mail", "phone", "form", "meeting"]
Outcome = Literal["answered", "meeting", "referred", "no-match"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A company asked us something."""

    company_id: int
    channel: Channel
    topic: str
    """A short word: fleksjob."""
    text: str | None = None
    consultant: str
    received_at: datetime
    promised_by: datetime


def add(connection: Connection, asked: Asked, *, now: datetime, actor: str) -> int:
    """Write an enquiry down; its number. Raises Refused for a topic that is no word, and a text nobody may keep."""
    said(asked.topic, "topic")
    try:
        topic = check_slug(asked.topic)
    except ValueError as error:
        raise Refused(f"the topic {asked.topic!r} is no short word", "write one, as fleksjob or mentor") from error
    if asked.received_at > now:
        raise Refused("it was received later than now", "look at the day and time of --received")
    values = {
        "company_id": asked.company_id,
        "channel": asked.channel,
        "topic": topic,
        "text": said(asked.text, "text"),
        "consultant": asked.consultant,
        "received_at": asked.received_at,
        "promised_by": asked.promised_by,
        "recorded_by": actor,
    }
    number: int = connection.execute(insert(enquiries).values(values).returning(enquiries.c.id)).scalar_one()
    told = {"enquiry": number, "consultant": asked.consultant}
    note(connection, now=now, actor=actor, action="enquiries add", about="company", about_id=asked.company_id, **told)
    return number


def answer(
    connection: Connection,
    number: int,
    outcome: Outcome | None,
    *,
    told_at: datetime | None,
    now: datetime,
    actor: str,
) -> Outcome:
    """Note how an enquiry ended, and when the company heard it (None: not yet, and it stays open); the outcome.

    An outcome noted before need not be said again. Raises Refused.
    """
    found = select(enquiries).where(enquiries.c.id == number).with_for_update()
    row = connection.execute(found).one_or_none()
    if row is None:
        raise Refused(f"there is no enquiry number {number}", "newsletter enquiries shows those that are open")
    if row.answered_at is not None:
        raise Refused(
            f"enquiry {number} was answered on {row.answered_at:%Y-%m-%d}", "newsletter enquiries add: a new one"
        )
    ending: Outcome | None = outcome or row.outcome
    if ending is None:
        raise Refused(f"enquiry {number}: how did it end?", "say --outcome answered, meeting, referred or no-match")
    if told_at is not None and not row.received_at <= told_at <= now:
        raise Refused("the company heard it before it asked, or later than now", "look at the day and time of --at")
    connection.execute(update(enquiries).where(enquiries.c.id == number).values(outcome=ending, answered_at=told_at))
    about = {"enquiry": number, "outcome": ending, "told": told_at is not None}
    note(connection, now=now, actor=actor, action="enquiries answer", about="company", about_id=row.company_id, **about)
    return ending
