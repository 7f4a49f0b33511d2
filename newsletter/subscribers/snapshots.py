"""Whom the segments held at a time, by number only; and what has changed since."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from newsletter.speech import Language
from newsletter.store.audit import note
from newsletter.store.tables import segment_snapshots
from newsletter.subscribers.members import companies_in, people_in
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.sentence import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_MORE, _BITS = 0x80, 7
"""Numbers are written seven bits to a byte, the lowest first; the eighth says that more follows."""
_CHUNK = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Numbers that came and went, in order."""

    came: tuple[int, ...]
    went: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A segment then and now."""

    name: str
    taken_at: datetime
    reason: str
    rule_then: str
    rule_now: str
    people: Change
    companies: Change

    @property
    def is_any(self) -> bool:
        """Whether anything changed."""
        changes = (self.people.came, self.people.went, self.companies.came, self.companies.went)
        return self.rule_then != self.rule_now or any(changes)


def remember(
    connection: Connection,
    names: Sequence[str],
    book: Book,
    *,
    now: datetime,
    actor: str,
    reason: str,
    language: Language,
) -> None:
    """Keep whom the named segments hold now, and write in the audit log who wanted it."""
    for name in names:
        rule = book.rule_of(name)
        values: dict[str, Any] = {"segment": name, "taken_at": now, "actor": actor, "reason": reason}
        held = {
            "people": pack(people_in(connection, rule, book)),
            "companies": pack(companies_in(connection, rule, book)),
        }
        told = sentence(rule, book, language)
        connection.execute(insert(segment_snapshots).values(**values, **held, rule=told))
    note(
        connection,
        now=now,
        actor=actor,
        action="segments remember",
        about="segment",
        segments=list(names),
        reason=reason,
    )


def difference(
    connection: Connection, name: str, book: Book, *, before: datetime | None = None, language: Language
) -> Difference | None:
    """What has changed in a segment since it was last remembered (at `before` or earlier); None when it never was."""
    then = _latest(connection, name, before)
    if then is None:
        return None
    rule = book.rule_of(name)
    return Difference(
        name=name,
        taken_at=then.taken_at,
        reason=then.reason,
        rule_then=then.rule,
        rule_now=sentence(rule, book, language),
        people=_change(unpack(then.people), people_in(connection, rule, book)),
        companies=_change(unpack(then.companies), companies_in(connection, rule, book)),
    )


def _latest(connection: Connection, name: str, before: datetime | None) -> Row[Any] | None:
    taken = segment_snapshots.c.taken_at
    wanted = select(segment_snapshots).where(segment_snapshots.c.segment == name)
    if before is not None:
        wanted = wanted.where(taken <= before)
    return connection.execute(wanted.order_by(taken.desc()).limit(1)).one_or_none()


def _change(then: Iterator[int], now: Iterator[int]) -> Change:
    """Both in order; read side by side, so only what differs is kept."""
    came, went = [], []
    old, new = next(then, None), next(now, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old < new):
            assert old is not None
            went.append(old)
            old = next(then, None)
        elif old is None or new < old:
            came.append(new)
            new = next(now, None)
        else:
            old, new = next(then, None), next(now, None)
    return Change(came=tuple(came), went=tuple(went))


def pack(numbers: Iterable[int]) -> bytes:
    """Numbers in order, as the steps between them, compressed. A million that lie close take some ten kilobytes."""
    squeezer, waiting, packed, last = zlib.compressobj(9), bytearray(), bytearray(), 0
    for number in numbers:
        step, last = number - last, number
        while step >= _MORE:
            waiting.append(step & (_MORE - 1) | _MORE)
            step >>= _BITS
        waiting.append(step)
        if len(waiting) >= _CHUNK:
            packed += squeezer.compress(waiting)
            waiting.clear()
    return bytes(packed + squeezer.compress(waiting) + squeezer.flush())


def unpack(packed: bytes) -> Iterator[int]:
    """The numbers of `pack`, in order."""
    number = step = shift = 0
    for byte in zlib.decompress(packed):
        step |= (byte & (_MORE - 1)) << shift
        shift += _BITS
        if byte < _MORE:
            number += step
            yield number
            step = shift = 0
