"""What fits a company or a person, as letters that the database chooses by trees of comparisons.

Each letter stands for some parts of rules, those that fit. A text of such letters is quick to put together, and the
same texts are counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, case, literal, select

from newsletter.store.tables import companies
from newsletter.subscribers.rules.bits import tree_of_industries
from newsletter.subscribers.rules.parts import CODED_KEYS, Parts, keys_of
from newsletter.subscribers.rules.sql import compile_rule, marked

_FIRST = ord("0")
_PARTS = 3
"""Parts in a letter: the tree for it doubles with each."""
Truth = ColumnElement[bool]
Leaf = Callable[[int], ColumnElement[str]]


class Letter(NamedTuple):
    """A letter of each company, or of each person, and what it stands for."""

    column: ColumnElement[str]
    meant: Callable[[str], int]
    """The bits of a letter."""


def row_letters(parts: Parts) -> list[Letter]:
    """Which parts of a company's own row fit."""
    coded = {rule: 1 << place for rule, place in parts.rows.items() if keys_of(rule, parts.book) <= CODED_KEYS}
    letters = [_letter(lambda leaf: tree_of_industries(coded, parts.book, leaf))] if coded else []
    others = [(compile_rule(rule, parts.book), 1 << place) for rule, place in parts.rows.items() if rule not in coded]
    return letters + [_letter(_choice(group)) for group in _grouped(others)]


def person_letters(parts: Parts, standing: Callable[[Leaf], ColumnElement[str]]) -> list[Letter]:
    """Each person's standing, in the lowest two bits, with the parts that fit the person above it."""
    bits = [(compile_rule(rule, parts.book), 4 << place) for rule, place in parts.people.items()]
    first, *others = _grouped(bits) or [[]]

    def tree(leaf: Leaf) -> ColumnElement[str]:
        return standing(lambda value: _choice(first, value)(leaf))

    return [_letter(tree), *(_letter(_choice(group)) for group in others)]


def mark_letters(parts: Parts) -> list[Letter]:
    """Which marks a company has, a letter for each, so that the companies of a mark are listed once."""
    bits = [(_is_marked(key, value), 1 << place) for (key, value), place in parts.marks.items()]
    return [_letter(_choice([each])) for each in bits]


def _is_marked(key: str, value: Any) -> Truth:
    column, counts = marked(key, value)
    return companies.c.id.in_(select(column).where(counts))


def in_a_row(letters: Sequence[ColumnElement[str]]) -> ColumnElement[str]:
    """The letters as one text."""
    return reduce(ColumnElement.concat, letters)


def meant(letters: Sequence[Letter], text: str) -> int:
    """All bits of a text that holds one letter for each."""
    return sum(letter.meant(sign) for letter, sign in zip(letters, text, strict=True))


def _grouped(parts: Sequence[tuple[Truth, int]]) -> list[Sequence[tuple[Truth, int]]]:
    return [parts[start : start + _PARTS] for start in range(0, len(parts), _PARTS)]


def _letter(tree: Callable[[Leaf], ColumnElement[str]]) -> Letter:
    """A letter whose values are taken as they come up in the tree."""
    known: dict[int, str] = {}

    def leaf(bits: int) -> ColumnElement[str]:
        return literal(known.setdefault(bits, chr(_FIRST + len(known))), String())

    column = tree(leaf)
    values: Mapping[str, int] = {sign: bits for bits, sign in known.items()}
    return Letter(column, values.__getitem__)


def _choice(group: Sequence[tuple[Truth, int]], bits: int = 0) -> Callable[[Leaf], ColumnElement[str]]:
    """The bits of what fits, asked one by one."""
    if not group:
        return lambda leaf: leaf(bits)
    (fits, bit), *others = group
    with_it, without = _choice(others, bits | bit), _choice(others, bits)
    return lambda leaf: case((fits, with_it(leaf)), else_=without(leaf))
