"""The deliveries that mails answer: found by our own signs or by address, told about, and settled when in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, or_, select, update

from newsletter.delivery.bounces.addresses import ADDRESS
from newsletter.delivery.bounces.headers import parse_headers
from newsletter.delivery.bounces.mime import with_lines
from newsletter.delivery.bounces.verdict import Kind, Recipient
from newsletter.store.tables import deliveries, delivery_events, sends

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

    from newsletter.delivery.bounces.traces import Trace

BY_ADDRESS = timedelta(days=60)
"""How old a delivery may be that a mail with nothing but an address is taken to answer."""
_SHORT = 200
"""Characters that are kept of what a server said."""
_LATEST = ("accepted", "in_doubt", "rejected")
_SETTLED: dict[Kind, str] = {
    Kind.HARD: "rejected",
    Kind.SOFT: "rejected",
    Kind.SENDER: "rejected",
    Kind.DELAYED: "accepted",
    Kind.DELIVERED: "accepted",
    Kind.COMPLAINT: "accepted",
    Kind.AUTO_REPLY: "accepted",
}
"""What a delivery in doubt became, told by what came back: who answers has got it, and who refuses has not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A row of the ledger that a mail answers."""

    root_id: int
    address_hash: bytes
    person_id: int | None
    state: str
    is_sure: bool
    """Found by a sign of ours, not by the address alone."""


def mark_of(data: bytes) -> str:
    """What a mail is known by: its Message-ID and its text, however it is stored and wherever it passed on the way."""
    headers, body = parse_headers(with_lines(data))
    named = headers.get("message-id") or f"{headers.get('date')} {headers.get('from')} {headers.get('subject')}"
    text = re.sub(rb"\s+", b" ", re.sub(rb"(?m)^>+(?=From )", b"", body)).strip()
    return "mail:" + sha256(named.encode() + b"\0" + text).hexdigest()[:32]


def is_seen(connection: Connection, mark: str) -> bool:
    """Whether a mail was worked in before. On PostgreSQL others wait here with the same mail until we are through."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(sha256(mark.encode()).digest()[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
    found = select(delivery_events.c.id).where(delivery_events.c.source == mark).limit(1)
    return connection.scalar(found) is not None


def by_traces(connection: Connection, traces: Iterable[Trace]) -> Delivery | None:
    """The delivery that a sign of ours names; the hash in it is keyed, so that nobody else can name one."""
    for trace in traces:
        if trace.send_id >= 1 << 31:
            continue
        root = select(sends.c.parent_id).where(sends.c.id == trace.send_id).scalar_subquery()
        which = or_(deliveries.c.root_id == trace.send_id, deliveries.c.root_id == root)
        if found := _one(connection, which & (deliveries.c.address_hash == trace.address_hash), sure=True):
            return found
    return None


def by_person(connection: Connection, person_id: int, now: datetime) -> Delivery | None:
    """The newest delivery to a person, when it is not too old to be answered."""
    wanted = (deliveries.c.person_id == person_id) & deliveries.c.state.in_(_LATEST)
    return _one(connection, wanted & (deliveries.c.at >= now - BY_ADDRESS), sure=False)


def tell(
    connection: Connection,
    recipient: Recipient,
    delivery: Delivery | None,
    address_hash: bytes | None = None,
    *,
    mark: str,
    now: datetime,
) -> None:
    """Write down what a mail says of one recipient: no address, and only a line of what the server said."""
    connection.execute(
        insert(delivery_events).values(
            root_id=delivery.root_id if delivery else None,
            address_hash=delivery.address_hash if delivery else address_hash,
            kind=recipient.kind.value,
            status=recipient.verdict.status or recipient.status,
            diagnostic=without_people(recipient.diagnostic),
            source=mark,
            at=now,
        )
    )


def without_people(text: str | None) -> str | None:
    """What a server said without addresses, cut short."""
    if text is None:
        return None
    return re.sub(r"\S+@\S+", "…", ADDRESS.sub("…", text))[:_SHORT]


def settle(connection: Connection, delivery: Delivery, recipient: Recipient, now: datetime) -> str | None:
    """End the doubt about a delivery, when a sign of ours tells that the mail is about it; its new state."""
    state = _SETTLED.get(recipient.kind)
    if delivery.state != "in_doubt" or not delivery.is_sure or state is None:
        return None
    words = f"told by a mail that came back: {recipient.kind.value}"
    one = (deliveries.c.root_id == delivery.root_id) & (deliveries.c.address_hash == delivery.address_hash)
    done = connection.execute(
        update(deliveries)
        .where(one, deliveries.c.state == "in_doubt")
        .values(state=state, smtp_text=words, token=None, at=func.coalesce(deliveries.c.at, now))
    )
    return state if done.rowcount else None


def _one(connection: Connection, wanted: ColumnElement[bool], *, sure: bool) -> Delivery | None:
    found = select(deliveries).where(wanted).order_by(deliveries.c.at.desc(), deliveries.c.root_id.desc()).limit(1)
    row: Row[tuple[object, ...]] | None = connection.execute(found).one_or_none()
    if row is None:
        return None
    return Delivery(
        root_id=row.root_id,
        address_hash=bytes(row.address_hash),
        person_id=row.person_id,
        state=row.state,
        is_sure=sure,
    )
