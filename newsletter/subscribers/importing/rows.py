"""A row of a list as a subscriber, with all that is wrong in it.

A list may have a million rows, so the way from the columns to the values is laid out once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from newsletter.subscribers.addresses import Address
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.importing.columns import Columns
from newsletter.subscribers.importing.fields import MEND_HEADINGS, FieldName, fold
from newsletter.subscribers.importing.readers import (
    ALL_DIFFERENT,
    CPR,
    Remembered,
    Rules,
    coded,
    guarded,
    reader_of,
    unread,
)
from newsletter.subscribers.importing.sheets import Sheet
from newsletter.subscribers.industries.nomenclature import NAMES


class Subscriber(NamedTuple):
    """One row, checked. None where the list says nothing."""

    line: int
    address: Address | None = None
    name: str | None = None
    first_name: str | None = None
    role: str | None = None
    language: str | None = None
    company: str | None = None
    cvr: str | None = None
    p_number: str | None = None
    industry: str | None = None
    """Compact: 432200."""
    nomenclature: str | None = None
    size: int | None = None
    """Lower end of CVR's band."""
    municipality: str | None = None
    postcode: str | None = None
    town: str | None = None
    street: str | None = None
    interests: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    networks: tuple[str, ...] | None = None
    """Titles, as written."""
    contact: str | None = None
    stand_in: str | None = None
    public_employer: bool | None = None
    call_first: bool | None = None
    contact_time: str | None = None
    consented_on: date | None = None
    last_name: str | None = None
    """A part of the name already."""


class CellProblem(NamedTuple):
    """What is wrong in one cell; a whole row's problem has no column."""

    line: int
    column: str
    reason: str
    cure: str


class BadRow(NamedTuple):
    """A row that is not imported, as it stands in the list."""

    line: int
    cells: Sequence[str]
    problems: tuple[CellProblem, ...]


_SLOTS = {name: slot for slot, name in enumerate(Subscriber._fields)}
_LINE, _ADDRESS, _NAME, _FIRST, _LAST, _COMPANY, _CVR, _P_NUMBER, _INDUSTRY, _NOMENCLATURE = (
    _SLOTS[name]
    for name in (
        *("line", "address", "name", "first_name", "last_name"),
        *("company", "cvr", "p_number", "industry", "nomenclature"),
    )
)
_NOBODY = "the row has neither an address nor a CVR number; write one of them"
_HOMELESS = "a P-number needs its company; write the CVR number too"
_NOWHERE = _LINE
"""Where the values of columns go that are not imported; the line is written over them."""
_new = tuple.__new__


def check_rows(sheet: Sheet, columns: Columns, rules: Rules) -> Iterator[Subscriber | BadRow]:
    """Every row of a list: a subscriber, or all that is wrong in it."""
    checker = Checker(sheet.headings, columns, rules)
    check = checker.check
    for line, cells, reason in sheet.rows():
        if reason:
            yield BadRow(line, cells, (checker.problem(line, -1, reason),))
        elif checked := check(line, cells):
            yield checked


class Checker:
    """Checks rows below these headings."""

    def __init__(self, headings: Sequence[str], columns: Columns, rules: Rules) -> None:
        self.headings = headings
        self._at = {name: headings.index(heading) for heading, name in columns.items()}
        by_row = "nomenclature" in self._at
        readers = {name: reader_of(name, heading, rules, nomenclature_told=by_row) for heading, name in columns.items()}
        self._direct = [(self._at[name], _SLOTS[name], readers[name]) for name in readers if name in ALL_DIFFERENT]
        self._remembered = [
            (self._at[name], _SLOTS[name], Remembered(read))
            for name, read in readers.items()
            if name not in ALL_DIFFERENT
        ]
        others = (index for index, heading in enumerate(headings) if heading not in columns)
        self._direct += [(index, _NOWHERE, guarded(unread)) for index in others]
        self._codes = {name: Remembered(coded(rules, name)) for name in NAMES} if by_row else {}
        self._default = rules.default
        self._mending = {index for index, heading in enumerate(headings) if fold(heading) in MEND_HEADINGS}
        self._empty: list[Any] = [None] * len(_SLOTS)

    def check(self, line: int, cells: Sequence[str]) -> Subscriber | BadRow | None:
        """The row as a subscriber, or all that is wrong in it; None when it only says how another is to be mended."""
        values = self._empty.copy()
        try:
            for index, slot, read in self._direct:
                if cell := cells[index]:
                    values[slot] = read(cell)
            for index, slot, values_of in self._remembered:
                if cell := cells[index]:
                    values[slot] = values_of[cell]
            if values[_INDUSTRY] or values[_NOMENCLATURE]:
                self._settle_industry(values)
            if values[_CVR] is None:
                _refuse_nobody(values)
        except ValueError:
            return self._bad_row(line, cells)
        if values[_NAME] is None or values[_FIRST] is None:
            _settle_names(values)
        values[_LINE] = line
        return _new(Subscriber, values)

    def problem(self, line: int, index: int, text: str) -> CellProblem:
        """A problem in a cell, or of the whole row where the index is below zero."""
        reason, _, cure = text.partition("; ")
        return CellProblem(line, self.headings[index] if index >= 0 else "", reason, cure)

    def _settle_industry(self, values: list[Any]) -> None:
        """The code and whose it is, each in its place."""
        industry = values[_INDUSTRY]
        if self._codes and industry:
            industry = self._codes[values[_NOMENCLATURE] or self._default][industry]
        values[_INDUSTRY], values[_NOMENCLATURE] = industry or (None, None)

    def _bad_row(self, line: int, cells: Sequence[str]) -> BadRow | None:
        """All that is wrong: the row is gone through again, cell by cell."""
        if not any(cell.strip() for index, cell in enumerate(cells) if index not in self._mending):
            return None
        values = self._empty.copy()
        wrong = dict(self._wrong_cells(cells, values))
        if values[_INDUSTRY] and self._at.get("nomenclature") not in wrong:
            self._note(wrong, "industry", lambda: self._settle_industry(values))
        if not wrong.keys() & {self._at.get("address"), self._at.get("cvr")} and values[_CVR] is None:
            self._note(wrong, "address" if values[_ADDRESS] is None else "p_number", lambda: _refuse_nobody(values))
        return BadRow(line, cells, tuple(self.problem(line, index, text) for index, text in sorted(wrong.items())))

    def _wrong_cells(self, cells: Sequence[str], values: list[Any]) -> Iterator[tuple[int, str]]:
        """Fill in the values that are right, and give what is wrong with the others."""
        readers = [(index, slot, values_of.__getitem__) for index, slot, values_of in self._remembered]
        readers += self._direct
        for index, slot, read in readers:
            try:
                values[slot] = read(cells[index]) if cells[index] else None
            except ValueError as error:
                yield index, CPR if holds_cpr(cells[index]) else str(error)

    def _note(self, wrong: dict[int, str], name: FieldName, check: Callable[[], None]) -> None:
        try:
            check()
        except ValueError as error:
            wrong[self._at.get(name, -1)] = str(error)


def _refuse_nobody(values: Sequence[Any]) -> None:
    """A row is about somebody: a person by the address, or a company by its CVR number."""
    if values[_ADDRESS] is None:
        raise ValueError(_NOBODY)
    if values[_P_NUMBER] and values[_COMPANY] is None:
        raise ValueError(_HOMELESS)


def _settle_names(values: list[Any]) -> None:
    """The whole name from its parts, or the first name from the whole."""
    name = values[_NAME]
    if name is None:
        values[_NAME] = " ".join(filter(None, (values[_FIRST], values[_LAST]))) or None
    elif "," not in name:
        values[_FIRST] = name.partition(" ")[0]
