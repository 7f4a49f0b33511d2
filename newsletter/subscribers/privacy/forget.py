"""Taking people out of every table. What others must still count is kept without them."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, or_, select, update

from newsletter.store.tables import (
    audit,
    consents,
    deliveries,
    delivery_events,
    enquiries,
    invitations,
    network_members,
    notices,
    people,
    segment_snapshots,
    sends,
    sign_ups,
)
from newsletter.subscribers.snapshots import pack, unpack

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

DELETED: tuple[Table, ...] = (consents, invitations)
"""Rows that are a person's own."""
EMPTIED: dict[Table, tuple[str, ...]] = {
    network_members: (),
    sign_ups: (),
    notices: ("answer",),
    enquiries: ("text", "outcome"),
}
"""Rows that are a company's too: they lose the person, and what the person may have written in these columns."""
LEDGER: tuple[Table, ...] = (deliveries,)
"""Rows that a send is counted by: they lose the person, the server's answer, and the hash of the address."""
UNDER_WAY = ("held", "dotted")
"""A worker has these in its hands this moment, and knows them by their hash. `tidy` takes it from them afterwards."""
_HASH = 16


def forget(connection: Connection, ids: Sequence[int]) -> Counter[str]:
    """Take these people (a thousand at most) out of the register; how many rows of each table changed."""
    chosen = select(people.c.address_hash).where(people.c.id.in_(ids))
    hashes = connection.scalars(chosen.with_for_update()).all()
    events = _leave_events(connection, hashes)
    counts = Counter({"delivery_events": events, "deliveries": _leave_ledger(connection, ids, hashes)})
    for table in DELETED:
        counts[table.name] = connection.execute(delete(table).where(table.c.person_id.in_(ids))).rowcount
    for table, columns in EMPTIED.items():
        emptied: dict[str, None] = dict.fromkeys(("person_id", *columns))
        counts[table.name] = connection.execute(
            update(table).where(table.c.person_id.in_(ids)).values(emptied)
        ).rowcount
    counts["audit"] = _leave_audit(connection, ids)
    counts["segment_snapshots"] = _leave_snapshots(connection, frozenset(ids))
    counts["people"] = connection.execute(delete(people).where(people.c.id.in_(ids))).rowcount
    return +counts


def unlink(connection: Connection, chosen: ColumnElement[bool]) -> int:
    """Give deliveries another hash, made of chance: nobody can tell any more whose they were. How many."""
    found = connection.execute(
        select(deliveries.c.root_id, deliveries.c.address_hash).where(chosen).with_for_update()
    ).all()
    if found:
        _unlink_events(connection, [(row.root_id, row.address_hash) for row in found])
        one = and_(deliveries.c.root_id == bindparam("root"), deliveries.c.address_hash == bindparam("hash"))
        values: dict[str, Any] = {"address_hash": bindparam("other"), "person_id": None, "smtp_text": None}
        rows = [{"root": row.root_id, "hash": row.address_hash, "other": secrets.token_bytes(_HASH)} for row in found]
        connection.execute(update(deliveries).where(one).values(values), rows)
    return len(found)


def _leave_events(connection: Connection, hashes: Sequence[bytes]) -> int:
    """Bounces and complaints lose what the server said; those that belong to no delivery lose the hash here."""
    theirs = delivery_events.c.address_hash.in_(hashes)
    count = connection.execute(update(delivery_events).where(theirs).values(diagnostic=None)).rowcount
    alone = and_(theirs, delivery_events.c.root_id.is_(None))
    connection.execute(update(delivery_events).where(alone).values(address_hash=None))
    return count


def holds(packed: bytes, numbers: Collection[int]) -> bool:
    """Whether a snapshot holds one of the numbers. It is in order, so it need not be read to its end."""
    last = max(numbers, default=0)
    return any(number in numbers for number in takewhile(lambda number: number <= last, unpack(packed)))


def _leave_ledger(connection: Connection, ids: Sequence[int], hashes: Sequence[bytes]) -> int:
    by_hash = and_(deliveries.c.root_id.in_(select(sends.c.id)), deliveries.c.address_hash.in_(hashes))
    theirs = or_(deliveries.c.person_id.in_(ids), by_hash)
    planned = and_(theirs, deliveries.c.state.in_(("planned", "deferred")))
    connection.execute(update(deliveries).where(planned).values(state="skipped"))
    settled = unlink(connection, and_(theirs, ~deliveries.c.state.in_(UNDER_WAY)))
    under_way = update(deliveries).where(theirs).values(person_id=None, smtp_text=None)
    return settled + connection.execute(under_way).rowcount


def _unlink_events(connection: Connection, keys: Sequence[tuple[int, bytes]]) -> None:
    one = and_(delivery_events.c.root_id == bindparam("root"), delivery_events.c.address_hash == bindparam("hash"))
    rows = [{"root": root, "hash": address_hash} for root, address_hash in keys]
    connection.execute(update(delivery_events).where(one).values(address_hash=None, diagnostic=None), rows)


def _leave_audit(connection: Connection, ids: Sequence[int]) -> int:
    theirs = and_(audit.c.about == "person", audit.c.about_id.in_(ids))
    return connection.execute(update(audit).where(theirs).values(about_id=None, detail="{}")).rowcount


def _leave_snapshots(connection: Connection, gone: Collection[int]) -> int:
    count = 0
    for number in connection.scalars(select(segment_snapshots.c.id).order_by(segment_snapshots.c.id)).all():
        one = segment_snapshots.c.id == number
        packed = connection.scalar(select(segment_snapshots.c.people).where(one).with_for_update())
        if packed is not None and holds(packed, gone):
            left = pack(number for number in unpack(packed) if number not in gone)
            connection.execute(update(segment_snapshots).where(one).values(people=left))
            count += 1
    return count
