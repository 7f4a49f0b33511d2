"""For each field, what reads its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from newsletter.problems import guess
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.importing import convert
from newsletter.subscribers.importing.fields import FieldName, fold
from newsletter.subscribers.industries.nomenclature import Name, Nomenclature
from newsletter.subscribers.industries.nomenclature import nomenclature as nomenclature_of
from newsletter.values import check_slug

Reader = Callable[[str], Any]
"""A cell as its value, or None for an empty one. Raises ValueError with a reason and, after `; `, its cure."""
CPR = "this looks like a CPR number; take it out: nobody's CPR number is kept here"
_ENDS = re.compile(r"[0-9]{4}").search
"""As each CPR number does: the quickest way to see that a cell holds none."""
_REMEMBERED = 16_384


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What rows are checked against."""

    default: Name = "DB25"
    """Nomenclature of codes whose row and column do not say."""
    codes: Callable[[Name], Nomenclature] = nomenclature_of
    contacts: Mapping[str, str] = field(default_factory=dict)
    """Folded name or short name → short name of a file in content/contacts/. Empty: any short name goes."""
    today: date | None = None
    """No consent is younger than this."""


class Remembered(dict[str, Any]):
    """Cell → value. A million rows hold few different cells: each is read once, and so is what is wrong with it."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read
        self._wrong: dict[str, str] = {}

    def __missing__(self, cell: str) -> Any:
        """Read the cell. Raises ValueError as its reader does."""
        if cell in self._wrong:
            raise ValueError(self._wrong[cell])
        if len(self) > _REMEMBERED:
            self.clear()
        try:
            value = self[cell] = self._read(cell)
        except ValueError as error:
            if len(self._wrong) > _REMEMBERED:
                self._wrong.clear()
            self._wrong[cell] = CPR if holds_cpr(cell) else str(error)  # never told back
            raise ValueError(self._wrong[cell]) from error
        return value


def reader_of(name: FieldName, heading: str, rules: Rules, *, nomenclature_told: bool) -> Reader:
    """What reads the cells below a heading. An industry code is read with the row's nomenclature where there is one."""
    if name == "industry":
        return guarded(convert.code_text if nomenclature_told else coded(rules, _implied(heading, rules)))
    if name in ("contact", "stand_in"):
        return guarded(_contact(rules.contacts))
    if name == "consented_on":
        return guarded(_past_day(rules.today))
    read = _PLAIN.get(name, convert.text)
    return read if name in _CANNOT_BE else guarded(read)


ALL_DIFFERENT = ("address", "cvr", "company", "name", "street")
"""Columns whose cells are hardly ever seen again, or not before they are forgotten."""
_CANNOT_BE = ("cvr", "p_number")
"""Where a CPR number is refused for its shape, or cannot be told from what belongs there."""


def guarded(read: Reader) -> Reader:
    """The same; it raises ValueError for what looks like a CPR number."""

    def read_safely(cell: str) -> Any:
        if _ENDS(cell) and holds_cpr(cell):
            raise ValueError(CPR)
        return read(cell)

    return read_safely


def unread(_cell: str) -> None:
    """Reads a column that is not imported."""


def coded(rules: Rules, name: Name) -> Reader:
    """Reads a code of a nomenclature: the compact code, and whose it is."""
    known = rules.codes(name)

    def read(cell: str) -> tuple[str, str] | None:
        line = convert.code_text(cell)
        code = known.company_code(line) if line else None
        return (code, name) if code else None

    return read


def _address(cell: str) -> Address | None:
    return parse_address(cell) if cell.strip() else None


_PLAIN: Mapping[str, Reader] = {
    "address": _address,
    "cvr": convert.cvr,
    "p_number": convert.p_number,
    "size": convert.size,
    "postcode": convert.postcode,
    "municipality": convert.municipality,
    "language": convert.language,
    "public_employer": convert.yes_or_no,
    "call_first": convert.yes_or_no,
    "interests": convert.words,
    "needs": convert.words,
    "networks": convert.titles,
    "nomenclature": convert.nomenclature,
}


def _implied(heading: str, rules: Rules) -> Name:
    """The nomenclature that a heading such as `Branchekode (DB07)` names."""
    folded = fold(heading)
    return "DB07" if "db07" in folded else "DB25" if "db25" in folded else rules.default


def _contact(contacts: Mapping[str, str]) -> Reader:
    def read(cell: str) -> str | None:
        line = convert.text(cell)
        if not line or not contacts:
            return check_slug(line) if line else None
        known = contacts.get(fold(line))
        if known is None:
            raise ValueError(f"there is no such contact in content/contacts/; {guess(line, contacts.values())}")
        return known

    return read


def _past_day(today: date | None) -> Reader:
    def read(cell: str) -> date | None:
        found = convert.day(cell)
        if found and today and found > today:
            raise ValueError(f"the day {found} is yet to come; write the day on which they said yes")
        return found

    return read
