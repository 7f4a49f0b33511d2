"""What people agreed to: a log that is only added to. Where it ends is where a person stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert, select, update

from newsletter.store.tables import consents, people, wordings
from newsletter.subscribers.inserts import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal["requested", "given", "confirmed", "withdrawn"]
State = Literal["none", "pending", "subscribed", "unsubscribed"]
Ground = Literal["consent", "other"]
"""consent is the person's own; other is a documented reason to write without it."""
_AFTER: dict[Kind, State] = {
    "requested": "pending",
    "given": "subscribed",
    "confirmed": "subscribed",
    "withdrawn": "unsubscribed",
}
_WORDS = {
    "none": "not to be written to: there is no basis",
    "pending": "not to be written to yet: they asked, and have not confirmed",
    "unsubscribed": "not to be written to: they said no",
}
_CHUNK = 20_000
_NOON = time(12, tzinfo=UTC)
_FURTHEST_EAST = timedelta(hours=14)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a person stands: may we write, on what ground, since which day."""

    state: State = "none"
    basis: Ground | None = None
    subscribed_on: date | None = None

    @property
    def words(self) -> str:
        """As it is told to the people who look after the list."""
        if self.state == "subscribed":
            ground = "their own consent" if self.basis == "consent" else "another basis than consent"
            return f"subscribed since {self.subscribed_on} ({ground})"
        return _WORDS[self.state]


NOTHING = Standing()
"""Of somebody who never said anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the log. `at` is when it was said, not when it was written down.

    What is withdrawn keeps the basis that it ends.
    """

    person_id: int
    kind: Kind
    source: str
    at: datetime
    basis: Ground = "consent"
    wording_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """On what ground a list of people, or one of them, may be written to.

    consent: their own, with its wording, where it was given and on which day. other: why we may write without one.
    none: we may not; they are kept, and not written to.
    """

    kind: Literal["consent", "other", "none"]
    wording: str | None = None
    source: str | None = None
    said_on: date | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if lacks := self.lacks():
            raise ValueError(f"a basis of kind {self.kind} needs: {', '.join(lacks)}")

    def lacks(self) -> list[str]:
        """What is missing to prove it later, in the words of the commands' options."""
        wanted: dict[str, object] = {}
        if self.kind == "consent":
            wanted = {"wording": (self.wording or "").strip(), "source": self.source, "date": self.said_on}
        if self.kind == "other":
            wanted = {"reason": (self.reason or "").strip()}
        return [name for name, value in wanted.items() if not value]

    def entry(self, person_id: int, wording_id: int | None, now: datetime, kind: Kind = "given") -> Entry:
        """The line of the log that says so. Raises ValueError for kind none: it says nothing."""
        if self.kind == "none":
            raise ValueError("without a basis there is nothing to write down")
        return Entry(
            person_id=person_id,
            kind=kind,
            basis=self.kind,
            wording_id=wording_id,
            source=self.source or self.kind,
            reason=self.reason,
            at=min(moment(self.said_on), now) if self.said_on else now,
        )

    def is_of_the_future(self, now: datetime) -> bool:
        """Whether the day has not begun anywhere yet: a slip of the finger."""
        return self.said_on is not None and self.said_on > (now.astimezone(UTC) + _FURTHEST_EAST).date()


def moment(day: date) -> datetime:
    """Noon of the day: what was said on a day, at a time nobody wrote down."""
    return datetime.combine(day, _NOON)


def standing_after(entry: Entry) -> Standing:
    """Where the person stands now: the last word decides. Days are those of UTC."""
    state = _AFTER[entry.kind]
    day = entry.at.astimezone(UTC).date() if state == "subscribed" else None
    return Standing(state=state, basis=None if state == "unsubscribed" else entry.basis, subscribed_on=day)


def fold(events: Iterable[Entry]) -> Standing:
    """Where a person stands after all that was said, oldest first (in the order of the log)."""
    standing = NOTHING
    for event in events:
        standing = standing_after(event)
    return standing


def is_news(state: str, ground: str | None, basis: Basis) -> bool:
    """Whether a list that names somebody on this basis says more than the register knows.

    Never for who has unsubscribed: no list brings them back. A consent is not weakened by another basis.
    """
    if basis.kind == "none" or state == "unsubscribed":
        return False
    return state != "subscribed" or (ground == "other" and basis.kind == "consent")


def record(connection: Connection, entries: Iterable[Entry], now: datetime, actor: str) -> None:
    """Add to the log, in this order, and bring the people's own columns up to date."""
    for chunk in _chunks(entries):
        # People first: who is at the same person waits here, so the log ends in what the columns say.
        _stand(connection, chunk, now)
        connection.execute(insert(consents), log_rows(chunk, now, actor))


def log_rows(entries: Iterable[Entry], now: datetime, actor: str) -> list[dict[str, Any]]:
    """Rows for the table `consents`; for who writes the people's columns (`standing_after`) in the same transaction."""
    return [
        {
            "person_id": entry.person_id,
            "kind": entry.kind,
            "basis": entry.basis,
            "wording_id": entry.wording_id,
            "source": entry.source,
            "reason": entry.reason,
            "actor": actor,
            "at": entry.at,
            "recorded_at": now,
        }
        for entry in entries
    ]


def wording_id(connection: Connection, text: str, now: datetime) -> int:
    """The number of a wording, which is new when a letter of it has changed. Line breaks and outer spaces are equal."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = select(wordings.c.id).where(wordings.c.digest == digest)
    found = connection.scalar(known)
    if found is None:
        row = {"digest": digest, "text": text, "first_used_at": now}
        connection.execute(insert_into(connection, wordings).values(row).on_conflict_do_nothing())
        found = connection.scalar(known)
    assert found is not None
    return int(found)


def _stand(connection: Connection, entries: Iterable[Entry], now: datetime) -> None:
    """Bring the columns up to date: one statement for all who stand alike."""
    last = {entry.person_id: standing_after(entry) for entry in entries}
    if connection.dialect.name != "sqlite":  # where several write at once, all lock in one order
        connection.execute(
            select(people.c.id).where(people.c.id.in_(sorted(last))).order_by(people.c.id).with_for_update()
        )
    alike: dict[Standing, list[int]] = {}
    for person_id, standing in last.items():
        alike.setdefault(standing, []).append(person_id)
    for standing, ids in alike.items():
        columns = {"state": standing.state, "basis": standing.basis, "subscribed_on": standing.subscribed_on}
        connection.execute(update(people).where(people.c.id.in_(ids)).values(**columns, updated_at=now))


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    remaining = iter(entries)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
