"""The year's experience meeting: reminders before it, and measure points that go on from year to year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.campaigns.events.files import made_after
from newsletter.problems import Refused
from newsletter.workdays import workday_before

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event, MeasurePoint

REMINDERS = (90, 30, 7)
"""Days before an experience meeting on which somebody is to think of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PointBeside:
    """A measure point as this year's meeting and the one before have it; either may be without it."""

    point: str
    now: MeasurePoint | None
    before: MeasurePoint | None

    @property
    def row(self) -> dict[str, str | None]:
        """All that is said of it, this year and last."""
        return {
            "point": self.point,
            "target": self.now.target if self.now else None,
            "result": self.now.result if self.now else None,
            "last_target": self.before.target if self.before else None,
            "last_result": self.before.result if self.before else None,
        }


def reminders(event: Event) -> Iterator[tuple[int, date]]:
    """How many days before, and the day: a working day, and never a later one."""
    if event.kind == "experience-meeting" and not event.cancelled and event.external is None:
        for days in REMINDERS:
            yield days, workday_before(event.start.date() - timedelta(days=days))


def beside(event: Event, events: Mapping[str, Item[Event]]) -> list[PointBeside]:
    """The measure points of this year in order, then those of the meeting before that were not carried on."""
    before = events.get(event.follows or "")
    old = {_key(point): point for point in before.fields.measure_points} if before else {}
    ours = [PointBeside(point=each.point, now=each, before=old.pop(_key(each), None)) for each in event.measure_points]
    return [*ours, *(PointBeside(point=each.point, now=None, before=each) for each in old.values())]


def open_points(event: Event) -> list[MeasurePoint]:
    """The points nobody has told the result of."""
    return [point for point in event.measure_points if point.result is None]


def carried(last: Item[Event], day: date, *, every_point: bool = False) -> tuple[str, Event]:
    """The next experience meeting, with its short name: last year's open points without results. Raises Refused."""
    event = last.fields
    if event.kind != "experience-meeting":
        hint = "write `kind: experience-meeting` there, or plan a series: newsletter events series"
        raise Refused(f"{last.source.path} is a {event.kind}, no experience meeting", hint)
    if day <= event.start.date():
        raise Refused(f"{day} is not after {last.slug}, which is on {event.start.date()}", "give a later --date")
    points = event.measure_points if every_point else open_points(event)
    new = made_after(
        event,
        datetime.combine(day, event.start.time()),
        title=_in_year(event.title, event.start.year, day.year),
        follows=last.slug,
        measure_points=[{"point": point.point, "target": point.target} for point in points],
    )
    slug = _in_year(last.slug, event.start.year, day.year)
    return (f"{slug}-{day.year}" if slug == last.slug else slug), new


def _key(point: MeasurePoint) -> str:
    return " ".join(point.point.casefold().split())


def _in_year(text: str, before: int, after: int) -> str:
    """The text with the year in it changed, where it stands as a number by itself."""
    return re.sub(rf"(?<!\d){before}(?!\d)", str(after), text)
