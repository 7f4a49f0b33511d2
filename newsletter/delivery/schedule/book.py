"""The book of planned sends: who may start, once, and what was missed.

The wall clock that a person said is what counts. The time in UTC is kept beside it and worked out anew whenever it is
asked for, since a zone's rules may change in between. All functions take a connection and leave its transaction alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import exists, select, update

from newsletter.delivery.schedule.wall import moment_of
from newsletter.store.audit import note
from newsletter.store.tables import schedules, sends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection, Row

Source = Literal["at", "campaign"]
MOST_SHIFT = timedelta(days=2)
"""More than any change of a zone, or of zones, moves a wall clock."""
LOOP = "newsletter run"
"""Who is said to have started a send that was due."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """One planned send. Times are UTC, `wall` is what clocks of the workspace show."""

    id: int
    issue: str
    wall: datetime
    send_at: datetime
    noted_at: datetime
    """What it was in UTC when it was planned."""
    grace: timedelta
    source: Source
    state: str
    actor: str
    at: datetime

    @property
    def until(self) -> datetime:
        """The last moment it may still go out by itself."""
        return self.send_at + self.grace

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come and its grace is not over."""
        return self.send_at <= now <= self.until

    @property
    def has_shifted(self) -> bool:
        """Whether the zone's rules have changed since it was planned: the wall clock is kept, UTC is not."""
        return self.send_at != self.noted_at


def due(connection: Connection, zone: ZoneInfo, now: datetime) -> list[Due]:
    """What is to start at `now`: its time has come and its grace is not over; the earliest first.

    Something called missed is due all the same when its time turns out to be now: a clock had leapt ahead. An issue
    that has a send already is never due.
    """
    is_open = schedules.c.state.in_(("waiting", "missed"))
    planned = _read(connection, zone, is_open, _near(now), ~_HAS_SEND, ~_ANSWERED)
    return [each for each in planned if each.is_due(now)]


def start(connection: Connection, schedule_id: int, now: datetime) -> bool:
    """Take a planned send: True for exactly one caller, ever; False when it was moved, cancelled or taken.

    Call it first thing in the transaction that freezes the audience, and give the transaction up on False: then either
    both are done or neither is, whatever is killed. In that transaction PostgreSQL may refuse with a serialisation
    error instead, when somebody moves the send at the same moment; the next look finds how it ended.
    """
    mine = (schedules.c.id == schedule_id) & schedules.c.state.in_(("waiting", "missed"))
    took = connection.execute(update(schedules).where(mine).values(state="started")).rowcount == 1
    if took:
        row = connection.execute(select(schedules).where(schedules.c.id == schedule_id)).one()
        about = {"issue": row.issue, "wall": row.wall}
        note(connection, now=now, actor=LOOP, action="schedule start", about="register", about_id=row.id, **about)
    return took


def missed(connection: Connection, zone: ZoneInfo, now: datetime) -> list[Due]:
    """Mark what was not started in time, and return it: a person decides. Changes rows, so give it a writing one.

    A planned send whose issue went out by another way is closed on the way, silently.
    """
    by_another_way = _read(connection, zone, schedules.c.state == "waiting", _HAS_SEND)
    for each in by_another_way:
        _mark(connection, each.id, "started")
    open_ones = waiting(connection, zone, _near(now))
    ours = [each for each in open_ones if now > each.until and _mark(connection, each.id, "missed")]
    for each in ours:
        about = {"issue": each.issue, "wall": each.wall.isoformat(" ", "minutes")}
        note(connection, now=now, actor=LOOP, action="schedule missed", about="register", about_id=each.id, **about)
    return ours


def waiting(connection: Connection, zone: ZoneInfo, *conditions: ColumnElement[bool]) -> list[Due]:
    """All planned sends, the earliest first."""
    return _read(connection, zone, schedules.c.state == "waiting", *conditions)


def unanswered(connection: Connection, zone: ZoneInfo) -> list[Due]:
    """Sends that were missed and that nobody has moved, cancelled or sent since."""
    return _read(connection, zone, schedules.c.state == "missed", ~_HAS_SEND, ~_ANSWERED)


def planned_for(connection: Connection, zone: ZoneInfo, issue: str) -> Due | None:
    """The issue's planned send, or the one it missed and still waits for an answer to."""
    is_waiting, is_missed = schedules.c.state == "waiting", (schedules.c.state == "missed") & ~_HAS_SEND & ~_ANSWERED
    found = _read(connection, zone, schedules.c.issue == issue, is_waiting | is_missed)
    return found[0] if found else None


def on_day(connection: Connection, day: date) -> list[str]:
    """The issues planned for a day of the wall clock."""
    mine = schedules.c.wall.startswith(day.isoformat(), autoescape=True) & (schedules.c.state == "waiting")
    return sorted(connection.scalars(select(schedules.c.issue).where(mine)))


def close(connection: Connection, issue: str, state: Literal["cancelled"] = "cancelled") -> int:
    """End the issue's planned or missed sends; how many there were."""
    mine = (schedules.c.issue == issue) & schedules.c.state.in_(("waiting", "missed"))
    return connection.execute(update(schedules).where(mine).values(state=state)).rowcount


_later = schedules.alias("later")
_ANSWERED = exists().where(_later.c.issue == schedules.c.issue, _later.c.id > schedules.c.id).correlate(schedules)
_HAS_SEND = exists().where(sends.c.issue == schedules.c.issue, sends.c.kind == "issue").correlate(schedules)


def _near(now: datetime) -> ColumnElement[bool]:
    """What may have come, whatever was done to the zone since; the wall clock then decides."""
    return schedules.c.send_at <= now + MOST_SHIFT


def _mark(connection: Connection, schedule_id: int, state: str) -> bool:
    mine = (schedules.c.id == schedule_id) & (schedules.c.state == "waiting")
    return connection.execute(update(schedules).where(mine).values(state=state)).rowcount == 1


def _read(connection: Connection, zone: ZoneInfo, *conditions: ColumnElement[bool]) -> list[Due]:
    rows: Sequence[Row[Any]] = connection.execute(select(schedules).where(*conditions)).all()
    return sorted((_due(row, zone) for row in rows), key=lambda each: (each.send_at, each.id))


def _due(row: Row[Any], zone: ZoneInfo) -> Due:
    wall = datetime.fromisoformat(row.wall)
    return Due(
        id=row.id,
        issue=row.issue,
        wall=wall,
        send_at=moment_of(wall, zone),
        noted_at=row.send_at,
        grace=timedelta(minutes=row.grace_minutes),
        source=row.source,
        state=row.state,
        actor=row.actor,
        at=row.at,
    )
