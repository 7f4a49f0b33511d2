"""The people of a list's rows: new ones come in, known ones are told what is new. Who said no is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.store.tables import consents, people
from newsletter.subscribers.consent import Basis, is_news, log_rows, standing_after, wording_id
from newsletter.subscribers.importing.bulk import Bulk, kept
from newsletter.subscribers.importing.rows import Subscriber

if TYPE_CHECKING:
    from newsletter.subscribers.importing.outcome import Outcome

KNOWN = ("address_key", "id", "state", "basis", "name", "first_name", "role", "language", "company_id", "workplace_id")
_DETAILS = KNOWN[4:]
_NEW = (
    *("address_key", "address", "address_hash", "smtputf8", *_DETAILS),
    *("state", "basis", "subscribed_on", "created_at", "updated_at", "id"),
)
_STANDING = ("state", "basis", "subscribed_on", "updated_at")
_LOG = ("kind", "basis", "wording_id", "source", "reason", "actor", "at", "recorded_at")


class Entry(NamedTuple):
    """One row about somebody."""

    row: Subscriber
    address_hash: bytes
    company_id: int | None
    workplace_id: int | None


class _Agreement(NamedTuple):
    """What a basis of one day makes of people: their columns, and the line of the log behind their number."""

    standing: tuple[Any, ...]
    log: tuple[Any, ...]


class Persons:
    """The people of a whole list, chunk by chunk: of all rows about somebody, the first is heard."""

    def __init__(self, basis: Basis, now: datetime, actor: str, kept_now: Any) -> None:
        self.basis = basis
        self.now = now
        self.actor = actor
        self.kept_now = kept_now
        self._seen = bytearray()
        self.chunk: list[int] = []
        """Numbers of those in the chunk that is being written."""
        self._agreements: dict[date | None, _Agreement] = {}

    def was_seen(self, number: int) -> bool:
        """Whether somebody stood in an earlier chunk of the list."""
        return number < len(self._seen) and bool(self._seen[number])

    def take(
        self, bulk: Bulk, entries: Mapping[str, Entry], known: Mapping[str, tuple[Any, ...]], counts: Outcome
    ) -> dict[str, int]:
        """Write what is new of the people by address key; the number of each."""
        self._agreements = {}
        newcomers = {key: entry for key, entry in entries.items() if key not in known}
        ids = dict(zip(newcomers, self._insert(bulk, newcomers), strict=True))
        others = [(known[key], entry) for key, entry in entries.items() if key in known]
        changed = self._change(bulk, others)
        agreed = [
            (before[1], entry.row.consented_on) for before, entry in others if is_news(before[2], before[3], self.basis)
        ]
        self._stand(bulk, agreed)
        if self.basis.kind != "none":
            said = [*agreed, *((ids[key], entry.row.consented_on) for key, entry in newcomers.items())]
            rows = [(number, *self._agreement(bulk, day).log) for number, day in said]
            bulk.insert(consents, ("person_id", *_LOG), rows)
            counts.agreed += len(rows)
        changed |= {number for number, _ in agreed}
        counts.new += len(newcomers)
        counts.changed += len(changed)
        counts.unchanged += len(others) - len(changed)
        counts.without_basis += self._without_basis(newcomers, others)
        ids |= {before[0]: before[1] for before, _ in others}
        self.chunk = [*ids.values()]
        return ids

    def settle(self) -> None:
        """The chunk is written."""
        lacking = max(self.chunk, default=-1) + 1 - len(self._seen)
        if lacking > 0:
            self._seen.extend(bytes(lacking + len(self._seen)))
        for number in self.chunk:
            self._seen[number] = 1

    def _insert(self, bulk: Bulk, newcomers: Mapping[str, Entry]) -> list[int]:
        numbers, now, rows = bulk.numbers(people, len(newcomers)), self.kept_now, []
        for number, (key, (row, address_hash, company, place)) in zip(numbers, newcomers.items(), strict=True):
            address = row.address
            assert address is not None
            state, basis, day = self._agreement(bulk, row.consented_on).standing
            written, _, smtputf8 = address
            details = row.name, row.first_name, row.role, row.language or "da", company, place
            rows.append((key, written, address_hash, smtputf8, *details, state, basis, day, now, now, number))
        bulk.insert_new(people, _NEW, rows)
        return numbers

    def _change(self, bulk: Bulk, others: Iterable[tuple[tuple[Any, ...], Entry]]) -> set[int]:
        changes: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for (_, number, _, _, *before), entry in others:
            new = _news(entry, before)
            if new:
                changes.setdefault(tuple(new), []).append((*new.values(), self.kept_now, number))
        for names, rows in changes.items():
            bulk.update(people, (*names, "updated_at"), rows)
        return {row[-1] for rows in changes.values() for row in rows}

    def _stand(self, bulk: Bulk, agreed: Iterable[tuple[int, date | None]]) -> None:
        rows = [(*self._agreement(bulk, day).standing, self.kept_now, number) for number, day in agreed]
        bulk.update(people, _STANDING, rows)

    def _agreement(self, bulk: Bulk, day: date | None) -> _Agreement:
        """What the basis makes of somebody whose row says this day, or none."""
        known = self._agreements.get(day)
        if known is None:
            known = self._agreements[day] = self._agree(bulk, day)
        return known

    def _agree(self, bulk: Bulk, day: date | None) -> _Agreement:
        basis = self.basis
        if basis.kind == "none":
            return _Agreement(("none", None, None), ())
        if day and basis.kind == "consent":
            basis = Basis(kind="consent", wording=basis.wording, source=basis.source, said_on=day)
        wording = wording_id(bulk.connection, basis.wording, self.now) if basis.wording else None
        entry = basis.entry(0, wording, self.now)
        standing = standing_after(entry)
        (line,) = log_rows([entry], self.now, self.actor)
        dialect = bulk.connection.dialect
        subscribed_on = kept(dialect, people, "subscribed_on", standing.subscribed_on)
        return _Agreement(
            (standing.state, standing.basis, subscribed_on),
            tuple(kept(dialect, consents, name, line[name]) for name in _LOG),
        )

    def _without_basis(self, newcomers: Mapping[str, Entry], others: Iterable[tuple[tuple[Any, ...], Entry]]) -> int:
        if self.basis.kind != "none":
            return 0
        return len(newcomers) + len([1 for before, _ in others if before[2] != "subscribed"])


def _news(entry: Entry, before: list[Any]) -> dict[str, Any]:
    """What the row says and was not so before. A new name brings its first name, even none."""
    row = entry.row
    told = (row.name, row.first_name, row.role, row.language, entry.company_id, entry.workplace_id)
    if told == tuple(before):
        return {}
    pairs = zip(_DETAILS, told, before, strict=True)
    new: dict[str, Any] = {name: value for name, value, old in pairs if value is not None and value != old}
    if "name" in new:
        new["first_name"] = row.first_name
    return new
