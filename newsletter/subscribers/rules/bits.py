"""Which of many rules fit, as the bits of numbers: one expression reads them all in one pass.

What rules say of industries becomes a tree of comparisons, so thirty segments by industry cost six comparisons and not
sixty. Bits go by sixty-two to a number, which both databases hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, case, cast, func, literal, or_, select, union_all

from newsletter.store.tables import companies
from newsletter.subscribers.industries import GROUP10, NAMES, Name
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.facts import CompanyFacts, Subject
from newsletter.subscribers.rules.functions import AsBytes
from newsletter.subscribers.rules.parts import CODED_KEYS, keys_of, leaves
from newsletter.subscribers.rules.reading import fits
from newsletter.subscribers.rules.sql import compile_rule, marked
from newsletter.subscribers.segments import Rule

Number = ColumnElement[int]
Leaf = ColumnElement[Any]

WIDTH = 62
"""Bits in a number."""
_LAST = "A"
"""No code of a company sorts after it: codes are digits."""


def bit_columns(rules: Iterable[Rule], book: Book) -> list[Number]:
    """Numbers whose bits say which rules fit, the first rule lowest; a new number after every sixty-two rules."""
    every = list(rules)
    groups = [every[start : start + WIDTH] for start in range(0, len(every), WIDTH)]
    return [_bits(group, book) for group in groups]


def mark_columns(marks: Sequence[tuple[str, Any]]) -> tuple[FromClause, list[Number]]:
    """A table of the companies with any of the marks, and its numbers whose bits say which."""
    noted = []
    numbers = range(numbers_for(marks))
    for place, (key, value) in enumerate(marks):
        column, counts = marked(key, value)
        values = [_number(1 << place % WIDTH if place // WIDTH == at else 0) for at in numbers]
        labels = (number.label(f"marks_{at}") for at, number in enumerate(values))
        noted.append(select(column.label("company_id"), *labels).where(counts).group_by(column))
    rows = union_all(*noted).subquery()
    sums = (cast(func.sum(rows.c[f"marks_{at}"]), BigInteger).label(f"marks_{at}") for at in numbers)
    table = select(rows.c.company_id, *sums).group_by(rows.c.company_id).subquery("marks")
    return table, [func.coalesce(table.c[f"marks_{at}"], 0) for at in numbers]


def numbers_for(parts: Sized) -> int:
    """How many numbers hold so many bits."""
    return -(-len(parts) // WIDTH)


def split(bits: int, numbers: int) -> list[int]:
    """The columns' values from one number of any length."""
    return [bits >> WIDTH * place & (1 << WIDTH) - 1 for place in range(numbers)]


def joined(numbers: Iterable[int]) -> int:
    """One number of any length from the columns' values."""
    return sum(number << WIDTH * place for place, number in enumerate(numbers))


def _bits(rules: Sequence[Rule], book: Book) -> Number:
    bits = {rule: 1 << place for place, rule in enumerate(rules)}
    coded = {rule: bit for rule, bit in bits.items() if keys_of(rule, book) <= CODED_KEYS}
    terms: list[Number] = [
        case((compile_rule(rule, book), _number(bit)), else_=_number(0))
        for rule, bit in bits.items()
        if rule not in coded
    ]
    if coded:
        terms.append(tree_of_industries(coded, book, _number))
    total, *others = terms
    for each in others:
        total = total + each
    return total


def _number(value: int) -> Number:
    return literal(value, BigInteger())


def tree_of_industries(bits: Mapping[Rule, int], book: Book, leaf: Callable[[int], Leaf]) -> Leaf:
    """The bits of rules that look at the industry only, each sum of bits as a leaf says it."""
    column = companies.c
    uncoded = or_(column.industry.is_(None), column.nomenclature.is_(None))
    return case(
        (uncoded, leaf(fitting(bits, Subject(company=CompanyFacts()), book))),
        *((column.nomenclature == name, _tree(_steps(bits, name, book), leaf)) for name in NAMES),
        else_=leaf(0),
    )


def fitting(bits: Mapping[Rule, int], subject: Subject, book: Book) -> int:
    """The bits of the rules that fit one subject, by the plain reading."""
    return sum(bit for rule, bit in bits.items() if fits(rule, subject, book))


def _steps(bits: Mapping[Rule, int], name: Name, book: Book) -> list[tuple[str, int]]:
    """Where the bits change among the sorted codes of a nomenclature, and what they are from there on."""
    cuts = sorted({"", *(cut for rule in bits for cut in _cuts(rule, name, book) if cut < _LAST)})
    subjects = (Subject(company=CompanyFacts(industry=cut, nomenclature=name)) for cut in cuts)
    found = [(cut, fitting(bits, subject, book)) for cut, subject in zip(cuts, subjects, strict=True)]
    return [found[0], *(after for before, after in pairwise(found) if before[1] != after[1])]


def _cuts(rule: Rule, name: Name, book: Book) -> Iterator[str]:
    for key, values in leaves(rule, book):
        for value in values:
            if key == "group10":
                spans = [span for number in GROUP10 for span in book.group_spans(number)]
            else:
                spans = list(book.spans(value))
                other, codes = book.other_codes(value)
                yield from (cut for code in codes if other == name for cut in (code, f"{code} "))
            yield from (cut for whose, span in spans if whose == name for cut in span)


def _tree(steps: Sequence[tuple[str, int]], leaf: Callable[[int], Leaf]) -> Leaf:
    """The value at a code, found by halving."""
    if len(steps) == 1:
        return leaf(steps[0][1])
    middle = len(steps) // 2
    below = AsBytes(companies.c.industry) < steps[middle][0]
    return case((below, _tree(steps[:middle], leaf)), else_=_tree(steps[middle:], leaf))
