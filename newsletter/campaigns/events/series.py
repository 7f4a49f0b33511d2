"""Series: the next meetings by their cadence, and the one that is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from newsletter.campaigns.events.files import made_after
from newsletter.campaigns.schedule import minding_holidays, nth_day
from newsletter.workdays import holiday_name

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Holiday
    from newsletter.content.item import Item
    from newsletter.content.items import Cadence, Event

STEPS: dict[Cadence, int] = {"month": 1, "2 months": 2, "quarter": 3, "half-year": 6, "year": 12}
"""Months from one meeting to the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """The meetings that are wanted. `first` is the day before which there is none."""

    series: str
    every: Cadence
    on: str
    at: time
    count: int
    first: date
    holiday: Holiday = "next workday"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """One meeting of a wish: its file to be, or why there is none. `note` says what was minded."""

    month: str
    slug: str
    event: Event | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """A series whose next meeting has no file: the month it is due in, and the last one there was."""

    series: str
    due: str
    last: str


def meetings(wish: Wish, like: Event, events: Mapping[str, Item[Event]]) -> list[Meeting]:
    """What the wish comes to, month by month. Nothing that is there is made again."""
    month = _month(wish.first)
    if nth_day(wish.on, month) < wish.first:
        month = _on(month, 1)
    step = STEPS[wish.every]
    return [_meeting(wish, like, events, _on(month, number * step)) for number in range(wish.count)]


def next_first(series: str, events: Mapping[str, Item[Event]], every: Cadence, today: date) -> date:
    """The first day of the month in which the series goes on: after its last meeting, or today when it has none."""
    last = max((each.fields.start.date() for each in _of(series, events)), default=None)
    return today if last is None else date.fromisoformat(f"{_on(_month(last), STEPS[every])}-01")


def lacks(events: Mapping[str, Item[Event]], today: date) -> Iterator[Lack]:
    """Every series that says a cadence, and has no meeting when its next one is due."""
    held: dict[str, list[Item[Event]]] = defaultdict(list)
    for event in sorted(events.values(), key=lambda each: each.fields.start):
        if event.fields.series and _counts(event.fields):
            held[event.fields.series].append(event)
    for series, row in sorted(held.items()):
        cadence = next((each.fields.cadence for each in reversed(row) if each.fields.cadence), None)
        past = [each for each in row if each.fields.start.date() <= today]
        if cadence is None or not past:
            continue
        due = _on(_month(past[-1].fields.start), STEPS[cadence])
        coming = row[len(past) :]
        if not coming or _month(coming[0].fields.start) > due:
            yield Lack(series=series, due=due, last=past[-1].slug)


def _meeting(wish: Wish, like: Event, events: Mapping[str, Item[Event]], month: str) -> Meeting:
    slug = f"{wish.series}-{month}"
    there = next((each.slug for each in _of(wish.series, events) if _month(each.fields.start) == month), None)
    if there or slug in events:
        return Meeting(month=month, slug=slug, note=f"{there or slug} is there already")
    wanted = nth_day(wish.on, month)
    day = minding_holidays(wanted, wish.holiday)
    why = f"{wanted} is {holiday_name(wanted) or f'a {wanted:%A}'}"
    if day is None:
        return Meeting(month=month, slug=slug, note=f"left out: {why}")
    start = datetime.combine(day, wish.at)
    event = made_after(like, start, series=wish.series, cadence=wish.every)
    return Meeting(month=month, slug=slug, event=event, note="" if day == wanted else f"moved: {why}")


def _of(series: str, events: Mapping[str, Item[Event]]) -> Iterator[Item[Event]]:
    return (each for each in events.values() if each.fields.series == series and _counts(each.fields))


def _counts(event: Event) -> bool:
    return not event.cancelled and event.external is None


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _on(month: str, count: int) -> str:
    """The month `count` months later."""
    year, number = map(int, month.split("-"))
    year, number = divmod(year * 12 + number - 1 + count, 12)
    return f"{year:04d}-{number + 1:02d}"
