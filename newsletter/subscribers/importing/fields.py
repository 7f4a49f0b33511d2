"""What a column of a list can hold, and what such columns are called out there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from newsletter.subscribers.facts import rows

FieldName = Literal[
    "address",
    "name",
    "first_name",
    "last_name",
    "role",
    "language",
    "company",
    "cvr",
    "p_number",
    "industry",
    "nomenclature",
    "size",
    "municipality",
    "postcode",
    "town",
    "street",
    "interests",
    "needs",
    "networks",
    "contact",
    "stand_in",
    "public_employer",
    "call_first",
    "contact_time",
    "consented_on",
]
FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One thing we know of a subscriber, with its titles for people."""

    danish: str
    english: str
    headings: frozenset[str]
    """Folded spellings, the titles and the field's own name among them."""


def fold(heading: str) -> str:
    """A heading as it is compared: lower case, letters and digits only."""
    return "".join(sign for sign in heading.casefold() if sign.isalnum())


def _fields() -> Iterator[tuple[FieldName, Field]]:
    for name, danish, english, others in rows("headings.tsv"):
        folded = frozenset(map(fold, (name, danish, english, *others.split(","))))
        yield cast("FieldName", name), Field(danish=danish, english=english, headings=folded)


FIELDS: Mapping[FieldName, Field] = dict(_fields())
MEND_HEADINGS = ("linje", "fejl")
"""Columns that a file to mend has beside the list's own; nobody reads them in again."""


def field_of(heading: str) -> FieldName | None:
    """The field that a heading names, word for word."""
    return _BY_HEADING.get(fold(heading))


def field_named(text: str) -> FieldName | None:
    """The field of that name, or with such a heading."""
    return next((name for name in FIELD_NAMES if name == text.strip()), None) or field_of(text)


_BY_HEADING = {heading: name for name, each in FIELDS.items() for heading in each.headings}
