"""What people's calendars hold of an event: the newest invitation that went out, and whom it reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, text

from newsletter.delivery.ledger.sql import invited
from newsletter.delivery.letter import Letter
from newsletter.problems import Refused
from newsletter.store.kinds import Moment
from newsletter.store.tables import sends

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """An issue that went out with an event's calendar."""

    send_id: int
    issue: str
    method: str
    sequence: int
    facts: str
    """A mark of the event's title, time and place as they were then."""


def sent_for(connection: Connection, event: str) -> list[Sent]:
    """The issues that went out with the event's calendar, oldest first. Rehearsals are none."""
    return [each for name, each in _all(connection) if name == event]


def must_be_newer(connection: Connection, issue: str, invites: Mapping[str, Any] | None) -> None:
    """Raises Refused when calendars would not take the invitation, since they hold one with the same number or more."""
    if invites is None:
        return
    others = [each for each in sent_for(connection, invites["event"]) if each.issue != issue]
    if not others:
        return
    last, number = others[-1], invites["sequence"]
    same = (last.method, last.facts) == (invites["method"], invites["facts"])
    if number < last.sequence or (number == last.sequence and not same):
        raise _refused(issue, invites, last)


def must_be_newest(connection: Connection, issue: str, invites: Mapping[str, Any] | None) -> None:
    """Raises Refused when something else was said of the event since the issue went out."""
    if invites is None:
        return
    last = sent_for(connection, invites["event"])[-1]
    if last.sequence > invites["sequence"]:
        raise Refused(
            f"{issue} invites to {invites['event']} as it was before {last.issue} went out",
            f"send {last.issue} late, or write a new issue that invites to it",
        )


def note_invited(connection: Connection, event: str, person_id: int, now: datetime) -> None:
    """Write down that somebody is invited, when the ledger says so though their batch has not ended yet."""
    which = "sends.id = :send AND deliveries.person_id = :person"
    one = text(invited(connection.dialect.name, which)).bindparams(bindparam("now", type_=Moment()))
    for each in sent_for(connection, event):
        connection.execute(one, {"send": each.send_id, "person": person_id, "now": now})


def _all(connection: Connection) -> Iterator[tuple[str, Sent]]:
    told = sends.c.letter.contains('"invites": {')
    wanted = select(sends.c.id, sends.c.issue, sends.c.letter).where(sends.c.kind != "test", told)
    for row in connection.execute(wanted.order_by(sends.c.id)):
        invites = Letter.from_json(row.letter).invites
        if invites:
            facts = {name: invites[name] for name in ("method", "sequence", "facts")}
            yield invites["event"], Sent(send_id=row.id, issue=row.issue, **facts)


def _refused(issue: str, invites: Mapping[str, Any], last: Sent) -> Refused:
    event = invites["event"]
    what = "is called off" if invites["method"] == "CANCEL" else "has another title, time or place"
    if last.method == "CANCEL":
        what = "takes place after all"
    if last.facts == invites["facts"] and last.method == invites["method"]:
        what = "went back to a lower number"
    step = last.sequence if invites["method"] == "CANCEL" else last.sequence + 1
    return Refused(
        f"{issue} invites to {event}, which {what} since {last.issue} went out; calendars take only a higher number",
        f"write `sequence: {step}` in content/events/{event}.md, build, and approve again",
    )
