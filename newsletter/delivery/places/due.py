"""Who is to be told what about their place at an event, worked out of where everybody stands.

Nothing is remembered when somebody signs up or off: what was told stands in the notices, each thing under a key of its
own. So a process that is killed after a sign-up loses no mail, and one that looks twice sends none twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, select

from newsletter.store.tables import invitations, notices, people, sign_ups, suppressions

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.campaigns.signups.values import Terms

News = Literal["seat", "moved-up", "waiting", "signed-off", "called-off"]
KIND = "place"
RECENT = timedelta(days=14)
"""What happened before is no news: a register that was filled from lists writes to nobody."""
_OPEN = ("unsubscribed",)
"""Who wants no newsletter still hears of the seat they asked for; all other suppressions mean no mail at all."""


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
    told = _told(
        connection,
        [_key(row, word) for row in rows for word in ("waiting", "seat", "moved-up", "signed-off", "called-off")],
    )
    waiting = [row.id for row in rows if row.state == "waiting"]
    found = []
    for row in rows:
        queue = waiting.index(row.id) + 1 if row.state == "waiting" else 0
        news = _news(row, terms, told, now)
        if news is not None and row.reason in (None, *_OPEN):
            found.append(_due(row, news, queue))
    return found


def _news(row: Row[Any], terms: Terms, told: frozenset[str], now: datetime) -> News | None:
    """What is new for somebody; None when they know it."""
    news: News | None
    if row.state == "cancelled":
        news = "signed-off" if row.cancelled_at >= now - RECENT else None
    elif terms.cancelled:
        news = None if row.called_off_at else "called-off"
    elif row.state == "signed-up" and _key(row, "waiting") in told:
        news = "moved-up"
    elif row.signed_up_at < now - RECENT:
        news = None
    else:
        news = "waiting" if row.state == "waiting" else "seat"
    return None if news is None or _key(row, news) in told else news


def _rows(event: str, now: datetime) -> Any:
    """Sign-ups in their turn, with who they are, whether they may be written to, and what their calendar holds."""
    holds = and_(suppressions.c.address_hash == people.c.address_hash, suppressions.c.expires_at > now)
    asked = and_(invitations.c.event == event, invitations.c.person_id == people.c.id)
    tables = sign_ups.join(people).outerjoin(suppressions, holds).outerjoin(invitations, asked)
    who = people.c.address, people.c.name, people.c.first_name, suppressions.c.reason
    calendar = invitations.c.sent_at, invitations.c.cancelled_at.label("called_off_at")
    wanted = select(sign_ups, *who, *calendar).select_from(tables).where(sign_ups.c.event == event)
    return wanted.order_by(sign_ups.c.signed_up_at, sign_ups.c.id)


def _told(connection: Connection, keys: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        some = notices.c.key.in_(keys[start : start + 500])
        found |= {*connection.scalars(select(notices.c.key).where(some))}
    return frozenset(found)


def _key(row: Row[Any], word: str) -> str:
    """Of one sign-up, from when they came: who comes back is told anew."""
    return f"{KIND}/{row.event}/{row.id}/{row.signed_up_at:%Y%m%dT%H%M%S}/{word}"


def _due(row: Row[Any], news: News, queue: int) -> Due:
    return Due(
        key=_key(row, news),
        news=news,
        person_id=row.person_id,
        address=row.address,
        name=row.name,
        first_name=row.first_name,
        seats=row.seats,
        queue=queue,
        has_calendar=row.sent_at is not None,
    )
