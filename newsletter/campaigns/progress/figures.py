"""What the register says of a campaign beside its visits: a few grouped statements, each a function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from newsletter.campaigns.progress.seen import Days
from newsletter.campaigns.progress.window import Window
from newsletter.store.tables import consents, results, sign_ups

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BEGINS = ("given", "confirmed")
"""Of the consent log: from here on somebody subscribes."""


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
    day = func.min(table.happened_on).label("day")
    each = select(table.measure, day, numbers).where(window.brought(), once).group_by(*by).subquery()
    days = select(each.c.measure, each.c.day, func.sum(each.c.number)).group_by(each.c.measure, each.c.day)
    found: dict[str, Counter[date]] = {}
    for measure, on, number in connection.execute(days):
        found.setdefault(measure, Counter())[on] += int(number)
    return found


def attendance(connection: Connection, window: Window) -> int:
    """Seats taken at the events that are over; old rows do not tell when they were noted."""
    table = sign_ups.c
    known = or_(table.attended_noted_at.is_(None), window.known(table.attended_noted_at))
    noted = and_(table.attended.is_not(None), table.attended, known)
    held = [slug for slug, end in window.basis.events.items() if end.date() <= window.as_of]
    seats = select(func.coalesce(func.sum(table.seats), 0)).where(noted, table.event.in_(held))
    return int(connection.execute(seats).scalar_one())


def new_subscribers(connection: Connection, window: Window) -> Days:
    """People who began to subscribe in the period and never had before, by day."""
    log, start = consents.c, window.basis.start_of(window.first)
    begins = and_(log.kind.in_(_BEGINS), log.at < window.basis.end_of(window.last))
    told = func.min(case((window.known(log.recorded_at), log.at)), type_=log.at.type).label("told")
    first = select(told).where(begins).group_by(log.person_id).having(func.min(log.at) >= start).subquery()
    day = window.day_of(first.c.told)
    days = connection.execute(select(day, func.count()).where(first.c.told.is_not(None)).group_by(day)).all()
    found: Counter[date] = Counter()
    for number, persons in days:
        found[min(max(window.dated(number), window.first), window.last)] += persons
    return found


def held(window: Window) -> int:
    """Events that are over."""
    return sum(end.date() <= window.as_of for end in window.basis.events.values())
