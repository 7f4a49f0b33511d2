"""What an event says of who may come, and what becomes of somebody who signs up or off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.content.item import Item
    from newsletter.content.items import Event

Place = Literal["signed-up", "waiting", "cancelled"]
MOST_SEATS = 50
"""That one person can take."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the event's file says of who may come."""

    event: str
    """Short name."""
    title: str
    capacity: int | None
    start: datetime
    """With its zone, as `end` and `sign_up_until`."""
    end: datetime
    sign_up_until: datetime | None
    """When the last day to sign up is over."""
    cancelled: bool
    ours: bool
    """Others' events have their sign-up elsewhere."""
    sequence: int = 0
    """Raised with each change that people are to hear of."""

    @classmethod
    def of(cls, item: Item[Event], zone: ZoneInfo) -> Self:
        """The terms of an event."""
        fields = item.fields
        return cls(
            event=item.slug,
            title=fields.title,
            capacity=fields.capacity,
            start=fields.start.replace(tzinfo=zone),
            end=fields.end.replace(tzinfo=zone),
            sign_up_until=_after(fields.sign_up_by, zone) if fields.sign_up_by else None,
            cancelled=fields.cancelled,
            ours=fields.external is None,
            sequence=fields.sequence,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedUp:
    """What became of somebody who signed up."""

    person_id: int
    place: Place
    seats: int
    before: Place | None
    """Where they stood until now; None for nowhere."""
    queue: int = 0
    """Their place on the waiting list, from 1."""
    is_new: bool = False
    """Whether they came into the register by it, without any consent."""
    moved: tuple[int, ...] = ()
    """Who moved up, because this one takes fewer seats than before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedOff:
    """What became of somebody who signed off, and who moved up."""

    person_id: int
    before: Place | None
    moved: tuple[int, ...] = ()


def _after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)
