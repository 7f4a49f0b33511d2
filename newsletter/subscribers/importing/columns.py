"""Which column of a list holds what: guessed from its headings and values, or told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeVar

from newsletter.problems import guess
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.importing.fields import (
    FIELD_NAMES,
    FIELDS,
    MEND_HEADINGS,
    FieldName,
    field_named,
    field_of,
    fold,
)

NameT = TypeVar("NameT", bound=str)
Columns = Mapping[str, FieldName]
"""Heading → what stands below it. Headings that are left out are not read."""

_MOST = 0.8
"""So much of a column must look like a thing for it to be that."""
_ENOUGH = 5
"""So many values are needed before a number tells what it is by its look alone."""
_ALIKE = 0.88
_LETTERS = 5
"""Shorter headings are not compared letter by letter: too many words lie near them."""
_IGNORED = "-"


def guess_columns(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[str, FieldName]:
    """What the columns of a list hold: by heading first, and by their values where the heading says nothing."""
    columns = {heading: _values(samples, index) for index, heading in enumerate(headings) if not _is_mend(heading)}
    found: dict[str, FieldName] = {}
    for name_of in (field_of, _nearly, lambda heading: _by_values(columns[heading])):
        for heading, values in columns.items():
            if heading not in found:
                _take(found, heading, _seen(heading, name_of(heading), values))
    _settle_names(found)
    return {heading: found[heading] for heading in columns if heading in found}


def parse_map(text: str, headings: Sequence[str]) -> dict[str, FieldName | None]:
    """`E-post=address,Firma=company` as columns; `Tlf=-` is a column that is not read.

    Raises ValueError, with a guess, for a heading or a field that there is not.
    """
    return {heading: _field(word) if word else None for heading, word in parse_pairs(text, headings).items()}


def parse_pairs(text: str, headings: Sequence[str]) -> dict[str, str]:
    """`E-post=address,Tlf=-` as headings with the field that was written; nothing for a column that is not read.

    Raises ValueError, with a guess, for a heading that there is not.
    """
    found: dict[str, str] = {}
    known = {fold(heading): heading for heading in headings}
    for pair in filter(str.strip, text.split(",")):
        left, sign, right = (part.strip() for part in pair.rpartition("="))
        if not sign or not left:
            raise ValueError(f"{pair.strip()!r} is no pair; write for example E-post=address")
        heading = known.get(fold(left))
        if heading is None:
            raise ValueError(f"the list has no column {left!r}; {guess(left, headings)}")
        found[heading] = "" if right == _IGNORED else right
    return found


def told_columns(guessed: Mapping[str, NameT], told: Mapping[str, NameT | None]) -> dict[str, NameT]:
    """The columns as guessed, where nothing else was told. Raises ValueError when two are told to hold one thing."""
    said = [name for name in told.values() if name]
    doubled = next((name for name in said if said.count(name) > 1), None)
    if doubled:
        raise ValueError(f"two columns are told to hold {doubled!r}; keep one of them")
    left = {heading: name for heading, name in guessed.items() if heading not in told and name not in said}
    return left | {heading: name for heading, name in told.items() if name}


def _field(text: str) -> FieldName:
    name = field_named(text)
    if name is None:
        raise ValueError(f"there is no field {text!r}; {guess(text, FIELD_NAMES)}")
    return name


def _values(samples: Iterable[Sequence[str]], index: int) -> list[str]:
    return [cells[index].strip() for cells in samples if cells[index].strip()]


def _is_mend(heading: str) -> bool:
    return fold(heading) in MEND_HEADINGS


def _take(found: dict[str, FieldName], heading: str, name: FieldName | None) -> None:
    """Keep the guess, unless another column holds that already. A second name beside one is sorted out later."""
    if name and (name not in found.values() or (name == "name" and "company" not in found.values())):
        found[heading] = name


def _nearly(heading: str) -> FieldName | None:
    folded = fold(heading)
    if len(folded) < _LETTERS:
        return None
    near = get_close_matches(folded, _SPELLINGS, n=1, cutoff=_ALIKE)
    return _SPELLINGS[near[0]] if near else None


_SPELLINGS = {
    heading: name for name, each in FIELDS.items() for heading in sorted(each.headings) if len(heading) >= _LETTERS
}


def _seen(heading: str, name: FieldName | None, values: list[str]) -> FieldName | None:
    """The guess, held against the values: `Adresse` may be where mail goes or where the house stands."""
    if fold(heading) not in ("adresse", "address") or not values:
        return name
    return "address" if _share(values, _is_address) >= _MOST / 2 else "street"


def _settle_names(found: dict[str, FieldName]) -> None:
    """Of two columns with a name, the one that is only called so is the company's."""
    names = [heading for heading, name in found.items() if name == "name"]
    for heading in names if len(names) > 1 else ():
        if fold(heading) in ("navn", "name") and "company" not in found.values():
            found[heading] = "company"
    for heading in [heading for heading, name in found.items() if name == "name"][1:]:
        del found[heading]


def _by_values(values: list[str]) -> FieldName | None:
    if values and _share(values, _is_address) >= _MOST:
        return "address"
    if len(values) < _ENOUGH:
        return None
    if all(map(_is_cvr, values)):
        return "cvr"
    if all(map(_is_p_number, values)) and not all(map(holds_cpr, values)):
        return "p_number"
    return "size" if _share(values, _is_band) >= _MOST else None


def _share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(value)) for value in values) / len(values)


_is_address = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").search
_is_p_number = re.compile(r"1\d{9}").fullmatch
_is_band = re.compile(r"(\d+ ?[-–] ?\d+|1000\+)( ansatte)?").fullmatch


def _is_cvr(text: str) -> bool:
    """Whether it is one by its check digit. A telephone number fits by chance once in eleven times: ask of several."""
    from newsletter.subscribers.importing.convert import cvr

    try:
        return bool(cvr(text))
    except ValueError:
        return False
