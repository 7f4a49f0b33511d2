"""Who is to be told what about their place at an event, worked out of where everybody stands.

Nothing is remembered when somebody signs up or off: what was told stands in the notices, each thing under a key of its
own. So a process that is killed after a sign-up loses no mail, and one that looks twice sends none twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, select

from newsletter.store.tables import invitations, notices, people, sign_ups, suppressions

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.campaigns.signups.values import Terms

News = Literal["seat", "moved-up", "waiting", "changed", "signed-off", "called-off"]
KIND = "place"
RECENT = timedelta(days=14)
"""What happened before is no news: a register that was filled from lists writes to nobody."""
_OPEN = ("unsubscribed",)
"""Who wants no newsletter still hears of the seat they asked for; all other suppressions mean no mail at all."""
_FACTS = ("seat", "moved-up", "waiting", "changed")
"""Mails that say time and place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """One thing to tell one person."""

    key: str
    news: News
    person_id: int
    address: str
    name: str | None
    first_name: str | None
    seats: int
    queue: int
    """Their place on the waiting list, from 1; 0 for who does not wait."""
    has_calendar: bool
    """Whether an invitation put the event into their calendar."""


def due(connection: Connection, terms: Terms, now: datetime) -> list[Due]:
    """What is to be told of an event; nothing once it is over."""
    if now >= terms.end:
        return []
    rows = connection.execute(_rows(terms.event, now)).all()
    told = _told(connection, terms.event)
    waiting = [row.id for row in rows if row.state == "waiting"]
    found = []
    for row in rows:
        queue = waiting.index(row.id) + 1 if row.state == "waiting" else 0
        news = _news(row, terms, told.get(_stem(row), {}), now)
        if news is not None and row.reason in (None, *_OPEN):
            found.append(_due(row, news, queue, terms.sequence))
    return found


def _news(row: Row[Any], terms: Terms, told: Mapping[str, int], now: datetime) -> News | None:
    """What is new for somebody; None when they know it. `told`: what, and of which sequence of the event."""
    if row.state == "cancelled":
        return "signed-off" if "signed-off" not in told and row.cancelled_at >= now - RECENT else None
    known = max([told[word] for word in _FACTS if word in told], default=None)
    if terms.cancelled:
        knows = row.called_off_at or told.get("called-off", -1) >= (known or 0)
        return None if knows else "called-off"
    if row.state == "signed-up" and "waiting" in told and "moved-up" not in told:
        return "moved-up"
    if known is None or (row.state == "waiting" and "waiting" not in told):
        first: News = "waiting" if row.state == "waiting" else "seat"
        return first if row.signed_up_at >= now - RECENT else None
    return "changed" if max(known, row.sequence or 0) < terms.sequence and not _hears_by_issue(row) else None


def _hears_by_issue(row: Row[Any]) -> bool:
    """Whether somebody was invited, and gets the issue that tells of a change."""
    return row.sent_at is not None and row.consent == "subscribed"


def _rows(event: str, now: datetime) -> Any:
    """Sign-ups in their turn, with who they are, whether they may be written to, and what their calendar holds."""
    holds = and_(suppressions.c.address_hash == people.c.address_hash, suppressions.c.expires_at > now)
    asked = and_(invitations.c.event == event, invitations.c.person_id == people.c.id)
    tables = sign_ups.join(people).outerjoin(suppressions, holds).outerjoin(invitations, asked)
    who = people.c.address, people.c.name, people.c.first_name, people.c.state.label("consent"), suppressions.c.reason
    calendar = invitations.c.sent_at, invitations.c.sequence, invitations.c.cancelled_at.label("called_off_at")
    wanted = select(sign_ups, *who, *calendar).select_from(tables).where(sign_ups.c.event == event)
    return wanted.order_by(sign_ups.c.signed_up_at, sign_ups.c.id)


def _told(connection: Connection, event: str) -> dict[str, dict[str, int]]:
    """Sign-up → what they were told → the event's sequence then, the highest."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    ours = notices.c.key.startswith(f"{KIND}/{event}/", autoescape=True)
    for key in connection.scalars(select(notices.c.key).where(ours)):
        stem, _, ending = key.rpartition("/")
        word, _, sequence = ending.partition(".")
        found[stem][word] = max(int(sequence or 0), found[stem].get(word, 0))
    return found


def _stem(row: Row[Any]) -> str:
    """What the keys of one sign-up begin with; with when they came, so who comes back is told anew."""
    return f"{KIND}/{row.event}/{row.id}/{row.signed_up_at:%Y%m%dT%H%M%S}"


def _due(row: Row[Any], news: News, queue: int, sequence: int) -> Due:
    return Due(
        key=f"{_stem(row)}/{news}.{sequence}" if sequence else f"{_stem(row)}/{news}",
        news=news,
        person_id=row.person_id,
        address=row.address,
        name=row.name,
        first_name=row.first_name,
        seats=row.seats,
        queue=queue,
        has_calendar=row.sent_at is not None,
    )
