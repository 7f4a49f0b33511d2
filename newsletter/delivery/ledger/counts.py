"""How a send stands: counts, pace, when it will be through, and who is in doubt, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from newsletter.store.tables import batches, deliveries, people, sends
from newsletter.store.tables.sends import DELIVERY_STATES

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

LATELY = timedelta(minutes=5)
"""What the pace is taken from."""
ERASED = "(erased)"
"""Stands for the address of somebody who is no longer in the register."""
_UNFINISHED = ("planned", "held", "dotted", "deferred")


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Somebody who may have got the mail, or may not."""

    address: str
    address_hash: bytes
    since: datetime | None
    relay: str | None
    text: str | None


@dataclass(frozen=True, kw_only=True)
class SendStatus:
    """One send, at one moment."""

    send_id: int
    issue: str
    kind: str
    number: int
    state: str
    reason: str | None
    transport: str
    approved_by: str
    send_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    size: int
    counts: Mapping[str, int]
    """Every state, with how many rows are in it; together they are `size`."""
    editions: Mapping[str, Mapping[str, int]]
    """The same for each edition, without states that nobody is in."""
    per_minute: float
    """Mails accepted a minute, over the last minutes."""
    expected_end: datetime | None
    """At this pace; None when there is none, or nothing is left."""
    next_at: datetime | None
    """When the first of those that wait is tried again."""
    in_doubt: tuple[Doubt, ...]

    @property
    def left(self) -> int:
        """Who has not had their turn, or not the last one."""
        return sum(self.counts[state] for state in _UNFINISHED)


def status(connection: Connection, issue: str | None, now: datetime) -> list[SendStatus]:
    """The sends of an issue, newest first; None: those of all issues that have not ended, and the last that have."""
    wanted = select(sends).order_by(sends.c.id.desc())
    if issue is not None:
        wanted = wanted.where(sends.c.issue == issue)
    else:
        wanted = wanted.where(sends.c.kind != "test").limit(_SHOWN)
    return [_status(connection, row, now) for row in connection.execute(wanted)]


_SHOWN = 12


def _status(connection: Connection, send: Row[Any], now: datetime) -> SendStatus:
    editions, lately, since, next_at = _counted(connection, send.id, now)
    counts: Counter[str] = sum(editions.values(), Counter())
    left = sum(counts[state] for state in _UNFINISHED)
    pace = _pace(lately, since, now)
    return SendStatus(
        send_id=send.id,
        issue=send.issue,
        kind=send.kind,
        number=send.number,
        state=send.state,
        reason=send.reason,
        transport=send.transport,
        approved_by=send.approved_by,
        send_at=send.send_at,
        started_at=send.started_at,
        ended_at=send.ended_at,
        size=send.audience_size,
        counts={state: counts[state] for state in DELIVERY_STATES},
        editions={name: dict(editions[name]) for name in sorted(editions)},
        per_minute=pace,
        expected_end=_end(left, pace, now) if send.state == "sending" else None,
        next_at=next_at if send.state == "sending" else None,
        in_doubt=doubts(connection, send.id) if counts["in_doubt"] else (),
    )


def doubts(connection: Connection, send_id: int) -> tuple[Doubt, ...]:
    """Those in doubt, by address."""
    wanted = select(deliveries, people.c.address)
    wanted = wanted.select_from(deliveries.outerjoin(people, people.c.id == deliveries.c.person_id))
    mine = (deliveries.c.send_id == send_id) & (deliveries.c.state == "in_doubt")
    found = [
        Doubt(
            address=row.address or ERASED,
            address_hash=bytes(row.address_hash),
            since=row.at,
            relay=row.relay,
            text=row.smtp_text,
        )
        for row in connection.execute(wanted.where(mine))
    ]
    return tuple(sorted(found, key=lambda doubt: (doubt.address, doubt.address_hash)))


def _counted(
    connection: Connection, send_id: int, now: datetime
) -> tuple[dict[str, Counter[str]], int, datetime | None, datetime | None]:
    """Rows by edition and state; how many were accepted lately, the first of them when; and the next attempt."""
    recent = (deliveries.c.state == "accepted") & (deliveries.c.at > now - LATELY) & (deliveries.c.at <= now)
    wanted = select(
        deliveries.c.edition,
        deliveries.c.state,
        func.count(),
        func.count(case((recent, 1))),
        func.min(case((recent, deliveries.c.at))),
    )
    of_send = wanted.where(deliveries.c.send_id == send_id).group_by(deliveries.c.edition, deliveries.c.state)
    editions: dict[str, Counter[str]] = {}
    lately, times = 0, []
    for edition, state, count, recently, first in connection.execute(of_send):
        editions.setdefault(edition, Counter())[state] = count
        lately += recently
        times += [first] if first else []
    waiting = (batches.c.send_id == send_id) & (batches.c.state == "waiting")
    next_at = connection.scalar(select(func.min(batches.c.next_at)).where(waiting))
    return editions, lately, min(times, default=None), next_at


def _pace(lately: int, since: datetime | None, now: datetime) -> float:
    """Mails a minute: a send that has only begun is not slow because of the minutes before."""
    if since is None:
        return 0.0
    minutes = min(LATELY, now - since).total_seconds() / 60
    return round(lately / max(minutes, 1 / 60), 1)


def _end(left: int, pace: float, now: datetime) -> datetime | None:
    return now + timedelta(minutes=left / pace) if left and pace else None
