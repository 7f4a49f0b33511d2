"""What to think of before a time is taken: shown, never refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.delivery.schedule.wall import comes_twice, wall_of, written
from newsletter.workdays import SATURDAY, holiday_name, is_between_holidays, school_holiday

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NIGHT_ENDS = 6
FAR = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caution:
    """Something to think of: a stable code, and a sentence."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A time that is asked for: the wall clock, and what it is held against."""

    wall: datetime
    zone: ZoneInfo
    now: datetime
    deadline: datetime
    """Wall clock by which the content must be ready."""
    shown_for: datetime | None = None
    """The time the issue's file says: what it shows is chosen for then."""
    same_day: Sequence[str] = ()
    """Other issues planned for the day."""


def cautions(asked: Asked) -> list[Caution]:
    """All that is to be thought of, the day first."""
    return [*_of_the_day(asked.wall), *_of_the_clock(asked), *_of_the_work(asked)]


def _of_the_day(wall: datetime) -> Iterator[Caution]:
    day = wall.date()
    week = f"uge {day.isocalendar().week}"
    if holiday_name(day):
        yield Caution(code="holiday", text=f"{day} is a holiday: {holiday_name(day)}")
    elif day.weekday() >= SATURDAY:
        yield Caution(code="weekend", text=f"{day} is a {day:%A}: offices are closed")
    if is_between_holidays(day):
        yield Caution(code="between-holidays", text=f"{day} lies between days off (klemmedag): many are away")
    if name := school_holiday(day):
        yield Caution(code="school-holiday", text=f"{week} is school holiday ({name}): many are away")


def _of_the_clock(asked: Asked) -> Iterator[Caution]:
    wall = asked.wall
    if wall.hour < NIGHT_ENDS:
        yield Caution(code="night", text=f"{wall:%H:%M} is in the night; mails to companies are read by day")
    if comes_twice(wall, asked.zone):
        text = f"clocks show {written(wall)} twice, since they are put back; the first one is taken (summer time)"
        yield Caution(code="clock-change", text=text)


def _of_the_work(asked: Asked) -> Iterator[Caution]:
    here = wall_of(asked.now, asked.zone)
    if asked.wall - here > FAR:
        yield Caution(code="far", text="that is more than a year away; is the year right?")
    if here > asked.deadline:
        text = f"the content should have been ready by {written(asked.deadline)}: look at the whole issue once more"
        yield Caution(code="deadline", text=text)
    if asked.shown_for is not None and asked.shown_for.date() != asked.wall.date():
        text = (
            f"what the issue shows is chosen for {written(asked.shown_for)}, as its file says; "
            f"write `send: {written(asked.wall)}` there instead, and build again"
        )
        yield Caution(code="other-day", text=text)
    for issue in asked.same_day:
        yield Caution(code="same-day", text=f"{issue} goes out on the same day")
