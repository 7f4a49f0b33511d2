"""How far industries and sizes are behind what the plan wants by some day, in points."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from newsletter.campaigns.targets import SIZES
from newsletter.subscribers.rules.bands import NO_LIMIT

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Campaign
    from newsletter.subscribers.industries import Name
    from newsletter.subscribers.rules.book import Book

_LOWEST = (*(int(size.rstrip("+").partition("-")[0]) for size in SIZES), NO_LIMIT)
LIMITS: Mapping[str, tuple[int, int]] = dict(zip(SIZES, itertools.pairwise(_LOWEST), strict=True))
"""Size a campaign counts by → employees from, up to but not with."""


class Done(NamedTuple):
    """How many visits went to companies of an industry and a size, as they were when visited."""

    industry: str | None
    nomenclature: Name | None
    size: int | None
    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A promised part that is behind: what it promises, how much of that is wanted by now, and what it weighs."""

    key: str
    """An industry as the register holds codes, or a size."""
    actual: int
    wanted: int
    points: int


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Gaps:
    """The parts that are behind, the furthest first."""

    industries: Sequence[Gap]
    sizes: Sequence[Gap]
    book: Book

    def of_industry(self, code: str | None, name: Name | None) -> Gap | None:
        """The gap a company of this code helps to close: where it may count for several, the one that weighs most."""
        if code is None or name is None:
            return None
        matches, ours = self.book.industries.matches, self.book.nomenclature
        return next((gap for gap in self.industries if matches(code, name, gap.key, ours)), None)

    def of_size(self, size: int | None) -> Gap | None:
        """The gap that a company with so many employees helps to close."""
        if size is None:
            return None
        return next((gap for gap in self.sizes if LIMITS[gap.key][0] <= size < LIMITS[gap.key][1]), None)


def gaps(campaign: Campaign, share: float, done: Sequence[Done], book: Book) -> Gaps:
    """Where the campaign is behind, when `share` of each promise is wanted."""
    promised, weights = campaign.targets.visits, campaign.next
    by_industry: Counter[tuple[str, Name]] = Counter()
    by_size: Counter[int] = Counter()
    for each in done:
        if each.industry and each.nomenclature:
            by_industry[each.industry, each.nomenclature] += each.visits
        if each.size is not None:
            by_size[each.size] += each.visits
    industries, sizes = [], []
    for text, target in promised.by_industry.items():
        code = book.code(text)
        actual = _of_industry(code, by_industry, book)
        industries.append(_gap(code, actual, target * share, weights.industry_behind))
    for size, target in promised.by_size.items():
        low, high = LIMITS[size]
        actual = sum(number for employees, number in by_size.items() if low <= employees < high)
        sizes.append(_gap(size, actual, target * share, weights.size_behind))
    return Gaps(industries=_furthest_first(industries), sizes=_furthest_first(sizes), book=book)


def _of_industry(code: str, by_industry: Mapping[tuple[str, Name], int], book: Book) -> int:
    matches, ours = book.industries.matches, book.nomenclature
    return sum(number for (theirs, name), number in by_industry.items() if matches(theirs, name, code, ours))


def _gap(key: str, actual: int, wanted: float, weight: int) -> Gap:
    """As many points as its part of the wanted visits is missing."""
    missing = max(wanted - actual, 0) / wanted if wanted else 0
    return Gap(key=key, actual=actual, wanted=ceil(round(wanted, 6)), points=round(weight * missing))


def _furthest_first(found: Sequence[Gap]) -> list[Gap]:
    return sorted((gap for gap in found if gap.points), key=lambda gap: (-gap.points, gap.key))
