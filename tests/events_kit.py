"""An event and its guests, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from people_kit import act
from register_kit import NOW, a_person
from sqlalchemy import select

from newsletter.campaigns.signups.seats import sign_off, sign_up
from newsletter.campaigns.signups.values import SignedOff, SignedUp, Terms
from newsletter.store.tables import people, sign_ups

if TYPE_CHECKING:
    from newsletter.store.register import Register

ZONE = ZoneInfo("Europe/Copenhagen")
EVENT = "morgenmoede"


def terms(capacity: int | None = 3, **changed: Any) -> Terms:
    """A meeting in January, in the tests' future."""
    start = datetime(2027, 1, 14, 8, 30, tzinfo=ZONE)
    values = {"event": EVENT, "title": "Morgenmøde", "start": start, "end": start + timedelta(minutes=90)}
    values |= {"capacity": capacity, "sign_up_until": None, "cancelled": False, "ours": True}
    return Terms(**{**values, **changed})


class Guests:
    """People in a register who sign up and off."""

    def __init__(self, register: Register, names: str = "abcdef") -> None:
        self.register = register
        with register.write() as connection:
            self.ids = {name: a_person(connection, register, f"{name}@x.example", name=name.title()) for name in names}

    def up(self, name: str, seats: int = 1, *, at: Terms | None = None, now: datetime = NOW, **more: Any) -> SignedUp:
        """Sign somebody up."""
        with act(self.register, now) as doing:
            return sign_up(doing, at or terms(), self.ids[name], seats=seats, **more)

    def off(self, name: str, *, at: Terms | None = None, now: datetime = NOW) -> SignedOff:
        """Sign somebody off."""
        with act(self.register, now) as doing:
            return sign_off(doing, at or terms(), self.ids[name])

    def places(self, event: str = EVENT) -> dict[str | None, tuple[str, int]]:
        """Name → state and seats; None for who was erased."""
        columns = people.c.name, sign_ups.c.state, sign_ups.c.seats
        wanted = select(*columns).select_from(sign_ups.outerjoin(people)).where(sign_ups.c.event == event)
        with self.register.read() as connection:
            rows = connection.execute(wanted.order_by(sign_ups.c.signed_up_at, sign_ups.c.id)).all()
        return {row.name and row.name.lower(): (row.state, row.seats) for row in rows}
