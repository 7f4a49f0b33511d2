"""When an address that sends mails back is written to no more, and when its count begins anew."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, select, update

from newsletter.delivery.bounces.verdict import Kind, Verdict
from newsletter.store.tables import deliveries, delivery_events, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_SOFT = 5
"""Sends in a row that came back softly, until the address is suppressed."""
QUIET = timedelta(hours=72)
"""A delivery is good when the relay took it and nothing came back for so long."""
_SECOND_TIME = ("5.2.1", "5.4.4")
"""A mailbox that is switched off, and a domain that is not found: both may come back, so the second time counts."""
_LOOK_BACK = 30
"""The newest deliveries that are looked at; more than MOST_SOFT, for those that count neither way."""


def is_final(connection: Connection, address_hash: bytes, verdict: Verdict) -> bool:
    """Whether a hard bounce, already written down, ends it: most do at once, some the second time."""
    if verdict.status not in _SECOND_TIME:
        return True
    count = select(func.count(distinct(delivery_events.c.root_id))).where(
        delivery_events.c.address_hash == address_hash,
        delivery_events.c.kind == Kind.HARD.value,
        delivery_events.c.status == verdict.status,
    )
    return int(connection.scalar(count) or 0) > 1


def soft_in_a_row(connection: Connection, person_id: int, now: datetime) -> int:
    """How many of the newest sends to a person came back softly, up to the last good delivery.

    It is counted by send, from the ledger, and not added up: two reports of one send count once, reports may come in
    any order, and a good delivery in between (taken by the relay, and nothing back within QUIET) ends the row itself.
    What is younger than that and quiet counts neither way.
    """
    newest = (
        select(deliveries.c.root_id, deliveries.c.address_hash, deliveries.c.state, deliveries.c.at)
        .where(deliveries.c.person_id == person_id, deliveries.c.state.in_(("accepted", "rejected")))
        .order_by(deliveries.c.at.desc(), deliveries.c.root_id.desc())
        .limit(_LOOK_BACK)
    )
    rows = connection.execute(newest).all()
    kinds = _kinds(connection, {bytes(row.address_hash) for row in rows})
    count = 0
    for row in rows:
        told = kinds[row.root_id]
        if Kind.SOFT in told:
            count += 1
        elif row.state == "accepted" and not told & {Kind.HARD, Kind.SENDER} and row.at and row.at <= now - QUIET:
            break
    return count


def recount(connection: Connection, now: datetime) -> int:
    """Bring the counts of people up to date who have one: good deliveries may have come since. How many changed."""
    having = select(people.c.id, people.c.soft_bounces).where(people.c.soft_bounces > 0)
    changed = 0
    for person_id, before in connection.execute(having).all():
        count = soft_in_a_row(connection, person_id, now)
        if count != before:
            connection.execute(update(people).where(people.c.id == person_id).values(soft_bounces=count))
            changed += 1
    return changed


def _kinds(connection: Connection, hashes: set[bytes]) -> defaultdict[int, set[str]]:
    """What was told of each send, by its number."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    if hashes:
        told = select(delivery_events.c.root_id, delivery_events.c.kind).where(
            delivery_events.c.address_hash.in_(hashes)
        )
        for root_id, kind in connection.execute(told):
            found[root_id].add(kind)
    return found
