"""How many companies, people and readers each segment holds, what they share, and who is in none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, case, distinct, func, literal, or_, select

from newsletter.store.tables import people
from newsletter.subscribers.audience import SUBJECTS, grouped, membership
from newsletter.subscribers.questions import OPEN, PROTECTED, READER, Question, consented, prepare
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.parts import Masks
from newsletter.subscribers.rules.sql import compile_rule

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnElement, Connection


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


class _Alike(NamedTuple):
    """People in the same segments."""

    mask: int
    people: int
    reachable: int


class _Firms(NamedTuple):
    """Companies with the same bits, and their people."""

    mask: int
    peopled: bool
    number: int
    allowed: int
    """So many of them can be in a segment."""
    people: int
    members: int
    reachable: int


def counts(connection: Connection, names: Sequence[str], book: Book, now: datetime) -> Counts:
    """Count the named segments, and all of the register."""
    prepare(connection)
    masks = Masks(names, book)
    question = Question(masks, now)
    firms = list(_by_company(connection, question))
    by_people = masks.about_people()
    if by_people:
        alike = list(_people(connection, question))
    else:
        alike = [_Alike(each.mask, each.members, each.reachable) for each in firms]
        alike += [_Alike(0, each.people - each.members, 0) for each in firms]
        alike.append(_alone(connection, question))
    companies, in_some = _companies(connection, masks, firms, by_people)
    held, shared = _added_up(alike)
    every = sum(each.number for each in firms)
    return Counts(
        segments={name: replace(held[place], companies=companies[place]) for place, name in enumerate(masks.names)},
        overlaps={(masks.names[one], masks.names[two]): number for (one, two), number in sorted(shared.items())},
        everybody=_sum(every, alike),
        in_none=_sum(every - in_some, [each for each in alike if not each.mask]),
    )


def _by_company(connection: Connection, question: Question) -> Iterator[_Firms]:
    """All companies, those with the same bits together. People are added up by company before anything is joined."""
    crowd, firms = _crowd(question), question.firms
    known, protected = firms.c[1:], firms.c.firm == PROTECTED

    def counted(here: ColumnElement[int], own: ColumnElement[int]) -> ColumnElement[int]:
        return case((firms.c.firm == OPEN, here), (protected, own), else_=0)

    allowed = counted(literal(1), case((crowd.c.own > 0, 1), else_=0))
    numbers = (
        crowd.c.people.is_not(None).label("peopled"),
        allowed.label("allowed"),
        func.coalesce(crowd.c.people, 0).label("people"),
        func.coalesce(counted(crowd.c.people, crowd.c.own), 0).label("members"),
        func.coalesce(counted(crowd.c.open, crowd.c.own_open), 0).label("reachable"),
    )
    joined = firms.outerjoin(crowd, crowd.c.company_id == firms.c.id)
    inner = select(*known, *numbers).select_from(joined).subquery()
    alike = [inner.c[column.name] for column in known] + [inner.c.peopled]
    sums = (func.sum(inner.c[name]) for name in ("allowed", "people", "members", "reachable"))
    for row in connection.execute(select(*alike, func.count(), *sums).group_by(*alike)):
        *bits, peopled, number, can, persons, members, reached = row
        mask = question.mask([*bits, *question.nobody])
        yield _Firms(mask, bool(peopled), number, int(can), int(persons), int(members), int(reached))


def _crowd(question: Question) -> CTE:
    """The people of each company: all, those with their own consent, and how many of both are not suppressed."""
    stopped, subscribed = question.stopped, people.c.state == "subscribed"
    free = stopped.c.address_hash.is_(None)

    def number(fits: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((fits, 1), else_=0))

    found = select(
        people.c.company_id,
        func.count().label("people"),
        number(consented()).label("own"),
        number(and_(subscribed, free)).label("open"),
        number(and_(consented(), free)).label("own_open"),
    ).select_from(people.outerjoin(stopped, stopped.c.address_hash == people.c.address_hash))
    return found.where(people.c.company_id.is_not(None)).group_by(people.c.company_id).cte("crowd")


def _sum(companies: int, alike: Sequence[_Alike]) -> Count:
    people = sum(each.people for each in alike)
    return Count(companies=companies, people=people, reachable=sum(each.reachable for each in alike))


def _added_up(alike: Sequence[_Alike]) -> tuple[defaultdict[int, Count], Counter[tuple[int, int]]]:
    """People by the place of a segment, and people in both of two."""
    people, reachable, shared = Counter[int](), Counter[int](), Counter[tuple[int, int]]()
    for mask, number, reached in (each for each in alike if each.people):
        places = _places(mask)
        for place in places:
            people[place] += number
            reachable[place] += reached
        for pair in combinations(places, 2):
            shared[pair] += number
    held = {place: Count(companies=0, people=people[place], reachable=reachable[place]) for place in people}
    return defaultdict(lambda: Count(companies=0, people=0, reachable=0), held), shared


def _places(mask: int) -> list[int]:
    return [place for place in range(mask.bit_length()) if mask >> place & 1]


def _people(connection: Connection, question: Question) -> Iterator[_Alike]:
    """People with the same bits and standing, once each."""
    inner = select(*question.columns, question.standing.label("standing")).select_from(question.people)
    for *row, standing, number in connection.execute(grouped(inner.subquery())):
        yield _Alike(question.mask(row) if standing else 0, number, number if standing == READER else 0)


def _alone(connection: Connection, question: Question) -> _Alike:
    """People without a company, when rules look at companies only: what fits one of them fits all."""
    stopped = question.stopped
    free = and_(people.c.state == "subscribed", stopped.c.address_hash.is_(None))
    without = people.outerjoin(stopped, stopped.c.address_hash == people.c.address_hash)
    found = select(func.count(), func.coalesce(func.sum(case((free, 1), else_=0)), 0)).select_from(without)
    number, reached = connection.execute(found.where(people.c.company_id.is_(None))).one()
    return _Alike(question.mask(question.no_company), number, int(reached))


def _companies(
    connection: Connection, masks: Masks, firms: Sequence[_Firms], by_people: Sequence[int]
) -> tuple[Counter[int], int]:
    """Companies by the place of a segment, and how many are in any.

    They are in one by themselves, or through one of their people where the rule looks at people (`by_people`).
    """
    held, in_some = Counter[int](), 0
    for each in firms:
        here = [place for place in _places(each.mask) if not (each.peopled and place in by_people)]
        held.update(dict.fromkeys(here, each.allowed))
        in_some += each.allowed if here and not (each.peopled and by_people) else 0
    if by_people:
        held.update(_through_people(connection, masks, by_people))
        in_some += _peopled_in_some(connection, masks)
    return held, in_some


def _through_people(connection: Connection, masks: Masks, places: Sequence[int]) -> dict[int, int]:
    """Companies with somebody in a segment, by the segment's place."""
    rules = [masks.book.rule_of(masks.names[place]) for place in places]
    numbers = [_firms_where(compile_rule(rule, masks.book)) for rule in rules]
    row = connection.execute(select(*numbers).select_from(SUBJECTS).where(membership())).one()
    return dict(zip(places, row, strict=True))


def _peopled_in_some(connection: Connection, masks: Masks) -> int:
    """Companies with somebody in any segment."""
    fits = or_(*(compile_rule(masks.book.rule_of(name), masks.book) for name in masks.names))
    return connection.scalar(select(_firms_where(fits)).select_from(SUBJECTS).where(membership())) or 0


def _firms_where(fits: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(distinct(case((fits, people.c.company_id))))
