"""Households, a company and its people each, as short words that the database writes and that are read here.

A word begins with the letters of the company, its standing first; those of its people follow, as many for each. A
person is known here by the letters of the company and the person's own.
SQLite groups by sorting, which takes longer than all else; texts are quickly put together, and quickly counted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from sqlalchemy import String, case, cast, func, select

from newsletter.store.tables import companies, people, suppressions
from newsletter.subscribers.questions import fitting_nobody
from newsletter.subscribers.rules.letters import (
    Leaf,
    in_a_row,
    mark_letters,
    meant,
    person_letters,
    row_letters,
)
from newsletter.subscribers.rules.parts import Found, Masks

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, FromClause

_SILENT, _READER, _CONSENTED = range(3)
"""Standing of a person: not to be written to; to be written to; has consented to it."""
_CLOSED, _PROTECTED, _OPEN, _NONE = "0123"
"""Standing of a company: not active; protected from advertising; open to us; there is none."""
_BETWEEN = "\n"
"""Comes between words; no letter is below the digits."""


class Households:
    """Asks for the words that tell some segments apart, and reads them."""

    def __init__(self, masks: Masks) -> None:
        parts = masks.parts
        self._masks = masks
        self._rows, self._people = row_letters(parts), person_letters(parts, _standing)
        self._marks = mark_letters(parts)
        self._nobody = fitting_nobody(parts.people, masks)
        self._no_company = fitting_nobody(parts.rows, masks)
        self._company = in_a_row([_standing_of_company(), *(each.column for each in (*self._rows, *self._marks))])
        self._end = 1 + len(self._rows) + len(self._marks)
        self._none = _NONE * self._end
        self._person = in_a_row([each.column for each in self._people])
        self.mask = cache(self._mask)

    def every(self, connection: Connection) -> Iterator[tuple[str, list[str], int]]:
        """Each kind of household: the company, its people, and how many such households there are.

        SQLite is quick to look up the people of each company, PostgreSQL to go through both tables side by side.
        """
        together = _text(self._person, "")
        theirs: ColumnElement[str]
        tables: FromClause = companies
        if connection.dialect.name == "sqlite":
            looked_up = select(together).where(people.c.company_id == companies.c.id).correlate(companies)
            theirs = looked_up.scalar_subquery()
        else:
            crowd = select(people.c.company_id, together.label("word")).group_by(people.c.company_id).subquery()
            theirs, tables = crowd.c.word, companies.outerjoin(crowd, crowd.c.company_id == companies.c.id)
        word = self._company + func.coalesce(theirs, "")
        found = connection.scalar(select(_text(word, _BETWEEN)).select_from(tables)) or ""
        for text, number in Counter(found.split(_BETWEEN) if found else ()).items():
            company = text[: self._end]
            yield company, self._each(company, text[self._end :]), number

    def alone(self, connection: Connection) -> Counter[str]:
        """People without a company."""
        found = connection.scalar(select(_text(self._person, "")).where(people.c.company_id.is_(None)))
        return Counter(self._each(self._none, found or ""))

    def stopped(self, connection: Connection, now: datetime) -> Counter[str]:
        """People who would be written to, were their address not suppressed."""
        hashes = select(suppressions.c.address_hash).where(suppressions.c.expires_at > now)
        company = case((companies.c.id.is_(None), self._none), else_=self._company)
        tables = people.outerjoin(companies, people.c.company_id == companies.c.id)
        found = select(company + self._person).select_from(tables)
        return Counter(
            connection.scalars(found.where(people.c.state == "subscribed", people.c.address_hash.in_(hashes)))
        )

    def is_reader(self, person: str) -> bool:
        """Whether the person can be written to, if the address is not suppressed."""
        return self._standing(person) != _SILENT and self._is_member(person)

    def mask_of(self, company: str, its_people: list[str]) -> int:
        """The segments that a company is in: by its people, or by itself when it has none."""
        return reduce(or_, map(self.mask, its_people)) if its_people else self.mask(company)

    def _mask(self, person: str) -> int:
        """The segments that a person is in, or a company without people."""
        if not self._is_member(person):
            return 0
        letters = person[self._end :]
        known = meant(self._people, letters) >> 2 if letters else self._nobody
        if person[0] == _NONE:
            return self._masks.mask(Found(False, self._no_company, 0, known))
        marks = 1 + len(self._rows)
        rows = meant(self._rows, person[1:marks])
        return self._masks.mask(Found(True, rows, meant(self._marks, person[marks : self._end]), known))

    def _is_member(self, person: str) -> bool:
        """Whether the person, or a company without people, can be in a segment."""
        firm = person[0]
        return firm in (_NONE, _OPEN) or (firm == _PROTECTED and self._standing(person) == _CONSENTED)

    def _standing(self, person: str) -> int:
        letters = person[self._end :]
        return self._people[0].meant(letters[0]) & 3 if letters else _SILENT

    def _each(self, company: str, text: str) -> list[str]:
        size = len(self._people)
        return [company + text[start : start + size] for start in range(0, len(text), size)]


def _standing_of_company() -> ColumnElement[str]:
    standing = case((companies.c.state != "active", _CLOSED), (companies.c.protected, _PROTECTED), else_=_OPEN)
    return cast(standing, String)


def _standing(leaf: Leaf) -> ColumnElement[str]:
    """Of a person, as a leaf says it."""
    own = people.c.basis == "consent"
    return case((people.c.state != "subscribed", leaf(_SILENT)), (own, leaf(_CONSENTED)), else_=leaf(_READER))


def _text(words: ColumnElement[str], between: str) -> ColumnElement[str]:
    return func.aggregate_strings(words, between)
