"""A campaign's report: the register asked, each promise beside what became of it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletter.campaigns.progress import figures, funnel, parts
from newsletter.campaigns.progress.advice import proposals, remarks
from newsletter.campaigns.progress.forecast import Pace
from newsletter.campaigns.progress.keeping import Kept, kept
from newsletter.campaigns.progress.lines import Found, Lines
from newsletter.campaigns.progress.measures import MEASURES, definition
from newsletter.campaigns.progress.seen import visited
from newsletter.campaigns.progress.values import Definition, Line, Point, Report, Week
from newsletter.campaigns.progress.window import Window

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.progress.basis import Basis

_ALWAYS = ("funnel", "cooperation_rate")
"""Measures that are told whatever is promised."""
_SUNDAY = timedelta(days=6)


def report(connection: Connection, basis: Basis, as_of: date) -> Report:
    """The campaign as it was known at the end of a day."""
    window = Window(basis=basis, as_of=as_of)
    found = _found(connection, window)
    lines = Lines(basis=basis, as_of=as_of, found=found)
    told = lines.all()
    period, elsewhere = basis.campaign.period, parts.unplanned(found.visited, basis)
    return Report(
        campaign=basis.slug,
        title=basis.campaign.title,
        owner=basis.campaign.owner,
        first=period.first,
        last=period.last,
        as_of=as_of,
        language=basis.language,
        lines=told,
        burn_up=tuple(_burn_up(lines, told[0])),
        weeks=tuple(_weeks(lines)),
        funnel=funnel.stages(connection, window, found.visited.companies),
        definitions=_definitions(told, basis),
        remarks=tuple(remarks(lines)),
        proposals=tuple(proposals(lines, told)),
        unplanned=elsewhere,
        names=parts.names(elsewhere, basis),
        later=found.visited.others["later"],
    )


def _found(connection: Connection, window: Window) -> Found:
    """What the register says; nothing is asked that nobody promised."""
    targets = window.basis.campaign.targets
    visits, promised = visited(connection, window), targets.follow_up
    return Found(
        visited=visits,
        kept=kept(connection, window, promised.within_days, visits) if promised else Kept(),
        sums=figures.sums(connection, window),
        firsts=figures.firsts(connection, window),
        held=figures.held(window),
        attendance=figures.attendance(connection, window) if targets.attendance is not None else 0,
        new_subscribers=figures.new_subscribers(connection, window) if targets.new_subscribers is not None else {},
    )


def _burn_up(lines: Lines, whole: Line) -> Iterator[Point]:
    """Visits by the end of each week, of the first and the last day, and of the day of the report."""
    plan, as_of, days = lines.basis.plan, lines.as_of, lines.found.visited.days
    target, total = lines.basis.campaign.targets.visits.total, lines.found.visited.total
    so_far = target * plan.part(plan.first, as_of)
    pace = Pace(counted=total, planned=so_far, dispersion=lines.outlook.dispersion)
    ends = (monday + _SUNDAY for monday in plan.weeks)
    for day in sorted({plan.first, plan.last, as_of, *ends}):
        if plan.first <= day <= plan.last:
            due = target * plan.part(plan.first, day)
            past = day <= as_of
            yield Point(
                day=day,
                plan=round(due, 1),
                actual=sum(number for each, number in days.items() if each <= day) if past else None,
                forecast=None if past or whole.forecast is None else pace.forecast(due - so_far),
            )


def _weeks(lines: Lines) -> Iterator[Week]:
    """The weeks of the period up to the day of the report."""
    days = lines.found.visited.days
    for monday in lines.basis.plan.weeks:
        if lines.visits.begun and monday <= lines.as_of:
            visits = sum(number for day, number in days.items() if monday <= day <= monday + _SUNDAY)
            yield Week(monday=monday, visits=visits, inside=True)


def _definitions(told: tuple[Line, ...], basis: Basis) -> tuple[Definition, ...]:
    """What the report's numbers count."""
    shown = {line.measure for line in told}
    return tuple(definition(each, basis.language) for each in MEASURES if each in shown or each in _ALWAYS)
