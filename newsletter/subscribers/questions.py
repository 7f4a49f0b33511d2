"""What to ask the register so that one pass over its people, or its companies, tells all segments apart.

What rules say of a company is worked out once for each company, however many people it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text

from newsletter.store.tables import companies, people, suppressions
from newsletter.subscribers.rules.bits import bit_columns, fitting, joined, mark_columns, numbers_for, split
from newsletter.subscribers.rules.facts import Subject
from newsletter.subscribers.rules.parts import Found, Masks
from newsletter.subscribers.segments import Rule

if TYPE_CHECKING:
    from sqlalchemy import CTE, Connection, FromClause

CLOSED, PROTECTED, OPEN, NONE = 0, 1, 2, 3
"""Standing of a company: not active; protected from advertising; open to us; there is none."""
OUTSIDE, MEMBER, READER = 0, 1, 2
"""Standing of a person: can be in no segment; can be in one; can be written to, too."""


def consented() -> ColumnElement[bool]:
    """People who said themselves that we may write."""
    return and_(people.c.state == "subscribed", func.coalesce(people.c.basis, "") == "consent")


def prepare(connection: Connection) -> None:
    """Tell PostgreSQL that a long statement is coming: not to compile it, which takes longer than running it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL jit = off"))
        connection.execute(text("SET LOCAL work_mem = '64MB'"))


class Question:
    """The statements' columns and tables for some segments, and how to read the rows."""

    def __init__(self, masks: Masks, now: datetime) -> None:
        self.masks = masks
        parts = masks.parts
        self._rows, self._marks = numbers_for(parts.rows), numbers_for(parts.marks)
        self.firms = _firms(masks)
        self.stopped = _stopped(now)
        beside = self.firms.c.firm, *self.firms.c[2:]
        names = [column.name for column in beside]
        values = [NONE, *split(fitting_nobody(parts.rows, masks), self._rows), *[0] * self._marks]
        self.columns: list[ColumnElement[int]] = [
            *(
                func.coalesce(column, value).label(name)
                for column, value, name in zip(beside, values, names, strict=True)
            ),
            *(column.label(f"person_{place}") for place, column in enumerate(bit_columns(parts.people, masks.book))),
        ]

    @property
    def people(self) -> FromClause:
        """People with what is known of their companies, and of suppressions."""
        with_firms = people.outerjoin(self.firms, self.firms.c.id == people.c.company_id)
        return with_firms.outerjoin(self.stopped, self.stopped.c.address_hash == people.c.address_hash)

    @property
    def standing(self) -> ColumnElement[int]:
        """Of a person."""
        firm = self.firms.c.firm
        member = or_(self.firms.c.id.is_(None), firm == OPEN, and_(firm == PROTECTED, consented()))
        reader = and_(people.c.state == "subscribed", self.stopped.c.address_hash.is_(None))
        return case((and_(member, reader), READER), (member, MEMBER), else_=OUTSIDE)

    def mask(self, row: Sequence[int]) -> int:
        """The segments' mask of a row that begins with `columns`, or with the columns of `firms` but its id."""
        firm, *numbers = row
        marks = self._rows + self._marks
        found = Found(
            firm != NONE, joined(numbers[: self._rows]), joined(numbers[self._rows : marks]), joined(numbers[marks:])
        )
        return self.masks.mask(found)


def fitting_nobody(parts: Mapping[Rule, int], masks: Masks) -> int:
    """The bits of the parts that fit where there is no company, and no person."""
    return fitting({rule: 1 << place for rule, place in parts.items()}, Subject(), masks.book)


def _firms(masks: Masks) -> CTE:
    """Companies with their standing and the bits of what fits."""
    parts = masks.parts
    closed, protected = companies.c.state != "active", companies.c.protected
    standing = case((closed, CLOSED), (protected, PROTECTED), else_=OPEN).label("firm")
    columns = [column.label(f"row_{place}") for place, column in enumerate(bit_columns(parts.rows, masks.book))]
    tables: FromClause = companies
    if parts.marks:
        marks, numbers = mark_columns(list(parts.marks))
        tables = companies.outerjoin(marks, marks.c.company_id == companies.c.id)
        columns += [number.label(f"mark_{place}") for place, number in enumerate(numbers)]
    found = select(companies.c.id, standing, *columns).select_from(tables)
    return found.cte("firms").prefix_with("MATERIALIZED")


def _stopped(now: datetime) -> CTE:
    """Addresses that are not to be written to."""
    hashes = select(suppressions.c.address_hash).where(suppressions.c.expires_at > now)
    return hashes.cte("stopped").prefix_with("MATERIALIZED")
