"""The rows of automatic mails: a key is claimed, and that is on the disk, before a mail's body leaves.

Who dies in between leaves `held`; a quarter of an hour later, when nobody can be waiting for the relay any more, that
is `in_doubt`, and stays so until a person settles it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update

from newsletter.delivery.notices.values import Posted, State
from newsletter.store.tables import notices, people
from newsletter.subscribers.inserts import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.delivery.notices.values import Notice

WAIT = timedelta(minutes=15)
"""Longer than anybody waits while a mail's body leaves and its dot is answered (smtp.Timeouts: 13 minutes)."""

_SHOWN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A mail that was perhaps sent."""

    number: int
    key: str
    kind: str
    who: str
    """A contact's short name, or somebody's address."""
    at: datetime


def known(connection: Connection, keys: Collection[str]) -> dict[str, Posted]:
    """What became of these keys; those never sent are missing."""
    columns = notices.c.key, notices.c.state, notices.c.answer
    rows = connection.execute(select(*columns).where(notices.c.key.in_(list(keys))))
    return {row.key: Posted(key=row.key, state=row.state, answer=row.answer or "", again=True) for row in rows}


def settle(connection: Connection, now: datetime) -> list[str]:
    """Put in doubt what somebody held who has gone; the keys."""
    gone = notices.c.state == "held", notices.c.at < now - WAIT
    words = "perhaps sent: whoever sent it ended before the relay answered"
    ended = update(notices).where(*gone).values(state="in_doubt", ended_at=now, answer=words)
    return list(connection.scalars(ended.returning(notices.c.key)))


def in_doubt(connection: Connection, now: datetime) -> list[Doubt]:
    """What was perhaps sent in the last weeks, the newest first: nothing is sent again, a person may ask."""
    return [doubt for doubt in doubts(connection, now) if doubt.at > now - _SHOWN]


def doubts(connection: Connection, now: datetime) -> list[Doubt]:
    """All that was perhaps sent, the newest first."""
    gone = and_(notices.c.state == "held", notices.c.at < now - WAIT)
    who = func.coalesce(notices.c.contact, people.c.address, "").label("who")
    joined = notices.outerjoin(people, people.c.id == notices.c.person_id)
    found = select(notices.c.id, notices.c.key, notices.c.kind, who, notices.c.at).select_from(joined)
    rows = connection.execute(
        found.where(or_(notices.c.state == "in_doubt", gone)).order_by(notices.c.at.desc(), notices.c.id.desc())
    )
    return [Doubt(number=row.id, key=row.key, kind=row.kind, who=row.who, at=row.at) for row in rows]


def claim(connection: Connection, notice: Notice, now: datetime) -> int | None:
    """The number of the row that now holds the key; None when another has it."""
    values = {
        "key": notice.key,
        "kind": notice.kind,
        "contact": notice.to.contact,
        "person_id": notice.to.person_id,
        "state": "held",
        "at": now,
    }
    row = insert_into(connection, notices).values(**values).on_conflict_do_nothing(index_elements=["key"])
    return connection.execute(row.returning(notices.c.id)).scalar()


def end(connection: Connection, number: int, state: State, answer: str, now: datetime) -> None:
    """How it ended: also when it was put in doubt meanwhile."""
    ended = update(notices).where(notices.c.id == number)
    connection.execute(ended.values(state=state, ended_at=now, answer=answer or None))


def let_go(connection: Connection, number: int) -> None:
    """It was certainly not sent: the key is free again."""
    connection.execute(delete(notices).where(notices.c.id == number))
