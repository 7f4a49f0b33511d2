"""How many companies, people and readers each segment holds, what they share, and who is in none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from newsletter.subscribers.households import Households
from newsletter.subscribers.questions import prepare
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.parts import Masks

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many there are of each."""

    companies: int
    people: int
    reachable: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What the named segments hold."""

    segments: dict[str, Count]
    overlaps: dict[tuple[str, str], int]
    """Two segments → people in both; pairs without any are left out."""
    everybody: Count
    """The whole register."""
    in_none: Count
    """Whom no segment holds."""


def counts(connection: Connection, names: Sequence[str], book: Book, now: datetime) -> Counts:
    """Count the named segments, and all of the register."""
    prepare(connection)
    masks = Masks(names, book)
    found = _by_mask(connection, Households(masks), now)
    places = dict(enumerate(masks.names))
    shared = _shared(found.people)
    return Counts(
        segments={name: found.at(place) for place, name in places.items()},
        overlaps={(places[one], places[two]): number for (one, two), number in sorted(shared.items())},
        everybody=found.all(),
        in_none=found.none(),
    )


class _Found(NamedTuple):
    """Masks of segments, and how many are in exactly these."""

    companies: Counter[int]
    people: Counter[int]
    reachable: Counter[int]

    def all(self) -> Count:
        """The whole register."""
        return self._sums(lambda _: True)

    def none(self) -> Count:
        """Those in no segment."""
        return self._sums(lambda mask: not mask)

    def at(self, place: int) -> Count:
        """Those in the segment at a place."""
        return self._sums(lambda mask: bool(mask >> place & 1))

    def _sums(self, wanted: Callable[[int], bool]) -> Count:
        companies, people, reachable = (sum(n for mask, n in each.items() if wanted(mask)) for each in self)
        return Count(companies=companies, people=people, reachable=reachable)


def _by_mask(connection: Connection, households: Households, now: datetime) -> _Found:
    found = _Found(Counter(), Counter(), Counter())
    people = households.alone(connection)
    for company, its_people, number in households.every(connection):
        found.companies[households.mask_of(company, its_people)] += number
        for person in its_people:
            people[person] += number
    stopped = households.stopped(connection, now)
    for person, number in people.items():
        mask = households.mask(person)
        found.people[mask] += number
        found.reachable[mask] += number - stopped[person] if households.is_reader(person) else 0
    return found


def _shared(people: Counter[int]) -> Counter[tuple[int, int]]:
    """People in both of two segments, by the places of these."""
    shared = Counter[tuple[int, int]]()
    for mask, number in people.items():
        places = [place for place in range(mask.bit_length()) if mask >> place & 1]
        for pair in combinations(places, 2):
            shared[pair] += number
    return shared
