"""What the register says of a campaign: a few grouped statements, each a function with its sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, distinct, exists, func, not_, select

from newsletter.campaigns.progress.window import Window
from newsletter.store.tables import consents, results, sign_ups, visits

if TYPE_CHECKING:
    from sqlalchemy import Connection

Days = Mapping[date, int]
Code = tuple[str | None, str | None]
"""Nomenclature and industry code of a company, as they were written down."""
_BEGINS = ("given", "confirmed")
"""Of the consent log: from here on somebody subscribes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visited:
    """The visits that count, and what is told of the others."""

    days: Days
    consultants: Mapping[str, int]
    industries: Mapping[Code, int]
    sizes: Mapping[int | None, int]
    """By the lower end of CVR's band."""
    later: int
    """Written down after the day, and standing now."""
    outside: int
    """On days that are not in the campaign's period."""
    mended: bool
    """Whether some of them put others right."""

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.days.values())


def visited(connection: Connection, window: Window) -> Visited:
    """The visits by day, consultant, industry and size."""
    per_day: Counter[date] = Counter()
    per_consultant: Counter[str] = Counter()
    later = outside = replaced = 0
    for day, consultant, known, unknown, replacing in connection.execute(_by_day(window)):
        if not window.first <= day <= window.last:
            outside += known
            continue
        per_day[day] += known
        per_consultant[consultant] += known
        later += unknown
        replaced += replacing
    per_code: Counter[Code] = Counter()
    per_size: Counter[int | None] = Counter()
    for nomenclature, code, size, number in connection.execute(_by_profile(window)):
        per_code[nomenclature, code] += number
        per_size[size] += number
    return Visited(
        days=+per_day,
        consultants=+per_consultant,
        industries=per_code,
        sizes=per_size,
        later=later,
        outside=outside,
        mended=replaced > 0,
    )


def _by_day(window: Window) -> Any:
    """For each day and consultant: visits known then, those written down later, and those that replace another."""
    table = visits.c
    known = and_(window.known(table.recorded_at), window.standing(table.undone_at))
    later = and_(not_(window.known(table.recorded_at)), table.undone_at.is_(None))
    sums = (_number(known), _number(later), func.count(table.replaces_id))
    rows = select(table.visited_on, table.consultant, *sums).where(window.ours(), table.visited_on <= window.as_of)
    return rows.group_by(table.visited_on, table.consultant)


def _by_profile(window: Window) -> Any:
    """Visits by what the company was when they were written down."""
    profile = (visits.c.nomenclature, visits.c.industry, visits.c.size)
    return select(*profile, func.count()).where(window.met()).group_by(*profile)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(cast(case((condition, 1), else_=0), Integer)), 0)


def workplaces(connection: Connection, window: Window) -> tuple[int, int]:
    """How many workplaces were visited, and how many visits do not tell where they were."""
    place = visits.c.workplace_id
    row = connection.execute(select(func.count(distinct(place)), func.count(), func.count(place)).where(window.met()))
    different, whole, told = row.one()
    return different, whole - told


def sums(connection: Connection, window: Window) -> Mapping[tuple[str, str | None], Days]:
    """Results of which each counts, by measure, scheme and day."""
    table = results.c
    by = (table.measure, table.scheme, table.happened_on)
    rows = select(*by, func.sum(table.number)).where(window.brought(), table.measure.in_(("agreement", "press")))
    found: dict[tuple[str, str | None], Counter[date]] = {}
    for measure, scheme, day, number in connection.execute(rows.group_by(*by)):
        found.setdefault((measure, scheme), Counter())[day] += number
    return found


def firsts(connection: Connection, window: Window) -> Mapping[str, Days]:
    """Results of which a company counts once, on its first day; without a company each counts. By measure and day."""
    table = results.c
    once = table.measure.in_(("ambassador", "mentor", "pledge"))
    row = case((table.company_id.is_(None), table.id), else_=0)
    numbers = case((table.company_id.is_(None), func.sum(table.number)), else_=1).label("number")
    by = (table.measure, table.company_id, row)
    each = select(table.measure, func.min(table.happened_on), numbers).where(window.brought(), once).group_by(*by)
    found: dict[str, Counter[date]] = {}
    for measure, day, number in connection.execute(each):
        found.setdefault(measure, Counter())[day] += number
    return found


def attendance(connection: Connection, window: Window) -> int:
    """Seats taken at the events that are over."""
    table = sign_ups.c
    noted = and_(table.attended.is_not(None), table.attended, window.known(table.attended_noted_at))
    held = [slug for slug, end in window.basis.events.items() if end.date() <= window.as_of]
    seats = select(func.coalesce(func.sum(table.seats), 0)).where(noted, table.event.in_(held))
    return int(connection.execute(seats).scalar_one())


def new_subscribers(connection: Connection, window: Window) -> Days:
    """People who began to subscribe in the period and never had before, by day."""
    log, before = consents.c, consents.alias("before")
    begun = before.c.at < window.basis.start_of(window.first)
    earlier = exists().where(before.c.person_id == log.person_id, before.c.kind.in_(_BEGINS), begun)
    wanted = (log.kind.in_(_BEGINS), window.between(log.at), window.known(log.recorded_at), not_(earlier))
    each = select(log.person_id, func.min(log.at).label("at")).where(*wanted).group_by(log.person_id).subquery()
    day = window.day_of(each.c.at).label("day")
    rows = connection.execute(select(day, func.count()).group_by(day))
    return {min(max(window.dated(number), window.first), window.last): count for number, count in rows}


def held(window: Window) -> int:
    """Events that are over."""
    return sum(end.date() <= window.as_of for end in window.basis.events.values())
