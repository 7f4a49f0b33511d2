"""The points of scoring.py as SQL, over companies: what the search sorts by. A test holds the two together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select, union_all

from newsletter.campaigns.next.gaps import LIMITS
from newsletter.campaigns.next.marks import asked, came, interested, needs, overdue, waits
from newsletter.store.tables import companies, company_needs, enquiries, follow_ups, people, sign_ups, visits
from newsletter.subscribers.companies.choosing import may_be_listed
from newsletter.subscribers.rules.facts import MEETINGS
from newsletter.subscribers.rules.sql import compile_rule
from newsletter.subscribers.segments import Rule

if TYPE_CHECKING:
    from sqlalchemy import Select, Subquery

    from newsletter.campaigns.next.asking import Ask

Truth = ColumnElement[bool]
Number = ColumnElement[int]
_SIGNALS = ("asked", "came", "need", "overdue")


class Choice(NamedTuple):
    """One of the things a company can be in some respect, and what it is worth."""

    points: int
    fits: Truth


Aspect = tuple[Choice, ...]
"""A respect in which companies differ: each is exactly one of the choices."""


class Worth:
    """What companies are worth to one question, as expressions that are made once."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    @cached_property
    def industry(self) -> Number:
        """Points of the gap that the company's industry helps to close."""
        gaps = self.ask.gaps
        fits = [(compile_rule(Rule(industry=(gap.key,)), gaps.book), gap.points) for gap in gaps.industries]
        return case(*fits, else_=0) if fits else literal(0)

    @cached_property
    def size(self) -> Number:
        """Points of the gap that the company's size helps to close."""
        column = companies.c.size
        limits = [(LIMITS[gap.key], gap.points) for gap in self.ask.gaps.sizes]
        fits = [(and_(column >= low, column < high), points) for (low, high), points in limits]
        return case(*fits, else_=0) if fits else literal(0)

    @cached_property
    def aspects(self) -> Sequence[Aspect]:
        """What is found out for one company after the other, since all or many are something in these respects."""
        ask = self.ask
        found: list[Aspect] = []
        if ask.weights.never_visited or ask.weights.long_ago:
            found.append(self._visits())
        if ask.audience and ask.weights.audience:
            found.append(_yes_or_no(ask.weights.audience, self.in_audience))
        if ask.interests and ask.weights.interest:
            found.append(_yes_or_no(ask.weights.interest, interested(ask)))
        return found

    @cached_property
    def aspect_points(self) -> Number:
        """Points in all these respects."""
        points: Number = literal(0)
        for aspect in self.aspects:
            points = points + case(*((choice.fits, choice.points) for choice in aspect if choice.points), else_=0)
        return points

    @cached_property
    def most(self) -> int:
        """The most points that a company can get in these respects."""
        return sum(max(choice.points for choice in aspect) for aspect in self.aspects)

    @cached_property
    def most_of_industry(self) -> int:
        """The most points for an industry."""
        return max((gap.points for gap in self.ask.gaps.industries), default=0)

    @cached_property
    def most_of_all(self) -> int:
        """The most points that a company can get for what every company is."""
        sizes = max((gap.points for gap in self.ask.gaps.sizes), default=0)
        return self.most + self.most_of_industry + sizes

    @cached_property
    def in_audience(self) -> Truth:
        """The company fits one of the campaign's segments, by itself or through one of its people."""
        book = self.ask.gaps.book
        rules = [compile_rule(book.rule_of(name), book) for name in self.ask.audience]
        one = select(literal(1).label("one")).subquery("one")
        joined = one.outerjoin(people, people.c.company_id == companies.c.id)
        return exists(select(one.c.one).select_from(joined).where(or_(*rules)).correlate(companies))

    @cached_property
    def may_be_visited(self) -> Truth:
        """In question, open to us, and not against visits."""
        return and_(self.in_question, may_be_listed(), not_(companies.c.no_visits))

    @cached_property
    def in_question(self) -> Truth:
        """Active, the consultant's own or nobody's, not visited in this campaign, and not met lately."""
        ask = self.ask
        lately = visits.c.visited_on > ask.too_soon
        here = and_(func.coalesce(visits.c.campaign, "") == ask.campaign, visits.c.kind.in_(MEETINGS))
        conditions = [companies.c.state == "active", not_(_visited(or_(here, lately)))]
        if ask.consultant is not None:
            conditions.append(or_(companies.c.contact.is_(None), companies.c.contact == ask.consultant))
        return and_(*conditions)

    def _visits(self) -> Aspect:
        weights, met = self.ask.weights, visits.c.kind.in_(MEETINGS)
        ever, lately = _visited(met), _visited(and_(met, visits.c.visited_on > self.ask.long_ago))
        never, long_ago = Choice(weights.never_visited, not_(ever)), and_(ever, not_(lately))
        return never, Choice(weights.long_ago, long_ago), Choice(0, lately)


def _yes_or_no(points: int, fits: Truth) -> Aspect:
    return Choice(points, fits), Choice(0, not_(fits))


def _visited(how: Truth) -> Truth:
    found = exists().where(visits.c.company_id == companies.c.id, visits.c.undone_at.is_(None), how)
    return found.correlate(companies)


class Band(NamedTuple):
    """Which signals: with so many points, with fewer than so many, and only the first so many companies."""

    least: int = 0
    below: int | None = None
    first: int | None = None


def signals(ask: Ask, band: Band) -> Subquery:
    """Companies that did something, need something, or were promised something: number, and points for that."""
    rows = union_all(*_signal_rows(ask)).subquery("rows")
    worth = signal_weights(ask)
    points: Number = literal(0)
    for name, weight in zip(_SIGNALS, worth, strict=True):
        points = points + weight * func.max(rows.c[name])
    found = select(rows.c.company_id, points.label("points")).group_by(rows.c.company_id).having(points >= band.least)
    if band.below is not None:
        found = found.having(points < band.below)
    if band.first is not None:
        found = found.order_by(points.desc(), rows.c.company_id).limit(band.first)
    return found.subquery("signals")


def signal_weights(ask: Ask) -> tuple[int, ...]:
    """What each signal is worth."""
    weights = ask.weights
    return weights.asked, weights.came, weights.need, weights.overdue


def most_signals(ask: Ask, band: Band) -> int:
    """The most points that signals of a band can give together."""
    sums = {0}
    for weight in signal_weights(ask):
        sums |= {each + weight for each in sums}
    return max((each for each in sums if band.below is None or each < band.below), default=0)


def came_to_us(ask: Ask) -> Truth:
    """The company waits for an answer, or somebody came to an event."""
    sources = ((enquiries, waits()), (sign_ups, came(ask)))
    found = (select(table.c.company_id).where(fits) for table, fits in sources)
    return companies.c.id.in_(union_all(*found))


def _signal_rows(ask: Ask) -> Iterator[Select[Any]]:
    yield _signal("asked", enquiries.c.company_id, asked(ask))
    yield _signal("came", sign_ups.c.company_id, came(ask))
    if ask.weights.needs:
        yield _signal("need", company_needs.c.company_id, needs(ask))
    yield _signal("overdue", follow_ups.c.company_id, overdue(ask))


def _signal(name: str, company: ColumnElement[Any], fits: Truth) -> Select[Any]:
    marks = (literal(int(name == each)).label(each) for each in _SIGNALS)
    return select(company.label("company_id"), *marks).where(fits)
