"""What a rule needs to be read: the other segments, the industries, and the titles of what it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from newsletter.problems import Invalid, Place, Problem, guess
from newsletter.subscribers.industries import NAMES, Industries, Name, Span, group_number, load
from newsletter.subscribers.municipalities import municipality
from newsletter.subscribers.postcodes import postcodes
from newsletter.subscribers.segments import SEGMENTS_FILE, Rule, Segment

Found = TypeVar("Found")

UNSTATED_GROUP = 11
"""Number of the group of those without an industry."""


class Shelf(Protocol):
    """The parts of a workspace that a book is read from."""

    @property
    def root(self) -> Path:
        """Its folder."""

    @property
    def settings(self) -> Any:
        """newsletter.yml."""

    @property
    def segments(self) -> Mapping[str, Segment]:
        """Segments by short name."""

    @property
    def campaigns(self) -> Mapping[str, Any]:
        """Campaigns by short name."""

    @property
    def items(self) -> Mapping[str, Mapping[str, Any]]:
        """Content by kind and short name."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Book:
    """Read once, asked for every rule. What it refuses, `newsletter check` has told before, at its place."""

    segments: Mapping[str, Segment] = field(default_factory=dict)
    industries: Industries
    nomenclature: Name = "DB25"
    """Of the codes in rules."""
    campaigns: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    """Titles by short name."""

    def rule_of(self, name: str) -> Rule:
        """The rule of a segment. Raises Invalid for a name nobody knows."""
        if name not in self.segments:
            raise _refused(f"no segment is called {name!r}; {guess(name, self.segments)}")
        return self.segments[name].where

    def code(self, text: str) -> str:
        """An industry code as the register holds it: 43.22 is 4322."""
        return _checked(self.industries.of(self.nomenclature).normalise, text)

    def spans(self, text: str) -> Iterator[tuple[Name, Span]]:
        """Where the companies under a rule's code lie: nomenclature and texts from, up to but not with."""
        code = self.code(text)
        yield self.nomenclature, self.industries.of(self.nomenclature).span(code)

    def other_codes(self, text: str) -> tuple[Name, tuple[str, ...]]:
        """The codes of the other nomenclature that lie under a rule's code beyond doubt."""
        other = next(name for name in NAMES if name != self.nomenclature)
        return other, self.industries.codes_within(self.code(text), self.nomenclature)

    def group_spans(self, number: int) -> Iterator[tuple[Name, Span]]:
        """Where the companies of one of the ten groups lie, in each nomenclature."""
        for name in NAMES:
            span = self.industries.of(name).group_span(number)
            if span:
                yield name, span

    def group(self, text: str) -> int:
        """The number of one of the ten groups, or of the eleventh."""
        return _checked(group_number, text)

    def municipality(self, text: str) -> str:
        """The code of a municipality."""
        return _checked(municipality, text)

    def postcodes(self, text: str) -> tuple[str, str]:
        """First and last postcode of a range."""
        return _checked(postcodes, text)


def read_book(shelf: Shelf) -> Book:
    """The book of a workspace. A broken file of industries is left out; `newsletter check` tells of it."""
    return Book(
        segments=shelf.segments,
        industries=load(shelf.root),
        nomenclature=shelf.settings.industries,
        campaigns={slug: campaign.title for slug, campaign in shelf.campaigns.items()},
        events={slug: item.fields.title for slug, item in shelf.items["event"].items()},
        contacts={slug: item.fields.title for slug, item in shelf.items["contact"].items()},
    )


def _checked(look: Callable[[str], Found], text: str) -> Found:
    try:
        return look(text)
    except ValueError as error:
        raise _refused(str(error)) from error


def _refused(message: str) -> Invalid:
    text, _, hint = message.partition("; ")
    return Invalid([Problem.at(Place(SEGMENTS_FILE), "segment-rule", text, hint)])
