"""Planned sends for the tests, and a loop that does what `newsletter run` does with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from newsletter.delivery.schedule import Due, due, missed, start
from newsletter.delivery.schedule.planning import Planned, Proposal, plan
from newsletter.delivery.schedule.wall import moment_of
from newsletter.store.tables import schedules, sends

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """The moment of a wall clock in Copenhagen."""
    return moment_of(wall(text), COPENHAGEN)


def a_due(issue: str, when: datetime, zone: ZoneInfo = COPENHAGEN, **changed: object) -> Due:
    """A planned send that stands in no book."""
    at = moment_of(when, zone)
    values = {"id": 1, "issue": issue, "wall": when, "send_at": at, "noted_at": at, "grace": 6 * HOUR, "source": "at"}
    return Due(**{**values, "state": "waiting", "actor": "maja", "at": at - 30 * DAY, **changed})


def proposal(issue: str, when: datetime, **changed: object) -> Proposal:
    values = {"issue": issue, "wall": when, "source": "at", "grace": 6 * HOUR, "deadline": when - 7 * DAY}
    return Proposal(**{**values, "shown_for": when, **changed})


def planned(register: Register, issue: str, when: datetime, now: datetime, **changed: object) -> Planned:
    """Plan a send in a transaction of its own."""
    with register.write() as connection:
        return plan(connection, proposal(issue, when, **changed), zone=COPENHAGEN, now=now, actor="maja")


class Killed(Exception):
    """The machine lost its power here."""


@dataclass
class Loop:
    """One process that looks at the book. `kill` dies in the middle of the next transaction."""

    register: Register
    zone: ZoneInfo = COPENHAGEN
    kill: bool = False
    was_missed: list[str] = field(default_factory=list)

    def look(self, now: datetime) -> None:
        with self.register.read() as connection:
            found = due(connection, self.zone, now)
        for each in found:
            self.take(each.id, each.issue, each.send_at, now)
        with self.register.write() as connection:
            self.was_missed += [each.issue for each in missed(connection, self.zone, now)]

    def take(self, schedule_id: int, issue: str, send_at: datetime, now: datetime) -> bool:
        """As the freeze does: both in one transaction, or neither."""
        with self.register.write() as connection:
            if not start(connection, schedule_id, now):
                return False
            freeze(connection, issue, send_at, now)
            if self.kill:
                raise Killed
            return True


def freeze(connection: Connection, issue: str, send_at: datetime, now: datetime, state: str = "sending") -> None:
    """A row of `sends`, as the freeze makes one."""
    values = {"issue": issue, "kind": "issue", "digest": "0" * 64, "audience_size": 1, "state": state}
    when = {"approved_at": now, "started_at": now, "send_at": send_at}
    connection.execute(insert(sends).values(**values, **when, approved_by="maja"))


def sent(register: Register) -> dict[str, datetime]:
    """Issue → when its send began. A second send of an issue would be an error of the database."""
    with register.read() as connection:
        return {row.issue: row.started_at for row in connection.execute(select(sends))}


def states(register: Register) -> list[tuple[str, str, str]]:
    """Issue, wall clock and state of every row of the book."""
    columns = (schedules.c.issue, schedules.c.wall, schedules.c.state)
    with register.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(schedules.c.id))]
