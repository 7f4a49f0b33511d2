"""Many rules taken apart, so that a database reads each company and each person once.

Three kinds of parts: what stands in a company's own row, what is noted of it in a table of its own (a mark), and what
is known of a person. The database says which parts fit, as the bits of numbers; how the parts make up the rules is
worked out here, once for each combination that comes up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.facts import COMPANY_KEYS, PERSON_KEYS, said
from newsletter.subscribers.segments import Rule

MARK_KEYS = frozenset({"interests", "needs", "network", "visited_in", "visited_since"})
_TURNED = {"not_visited_in": "visited_in", "not_visited_since": "visited_since"}
ROW_KEYS = COMPANY_KEYS - MARK_KEYS - _TURNED.keys()
"""What stands in a company's own row."""
CODED_KEYS = frozenset({"industry", "group10"})
"""What looks at the company's industry."""


class Found(NamedTuple):
    """What the database found of one subject: the parts that fit, as bits."""

    has_company: bool
    company: int
    marks: int
    person: int


Formula = Callable[[Found], bool]


@dataclass
class Parts:
    """The parts of some rules, each once; their place is their bit."""

    book: Book
    rows: dict[Rule, int] = field(default_factory=dict)
    marks: dict[tuple[str, Any], int] = field(default_factory=dict)
    people: dict[Rule, int] = field(default_factory=dict)

    def formula(self, rule: Rule) -> Formula:
        """How the parts make up the rule."""
        keys = keys_of(rule, self.book)
        if keys <= CODED_KEYS or (len(keys) == 1 and keys <= ROW_KEYS):
            place = self.rows.setdefault(rule, len(self.rows))
            return lambda found: bool(found.company >> place & 1)
        if keys <= PERSON_KEYS:
            place = self.people.setdefault(rule, len(self.people))
            return lambda found: bool(found.person >> place & 1)
        return _all([self._of_key(key, value) for key, value in _sorted_out(rule)])

    def _of_key(self, key: str, value: Any) -> Formula:
        if key in MARK_KEYS:
            return self._mark(key, value)
        if key in _TURNED:
            marked = self._mark(_TURNED[key], value)
            return lambda found: found.has_company and not marked(found)
        if key in ("all", "any"):
            inner = [self.formula(rule) for rule in value]
            return _all(inner) if key == "all" else _any(inner)
        if key == "segment":
            return self.formula(self.book.rule_of(value))
        formula = self.formula(value)
        return (lambda found: not formula(found)) if key == "not_" else formula

    def _mark(self, key: str, value: Any) -> Formula:
        place = self.marks.setdefault((key, value), len(self.marks))
        return lambda found: bool(found.marks >> place & 1)


def keys_of(rule: Rule, book: Book) -> frozenset[str]:
    """The keys that a rule comes down to."""
    return frozenset(key for key, _ in leaves(rule, book))


def leaves(rule: Rule, book: Book) -> Iterator[tuple[str, Any]]:
    """What a rule and all the rules in it say, without the words that hold them together."""
    for key, value in said(rule):
        if key == "segment":
            yield from leaves(book.rule_of(value), book)
        elif key == "not_":
            yield from leaves(value, book)
        elif key in ("all", "any"):
            for each in value:
                yield from leaves(each, book)
        else:
            yield key, value


def _sorted_out(rule: Rule) -> Iterator[tuple[str, Any]]:
    """What a mixed rule says: what is of the industry in one, what is of a person in one, the rest key by key."""
    parts = dict(said(rule))
    single = ROW_KEYS - CODED_KEYS
    for keys in (CODED_KEYS, PERSON_KEYS, *({key} for key in parts if key in single)):
        own = {key: value for key, value in parts.items() if key in keys}
        if own:
            yield "own", Rule.model_construct(**own)
    yield from ((key, value) for key, value in parts.items() if key not in ROW_KEYS | PERSON_KEYS)


def _all(formulas: Sequence[Formula]) -> Formula:
    return lambda found: all(formula(found) for formula in formulas)


def _any(formulas: Sequence[Formula]) -> Formula:
    return lambda found: any(formula(found) for formula in formulas)


class Masks:
    """Some segments by name: which bits to ask for, and which segments they come to, again as bits."""

    def __init__(self, names: Sequence[str], book: Book) -> None:
        self.names = tuple(names)
        self.book = book
        self.parts = Parts(book)
        self._formulas = [self.parts.formula(book.rule_of(name)) for name in self.names]
        self.mask = lru_cache(maxsize=100_000)(self._mask)

    def _mask(self, found: Found) -> int:
        """The segments as bits, the first name's is 1, of somebody whose parts fit so."""
        return sum(1 << place for place, formula in enumerate(self._formulas) if formula(found))

    def named(self, mask: int) -> frozenset[str]:
        """The segments of a mask."""
        return frozenset(name for place, name in enumerate(self.names) if mask >> place & 1)
