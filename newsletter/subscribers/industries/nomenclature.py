"""A nomenclature: which industry codes there are, what they are called, and what lies under what.

Codes in here are compact, `4322` for 43.22; `normalise` makes them so. A code alone means nothing: 68 is a part of L in
DB07 and of M in DB25, so a code is always kept with its nomenclature's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, NamedTuple

from newsletter.speech import Language
from newsletter.subscribers.facts import rows
from newsletter.subscribers.industries.codes import LEVELS, UNSTATED, after, compact, printed, shown
from newsletter.subscribers.industries.groups import GROUP10, Group10
from newsletter.subscribers.industries.search import search

Name = Literal["DB25", "DB07"]
NAMES: tuple[Name, ...] = ("DB25", "DB07")
UNSTATED_GROUP = 11

_LONG_WORD = 60
_NEAR = 3
"""So many codes are offered for one that does not exist."""


class Heading(NamedTuple):
    """What a code is called; without an English heading the Danish one stands in."""

    da: str
    en: str = ""


class Span(NamedTuple):
    """Codes from `low` up to, but not with, `high`, compared as texts."""

    low: str
    high: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Nomenclature:
    """DB25 or DB07, with the headings that are at hand."""

    name: Name
    headings: Mapping[str, Heading]
    """By compact code, each section before what it holds."""
    sections: Mapping[str, str]
    """Division → letter of its section."""
    complete: bool
    """Whether the headings say which groups and classes there are; else every code of a division may exist."""

    def exists(self, code: str) -> bool:
        """Whether there is such a compact code. Of six digits the last two may be any: DB's own, below the class."""
        if len(code) == 1:
            return code in self.letters
        return code[:2] in self.sections and (not self.complete or code[:4] in self._known)

    def normalise(self, text: str) -> str:
        """The compact code that `text` writes. Raises ValueError, with a guess, for one that does not exist."""
        try:
            code = compact(text)
        except ValueError as error:
            raise self._no_code(text, error) from None
        if not self.exists(code):
            near = ", ".join(map(self.described, self._near(code)))
            raise ValueError(f"{self.name} has no code {printed(code)}; near it: {near}")
        return code

    def company_code(self, text: str) -> str | None:
        """The code of a company, which says at least the division; None where CVR writes that it has none.

        Raises ValueError as `normalise` does.
        """
        if "".join(text.split()).replace(".", "") in UNSTATED:
            return None
        code = self.normalise(text)
        if len(code) == 1:
            raise ValueError(f"{code} is a whole section; write the company's own code, six digits such as 43.22.00")
        return code

    def level(self, code: str) -> str:
        """What a compact code stands for: section, division, group, class or subclass."""
        return LEVELS[len(code)]

    def section_of(self, code: str) -> str:
        """The letter of a compact code; empty when no section holds it."""
        return code if code in self.letters else self.sections.get(code[:2], "")

    def heading(self, code: str, language: Language = "da") -> str:
        """What a compact code is called, or the nearest above it that has a heading."""
        above = (code, code[:4], code[:3], code[:2], self.section_of(code))
        return next((title for each in above if (title := self.title(each, language))), "")

    def title(self, code: str, language: Language = "da") -> str:
        """A compact code's own heading; empty when it has none."""
        known = self.headings.get(code, Heading(""))
        return known.en or known.da if language == "en" else known.da

    def described(self, code: str, language: Language = "da") -> str:
        """A compact code with its heading: `43.22 (…)`."""
        title = self.title(code, language)
        return f"{printed(code)} ({title})" if title else printed(code)

    def path(self, code: str) -> tuple[str, ...]:
        """A compact code and all above it, the section first."""
        above = (code[:length] for length in LEVELS if 1 < length <= len(code))
        return (self.section_of(code), *above)

    def below(self, code: str) -> tuple[str, ...]:
        """The codes with a heading directly below a compact code, in order; of a section, its divisions."""
        if len(code) == 1:
            return tuple(division for division, letter in self.sections.items() if letter == code)
        levels = [*LEVELS, 0]
        wanted = levels[levels.index(len(code)) + 1]
        return tuple(sorted(each for each in self.headings if len(each) == wanted and each.startswith(code)))

    def codes_below(self, code: str) -> int:
        """How many codes with a heading lie under a compact code, at whatever depth."""
        return sum(self.within(each, code) for each in self.headings if each not in (code, self.section_of(code)))

    def span(self, code: str) -> Span:
        """Where the companies under a compact code lie, when their codes are compared as texts."""
        if len(code) > 1:
            return Span(code, after(code))
        divisions = self.below(code)
        return Span(divisions[0], after(divisions[-1]))

    def within(self, code: str, rule_code: str) -> bool:
        """Whether a company's code lies under a rule's: the plain reading of `span`."""
        return self.section_of(code) == rule_code if len(rule_code) == 1 else code.startswith(rule_code)

    def group_of(self, code: str | None) -> Group10:
        """Danmarks Statistik's group of a compact code; the eleventh when there is no code."""
        letter = self.section_of(code) if code else ""
        numbers = (number for number, group in GROUP10.items() if letter and letter in group.sections[self.name])
        return GROUP10[next(numbers, UNSTATED_GROUP)]

    def group_span(self, number: int) -> Span | None:
        """Where the companies of one of the ten groups lie; None for the eleventh, which has no codes."""
        letters = GROUP10[number].sections[self.name]
        return Span(self.span(letters[0]).low, self.span(letters[-1]).high) if letters else None

    def search(self, words: str, language: Language = "da") -> tuple[str, ...]:
        """The compact codes that answer to some words, or to the beginning of a code, the best first."""
        return search({code: self.title(code, language) for code in self.headings}, words)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The sections."""
        return tuple(dict.fromkeys(self.sections.values()))

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every code with a heading, and all above it down to the division."""
        return frozenset(code[:length] for code in self.headings for length in (2, 3, 4))

    def _near(self, code: str) -> list[str]:
        """Codes to offer for one that does not exist: its nearest neighbours under the nearest code that does."""
        if len(code) == 1:
            return [self.letters[0], self.letters[-1]]
        above = next((code[:length] for length in (3, 2) if len(code) > length and self.exists(code[:length])), "")
        others = (self.below(above) if above else ()) or tuple(self.sections)
        wanted = int(code[: len(others[0])])
        return sorted(sorted(others, key=lambda each: abs(int(each) - wanted))[:_NEAR])

    def _no_code(self, text: str, error: ValueError) -> ValueError:
        found = self.search(text)[:1] if len(text) <= _LONG_WORD else ()
        if not found:
            return error
        return ValueError(f"{shown(text)} is not an industry code; did you mean {self.described(found[0])}?")


@cache
def nomenclature(name: Name) -> Nomenclature:
    """DB25 with the headings we bring, or DB07 with its sections only."""
    return _db25() if name == "DB25" else _db07()


def _db25() -> Nomenclature:
    headings: dict[str, Heading] = {}
    sections: dict[str, str] = {}
    letter = ""
    for code, danish, english in rows("db25.tsv"):
        headings[code.replace(".", "")] = Heading(danish, english)
        if code.isalpha():
            letter = code
        elif len(code) == len("01"):
            sections[code] = letter
    return Nomenclature(name="DB25", headings=headings, sections=sections, complete=True)


def _db07() -> Nomenclature:
    headings: dict[str, Heading] = {}
    sections: dict[str, str] = {}
    for letter, first, last, danish, english in rows("db07.tsv"):
        headings[letter] = Heading(danish, english)
        sections |= {f"{division:02}": letter for division in range(int(first), int(last) + 1)}
    return Nomenclature(name="DB07", headings=headings, sections=sections, complete=False)
