"""Checked rows come into the register: in chunks, each of them whole or not at all. The same list twice is once.

No list brings back who said no: of people who unsubscribed, were erased or suppressed nothing at all is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.store.audit import note
from newsletter.store.tables import companies, people, suppressions
from newsletter.subscribers.consent import Basis
from newsletter.subscribers.importing.bulk import Bulk, Outrun, kept
from newsletter.subscribers.importing.firms import Firms, Key, key_of
from newsletter.subscribers.importing.marks import Marks
from newsletter.subscribers.importing.outcome import Outcome
from newsletter.subscribers.importing.persons import KNOWN, Entry, Persons
from newsletter.subscribers.importing.places import Places
from newsletter.subscribers.importing.rows import BadRow, Subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

CHUNK = 5_000
_TRIES = 5
Checked = Subscriber | BadRow


def import_rows(
    register: Register,
    rows: Iterable[Checked],
    basis: Basis,
    *,
    now: datetime,
    actor: str,
    rehearse: bool = False,
    to_mend: Callable[[BadRow], None] | None = None,
    told: Callable[[int], None] | None = None,
) -> Outcome:
    """Take a list's rows into the register on this basis. Of a rehearsal nothing is kept.

    `to_mend` gets the bad rows; `told` hears how many rows were read.
    """
    work = _Import(register, basis, now, actor)
    chunks = _chunks(rows, work.outcome, to_mend)
    if rehearse:
        with suppress(_Rehearsed), register.write() as connection:
            for chunk in chunks:
                work.rehearse(connection, chunk)
                _tell(told, work.outcome)
            raise _Rehearsed
        return work.outcome
    for chunk in chunks:
        work.write(chunk)
        _tell(told, work.outcome)
    return work.outcome


class _Rehearsed(Exception):
    """Thrown to take a rehearsal back."""


def _tell(told: Callable[[int], None] | None, outcome: Outcome) -> None:
    if told:
        told(outcome.rows)


def _chunks(
    rows: Iterable[Checked], outcome: Outcome, to_mend: Callable[[BadRow], None] | None
) -> Iterator[list[Subscriber]]:
    """The good rows, so many at a time; the bad ones are counted and handed on."""

    def good() -> Iterator[Subscriber]:
        for row in rows:
            outcome.rows += 1
            if isinstance(row, Subscriber):
                yield row
                continue
            outcome.bad += 1
            if to_mend:
                to_mend(row)

    remaining = good()
    while chunk := [*islice(remaining, CHUNK)]:
        yield chunk


class _Import:
    """One import under way."""

    def __init__(self, register: Register, basis: Basis, now: datetime, actor: str) -> None:
        self.register = register
        self.now = now
        self.actor = actor
        self.outcome = Outcome()
        stamp = kept(register.engine.dialect, companies, "updated_at", now)
        self.firms = Firms(stamp)
        self.places = Places(stamp)
        self.persons = Persons(basis, now, actor, stamp)

    def write(self, chunk: list[Subscriber]) -> None:
        """A chunk in a transaction of its own."""
        self._take(chunk, self.register.write)

    def rehearse(self, connection: Connection, chunk: list[Subscriber]) -> None:
        """A chunk in the transaction of a rehearsal."""

        @contextmanager
        def inside() -> Iterator[Connection]:
            with connection.begin_nested():
                yield connection

        self._take(chunk, inside)

    def _take(self, chunk: list[Subscriber], begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        """All of a chunk or nothing; anew when another process was quicker with the same rows."""
        for tries in range(1, _TRIES + 1):
            try:
                with begin() as connection:
                    counts = self._write(connection, chunk)
            except Outrun:
                if tries == _TRIES:
                    raise
            else:
                self._settle(counts)
                return

    def _settle(self, counts: Outcome) -> None:
        for each in (self.firms, self.places, self.persons):
            each.settle()
        self.outcome.add(counts)

    def _write(self, connection: Connection, chunk: list[Subscriber]) -> Outcome:
        counts, bulk = Outcome(), Bulk(connection)
        by_key, nobodys = _by_address(chunk, counts)
        known = {row[0]: row for row in bulk.find(people, KNOWN, "address_key", [*by_key], to_write=True)}
        hashes = dict(zip(by_key, map(self.register.hash_of, by_key), strict=True))
        heard = self._heard(bulk, by_key, known, hashes, counts)
        rows = [*heard.values(), *nobodys]
        firms = self.firms.take(bulk, _with_keys(rows), counts)
        places = self.places.take(bulk, _with_places(rows, firms), counts)
        entries = {key: _entry(row, hashes[key], firms, places) for key, row in heard.items()}
        persons = self.persons.take(bulk, entries, known, counts)
        Marks(bulk).take(rows, firms, persons, counts)
        if counts.writes or counts.agreed or counts.marks:
            self._note(connection, counts)
        return counts

    def _heard(
        self,
        bulk: Bulk,
        by_key: dict[str, Subscriber],
        known: dict[str, tuple[Any, ...]],
        hashes: dict[str, bytes],
        counts: Outcome,
    ) -> dict[str, Subscriber]:
        """The rows about people who have not said no, and were not heard of before."""
        stopped = _suppressed(bulk, hashes, self.now)
        heard = {}
        for key, row in by_key.items():
            before = known.get(key)
            if stopped and hashes[key] in stopped:
                counts.kept_out[stopped[hashes[key]]] += 1
            elif before is None:
                heard[key] = row
            elif before[2] == "unsubscribed":
                counts.kept_out["unsubscribed"] += 1
            elif self.persons.was_seen(before[1]):
                counts.repeated += 1
            else:
                heard[key] = row
        return heard

    def _note(self, connection: Connection, counts: Outcome) -> None:
        detail: dict[str, Any] = {"rows": len(self.persons.chunk), "new": counts.new, "changed": counts.changed}
        detail |= {"agreed": counts.agreed, "basis": self.persons.basis.kind, "companies": counts.companies_new}
        act: dict[str, Any] = {"now": self.now, "actor": self.actor, "action": "subscribers import"}
        note(connection, **act, about="register", **detail)


def _by_address(chunk: list[Subscriber], counts: Outcome) -> tuple[dict[str, Subscriber], list[Subscriber]]:
    """Rows by address, the first of each; and the rows about a company only."""
    by_key: dict[str, Subscriber] = {}
    nobodys = []
    for row in chunk:
        if row.address is None:
            nobodys.append(row)
        elif by_key.setdefault(row.address.key, row) is not row:
            counts.repeated += 1
    return by_key, nobodys


def _suppressed(bulk: Bulk, hashes: dict[str, bytes], now: datetime) -> dict[bytes, str]:
    """Of these hashes, those that are suppressed, with the reason."""
    anybody = bulk.connection.execute(select(suppressions.c.address_hash).limit(1)).first()
    if anybody is None:
        return {}
    limit = kept(bulk.connection.dialect, suppressions, "expires_at", now)
    found = bulk.find(suppressions, ("address_hash", "reason", "expires_at"), "address_hash", [*hashes.values()])
    return {bytes(address_hash): reason for address_hash, reason, expires_at in found if expires_at > limit}


def _with_keys(rows: list[Subscriber]) -> Iterator[tuple[Key, Subscriber]]:
    for row in rows:
        key = key_of(row)
        if key is not None:
            yield key, row


def _with_places(rows: list[Subscriber], firms: dict[Key, int]) -> dict[str, tuple[int, Subscriber]]:
    found: dict[str, tuple[int, Subscriber]] = {}
    for row in rows:
        if row.p_number and (key := key_of(row)):
            found.setdefault(row.p_number, (firms[key], row))
    return found


def _entry(row: Subscriber, address_hash: bytes, firms: dict[Key, int], places: dict[str, int]) -> Entry:
    key = key_of(row)
    company = firms[key] if key is not None else None
    return Entry(row, address_hash, company, places[row.p_number] if row.p_number else None)
