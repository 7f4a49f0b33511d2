"""The year on one page: deadlines, reviews, sends, days off, events with their reminders, clock changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal

from newsletter.campaigns.events.experience import reminders
from newsletter.campaigns.events.ics import sequence_of
from newsletter.delivery.schedule.wall import clock_changes
from newsletter.workdays import ONE_DAY, SCHOOL_HOLIDAYS, holiday_name, is_between_holidays

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.content.items import Event
    from newsletter.delivery.schedule.outings import Outing
    from newsletter.workspace import Workspace

Kind = Literal[
    "holiday",
    "between-holidays",
    "school-holiday",
    "clock-change",
    "content-deadline",
    "review",
    "send",
    "reminder",
    "event",
]
KINDS: tuple[Kind, ...] = (
    "holiday",
    "between-holidays",
    "school-holiday",
    "clock-change",
    "content-deadline",
    "review",
    "send",
    "reminder",
    "event",
)
"""In the order they stand on one day."""
CANCELLED = "cancelled"
"""State of an event that is called off."""
IN_DAYS = {"da": "om {} dage", "en": "in {} days"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Something of the year. Wall clock; without `at` it takes whole days, from `day` to `last`, both included."""

    kind: Kind
    key: str
    """Its name among those of its kind, the same for ever."""
    day: date
    last: date
    title: str = ""
    at: time | None = None
    end: datetime | None = None
    state: str = ""
    issue: str | None = None
    campaign: str | None = None
    sequence: int = 0
    """Of an event: how often its time, its place or its being held has changed."""

    @property
    def week(self) -> int:
        """The ISO week, as Danish business counts."""
        return self.day.isocalendar().week

    @property
    def order(self) -> tuple[date, time, int, str]:
        """What it is sorted by."""
        return self.day, self.at or time(), KINDS.index(self.kind), self.key


def year_of(workspace: Workspace, outings: Sequence[Outing], year: int) -> list[Entry]:
    """All entries that touch the year, in order."""
    entries = [
        *_days_off(year),
        *_school_holidays(year),
        *_clock_changes(workspace.settings.zone, year),
        *(entry for outing in outings for entry in _of_outing(outing)),
        *_events(workspace),
    ]
    return sorted((each for each in entries if each.day.year <= year <= each.last.year), key=lambda each: each.order)


def _of_outing(outing: Outing) -> Iterator[Entry]:
    def entry(kind: Kind, day: date, at: time | None = None) -> Entry:
        return Entry(
            kind=kind,
            key=outing.key,
            day=day,
            last=day,
            at=at,
            title=outing.title,
            state=outing.state,
            issue=outing.issue,
            campaign=outing.campaign,
        )

    yield entry("content-deadline", outing.deadline.date())
    yield entry("review", outing.review)
    yield entry("send", outing.wall.date(), outing.wall.time())


def _days_off(year: int) -> Iterator[Entry]:
    day = date(year, 1, 1)
    while day.year == year:
        if holiday_name(day):
            yield Entry(kind="holiday", key=f"{day}", day=day, last=day, title=holiday_name(day))
        elif is_between_holidays(day):
            yield Entry(kind="between-holidays", key=f"{day}", day=day, last=day, title="klemmedag")
        day += ONE_DAY


def _school_holidays(year: int) -> Iterator[Entry]:
    for weeks, name in SCHOOL_HOLIDAYS.items():
        first, last = date.fromisocalendar(year, weeks[0], 1), date.fromisocalendar(year, weeks[-1], 7)
        title = f"{name} (uge {weeks[0]}-{weeks[-1]})" if len(weeks) > 1 else f"{name} (uge {weeks[0]})"
        yield Entry(kind="school-holiday", key=f"{first}", day=first, last=last, title=title)


def _clock_changes(zone: ZoneInfo, year: int) -> Iterator[Entry]:
    for change in clock_changes(zone, year):
        day = min(change.before, change.after).date()
        title = f"{change.before:%H:%M} → {change.after:%H:%M}"
        yield Entry(kind="clock-change", key=f"{day}", day=day, last=day, title=title)


def _events(workspace: Workspace) -> Iterator[Entry]:
    for slug, event in sorted(workspace.items["event"].items()):
        yield _event(slug, event.fields)
        for days, day in reminders(event.fields):
            title = f"{event.fields.title} ({IN_DAYS[workspace.settings.language].format(days)})"
            yield Entry(kind="reminder", key=f"{slug}-{days}", day=day, last=day, title=title)


def _event(slug: str, event: Event) -> Entry:
    return Entry(
        kind="event",
        key=slug,
        day=event.start.date(),
        last=event.last_day,
        at=None if event.takes_whole_days else event.start.time(),
        end=None if event.takes_whole_days else event.end,
        title=event.title,
        state=CANCELLED if event.cancelled else "",
        sequence=sequence_of(event),
    )
