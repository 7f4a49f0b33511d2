"""Seats: never more than there are, and nobody waits who fits.

Whoever changes a seat holds the event until the transaction ends: SQLite lets one writer in at a time, PostgreSQL is
asked for a lock of the event's name. So two who sign up at once take turns, and each sees what the other has done.
Locks are taken in one order everywhere: people, event, sign-ups.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from newsletter.campaigns.signups.values import MOST_SEATS, Place, SignedOff, SignedUp, Terms
from newsletter.problems import Refused
from newsletter.store.tables import sign_ups

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.subscribers.act import Act

_ROW = sign_ups.c


def sign_up(
    act: Act, terms: Terms, person_id: int, *, seats: int = 1, company_id: int | None = None, source: str | None = None
) -> SignedUp:
    """Give somebody seats, or a place on the waiting list; who is there already keeps theirs.

    Raises Refused for an event that is over, called off or held by others, and for more seats than can be had.
    """
    _must_be_open(terms, act.now)
    _must_be_few(terms, seats)
    moved = _hold(act, terms)
    row = _row(act.connection, terms.event, person_id)
    before: Place | None = row.state if row is not None else None
    if row is not None and before != "cancelled" and row.seats == seats:
        queue = _queue(act, row)
        return SignedUp(person_id=person_id, place=row.state, seats=seats, before=before, queue=queue, moved=moved)
    place = _place(act.connection, terms, row, seats)
    values: dict[str, Any] = {"seats": seats, "state": place, "cancelled_at": None}
    values |= {name: told for name, told in (("company_id", company_id), ("source", source)) if told is not None}
    _write(act, terms, person_id, row, values)
    moved += move_up(act, terms)
    after = _row(act.connection, terms.event, person_id)
    assert after is not None
    act.note("events signup", person_id, event=terms.event, seats=seats, place=after.state)
    return SignedUp(
        person_id=person_id,
        place=after.state,
        seats=seats,
        before=before,
        queue=_queue(act, after),
        moved=tuple(each for each in moved if each != person_id),
    )


def sign_off(act: Act, terms: Terms, person_id: int) -> SignedOff:
    """Take somebody's seats back, and give them to who waits. Raises Refused for an event that is over."""
    _must_be_to_come(terms, act.now)
    moved = _hold(act, terms)
    row = _row(act.connection, terms.event, person_id)
    if row is None or row.state == "cancelled":
        return SignedOff(person_id=person_id, before=None if row is None else "cancelled", moved=moved)
    cancelled = {"state": "cancelled", "cancelled_at": act.now}
    act.connection.execute(update(sign_ups).where(_ROW.id == row.id).values(cancelled))
    act.note("events signoff", person_id, event=terms.event)
    return SignedOff(person_id=person_id, before=row.state, moved=(*moved, *move_up(act, terms)))


def settle(act: Act, terms: Terms) -> tuple[int, ...]:
    """Set the seats of people free who are erased, and those of a larger room; who moved up."""
    return () if terms.cancelled or act.now >= terms.end else _hold(act, terms)


def _hold(act: Act, terms: Terms) -> tuple[int, ...]:
    """Nobody else changes a seat until we are through; who waited for one that has become free has it now."""
    if act.connection.dialect.name == "postgresql":
        number = int.from_bytes(sha256(f"event:{terms.event}".encode()).digest()[:8], signed=True)
        act.connection.execute(select(func.pg_advisory_xact_lock(number)))
    gone = (_ROW.event == terms.event) & _ROW.person_id.is_(None) & (_ROW.state != "cancelled")
    act.connection.execute(update(sign_ups).where(gone).values(state="cancelled", cancelled_at=act.now))
    return move_up(act, terms)


def move_up(act: Act, terms: Terms) -> tuple[int, ...]:
    """Give the seats that are free to those who wait, the first first; who does not fit stays where they are."""
    free = _free(act.connection, terms)
    moved = []
    for row in act.connection.execute(_waiting(terms.event)).all():
        if free is not None and row.seats > free:
            continue
        act.connection.execute(update(sign_ups).where(_ROW.id == row.id).values(state="signed-up"))
        act.note("events move up", row.person_id, event=terms.event, seats=row.seats)
        moved.append(row.person_id)
        free = None if free is None else free - row.seats
    return tuple(moved)


def taken(connection: Connection, event: str) -> int:
    """How many seats are taken."""
    seats = select(func.coalesce(func.sum(_ROW.seats), 0)).where(_ROW.event == event, _ROW.state == "signed-up")
    return int(connection.execute(seats).scalar_one())


def _place(connection: Connection, terms: Terms, row: Row[Any] | None, seats: int) -> Place:
    """Where somebody comes with so many seats. Raises Refused for who has some, and wants more than are free."""
    has = row.seats if row is not None and row.state == "signed-up" else 0
    free = _free(connection, terms)
    if free is None or seats - has <= free:
        return "signed-up"
    if has:
        text = f"{terms.event}: {free} more {'seat is' if free == 1 else 'seats are'} free, they have {has}"
        raise Refused(text, "give fewer --seats; what they have stays theirs")
    return "waiting"


def _free(connection: Connection, terms: Terms) -> int | None:
    """Seats that are free; None where there is no limit. Never below none, whatever was agreed at the door."""
    return None if terms.capacity is None else max(0, terms.capacity - taken(connection, terms.event))


def _write(act: Act, terms: Terms, person_id: int, row: Row[Any] | None, values: dict[str, Any]) -> None:
    if row is None:
        new = {"event": terms.event, "person_id": person_id, "signed_up_at": act.now, **values}
        act.connection.execute(insert(sign_ups).values(new))
        return
    if row.state == "cancelled":  # who comes back stands behind those who stayed
        values |= {"signed_up_at": act.now}
    act.connection.execute(update(sign_ups).where(_ROW.id == row.id).values(values))


def _row(connection: Connection, event: str, person_id: int) -> Row[Any] | None:
    return connection.execute(select(sign_ups).where(_ROW.event == event, _ROW.person_id == person_id)).one_or_none()


def _waiting(event: str) -> Any:
    """Those who wait, in their turn."""
    wanted = select(sign_ups).where(_ROW.event == event, _ROW.state == "waiting")
    return wanted.order_by(_ROW.signed_up_at, _ROW.id)


def _queue(act: Act, row: Row[Any]) -> int:
    if row.state != "waiting":
        return 0
    order = [each.id for each in act.connection.execute(_waiting(row.event))]
    return order.index(row.id) + 1


def _must_be_open(terms: Terms, now: datetime) -> None:
    _must_be_to_come(terms, now)
    if terms.cancelled:
        raise Refused(f"{terms.event} is cancelled", "nobody signs up for it any more")
    if not terms.ours:
        raise Refused(f"{terms.event} is held by others", "people sign up there")


def _must_be_to_come(terms: Terms, now: datetime) -> None:
    if now >= terms.end:
        hint = f"who was there: newsletter events attended {terms.event} ADDRESS…"
        raise Refused(f"{terms.event} is over", hint)


def _must_be_few(terms: Terms, seats: int) -> None:
    most = min(MOST_SEATS, terms.capacity or MOST_SEATS)
    if not 1 <= seats <= most:
        raise Refused(
            f"{terms.event}: one sign-up is for 1 to {most} seats, not {seats}", "sign the others up by themselves"
        )
