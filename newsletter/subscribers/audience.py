"""Whom segments hold and who may be written to, asked in one pass whatever the number of segments.

A subject is a person, with a company or without, or a company without people. The database groups them by the bits of
what fits (rules/parts.py), so what comes back is short however large the register is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from newsletter.store.tables import companies, people, suppressions
from newsletter.subscribers.questions import READER, Question, consented, prepare
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.parts import Masks

if TYPE_CHECKING:
    from sqlalchemy import Connection, FromClause

Truth = ColumnElement[bool]

_CHUNK = 10_000
SUBJECTS = people.outerjoin(companies, people.c.company_id == companies.c.id)
"""People, each with the company or without one."""


def suppressed(now: datetime) -> Truth:
    """People whose address is not to be written to, whatever they agreed to."""
    holds = suppressions.c.expires_at > now
    return exists().where(suppressions.c.address_hash == people.c.address_hash, holds).correlate(people)


def membership() -> Truth:
    """People who can be in a segment, over `SUBJECTS`: their company, if any, is active and not protected.

    Who has consented is in segments though the company be protected.
    """
    return or_(companies.c.id.is_(None), and_(companies.c.id.is_not(None), _lets_in(companies.c.protected)))


def _lets_in(protected: ColumnElement[bool]) -> Truth:
    return and_(companies.c.state == "active", or_(not_(protected), consented()))


def reachable(now: datetime) -> Truth:
    """People who may be written to, over `SUBJECTS`."""
    return and_(people.c.state == "subscribed", membership(), not_(suppressed(now)))


def block_sets(
    connection: Connection, names: Collection[str], audience: Collection[str], book: Book, now: datetime
) -> dict[frozenset[str], int]:
    """Sets of the named segments → how many people who may be written to are in exactly these.

    `audience` are the segments the issue goes to; empty is everybody. One query.
    """
    prepare(connection)
    sieve = _Sieve(names, audience, book, now)
    question = sieve.question
    inner = select(*question.columns).select_from(question.people).where(question.standing == READER).subquery()
    found: dict[frozenset[str], int] = {}
    for *numbers, readers in connection.execute(grouped(inner)):
        mask = sieve.mask(numbers)
        if mask is not None:
            segments = sieve.masks.named(mask)
            found[segments] = found.get(segments, 0) + readers
    return found


def readers(
    connection: Connection, names: Collection[str], audience: Collection[str], book: Book, now: datetime
) -> Iterator[tuple[int, int]]:
    """Everybody who gets an issue, by number, each with the mask of the named segments; in order, as a stream.

    A mask's lowest bit is the first name's.
    """
    prepare(connection)
    sieve = _Sieve(names, audience, book, now)
    question = sieve.question
    columns: list[ColumnElement[Any]] = [*question.columns, people.c.id]
    statement = select(*columns).select_from(question.people)
    for *numbers, person in stream(connection, statement.where(question.standing == READER).order_by(people.c.id)):
        mask = sieve.mask(numbers)
        if mask is not None:
            yield person, mask


def stream(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    """The rows of a statement, of which only some are in memory at a time."""
    options = {"stream_results": True, "yield_per": _CHUNK}
    return iter(connection.execute(statement, execution_options=options))


def grouped(inner: FromClause) -> Select[Any]:
    """Rows of a subquery that are the same, once each, and how many there are."""
    return select(*inner.c, func.count()).group_by(*inner.c)


class _Sieve:
    """Lets those through who are in the audience, and says which of the named segments they are in."""

    def __init__(self, names: Collection[str], audience: Collection[str], book: Book, now: datetime) -> None:
        named = tuple(names)
        self.masks = Masks([*named, *(name for name in audience if name not in named)], book)
        self.question = Question(self.masks, now)
        self._shown = (1 << len(named)) - 1
        self._wanted = sum(1 << place for place, name in enumerate(self.masks.names) if name in audience)

    def mask(self, numbers: Sequence[int]) -> int | None:
        """The mask of the named segments, or None for who is not in the audience."""
        mask = self.question.mask(numbers)
        return mask & self._shown if mask & self._wanted or not self._wanted else None
