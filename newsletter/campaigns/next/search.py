"""The companies that may stand on the list, found without looking at every company of the register.

Few companies have done something, were promised something or need something: these are scored one and all. What the
many are like is few kinds: an industry, a size, in the audience or not, visited or not. The kinds are gone through from
the best, each by way of an index, until the list is full.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest
from itertools import permutations, product
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from newsletter.campaigns.next.points import Aspect, Band, Worth, most_signals, signal_weights, signals
from newsletter.store.tables import companies
from newsletter.subscribers.rules.bands import BANDS, limits

if TYPE_CHECKING:
    from sqlalchemy import Connection

Truth = ColumnElement[bool]
_SIZES: tuple[int | None, ...] = (*sorted((limits(band)[0] for band in BANDS), reverse=True), None)
"""Sizes as the register holds them, the largest first."""
_FEW = 20
"""For each place on the list so many companies with the strongest signals are looked at first."""
_PATIENCE = 60
"""After so many kinds with too few companies, the register is gone through as a whole."""


class _Industry(NamedTuple):
    """Companies that get the same points for their industry."""

    points: int
    fits: Truth


Kind = tuple[_Industry, int | None, Aspect]
"""Companies that get the same points for all that every company is: industry, size, and a choice for each aspect."""


def candidates(connection: Connection, worth: Worth, limit: int) -> list[int]:
    """Companies by number, among them all that belong on a list of `limit`."""
    found = _plain(connection, worth, limit)
    if found is None:
        return [*_best(connection, worth, limit)]
    for band in _bands(worth, limit):
        least = nlargest(limit, found.values())[-1]
        if most_signals(worth.ask, band) + worth.most_of_all >= least:
            found = {**found, **_best(connection, worth, limit, least=least, band=band)}
    return [*found]


def _bands(worth: Worth, limit: int) -> tuple[Band, ...]:
    """The strongest signals first: they raise what the others must reach, and few of those are looked at closely."""
    strong = max(signal_weights(worth.ask))
    return Band(least=strong, first=_FEW * limit), Band(least=strong), Band(below=strong)


def _plain(connection: Connection, worth: Worth, limit: int) -> dict[int, int] | None:
    """At least `limit` companies and their points for what every company is; None when they are hard to find.

    They may have done something besides, which makes them no worse: so whoever belongs on the list for what every
    company is is among them.
    """
    found: dict[int, int] = {}
    columns = companies.c
    base = select(columns.id).where(worth.may_be_visited).order_by(columns.industry, columns.id).limit(limit)
    for tried, (points, kinds) in enumerate(_by_rank(worth)):
        for industry, size, choices in kinds:
            of_size = columns.size.is_(None) if size is None else columns.size == size
            fits = (choice.fits for choice in choices)
            found |= dict.fromkeys(connection.scalars(base.where(of_size, industry.fits, *fits)), points)
        if len(found) >= limit:
            return found
        if tried > _PATIENCE:
            return None
    return None


def _by_rank(worth: Worth) -> Iterator[tuple[int, list[Kind]]]:
    """Points, and the kinds that get them and have one size; the best first, then the larger."""
    ranks: dict[tuple[int, int], list[Kind]] = {}
    sizes = [(place, size, worth.ask.gaps.of_size(size)) for place, size in enumerate(_SIZES)]
    for industry, choices in product(_industries(worth), product(*worth.aspects)):
        points = industry.points + sum(choice.points for choice in choices)
        for place, size, gap in sizes:
            rank = (-points - (gap.points if gap else 0), place)
            ranks.setdefault(rank, []).append((industry, size, choices))
    return ((-rank[0], ranks[rank]) for rank in sorted(ranks))


def _industries(worth: Worth) -> Iterator[_Industry]:
    """Each by a span of codes that an index knows."""
    code, points, gaps = companies.c.industry, worth.industry, worth.ask.gaps
    within = gaps.book.industries.of(gaps.book.nomenclature).within
    nested = any(within(one.key, other.key) for one, other in permutations(gaps.industries, 2))
    for gap in gaps.industries:
        for name, span in gaps.book.spans(gap.key):
            here = and_(companies.c.nomenclature == name, code >= span.low, code < span.high)
            yield _Industry(gap.points, and_(here, points == gap.points) if nested else here)
        other, codes = gaps.book.other_codes(gap.key)
        if codes:
            there = and_(companies.c.nomenclature == other, code.in_(codes))
            yield _Industry(gap.points, and_(there, points == gap.points))
    yield _Industry(0, and_(code.is_not(None), points == 0))
    yield _Industry(0, code.is_(None))


def _best(
    connection: Connection,
    worth: Worth,
    limit: int,
    *,
    least: int = 0,
    band: Band | None = None,
) -> dict[int, int]:
    """The best companies of those with signals in a band, or of everybody; and their points.

    Left out are those that are certain to have fewer points than `least`. What is quick to see is looked at first.
    """
    asked = band or Band()
    known = signals(worth.ask, asked._replace(least=max(asked.least, least - worth.most_of_all)))
    tables = companies.join(known, known.c.company_id == companies.c.id, isouter=band is None)
    points = func.coalesce(known.c.points, 0)
    quick = points + worth.size
    enough = (
        quick >= least - worth.most - worth.most_of_industry,
        quick + worth.industry >= least - worth.most,
    )
    score = (quick + worth.industry + worth.aspect_points).label("score")
    wanted = select(companies.c.id, score).select_from(tables).where(*enough, worth.may_be_visited)
    rows = connection.execute(wanted.order_by(score.desc(), *_ties()).limit(limit))
    return {row.id: row.score for row in rows}


def _ties() -> tuple[Any, ...]:
    """As `Suggestion.rank` has it."""
    columns = companies.c
    return columns.size.desc().nulls_last(), columns.industry.asc().nulls_last(), columns.id
