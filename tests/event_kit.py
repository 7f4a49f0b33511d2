"""Events for tests, and two readers of calendar files: icalendar, and ical, which is strict."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from support import EVENT, SETTINGS, item, source

from newsletter.fields import read_yaml, validate
from newsletter.settings import Settings

if TYPE_CHECKING:
    from newsletter.content.item import Item


def wall(text: str) -> datetime:
    """A wall clock, `2027-01-14 08:30`."""
    return datetime.fromisoformat(text)


def settings_of(more: str = "") -> Settings:
    """The small workspace's settings, with other lines after them."""
    return validate(Settings, read_yaml(source(SETTINGS + more, "newsletter.yml")))


def event_of(slug: str = "morgenmoede", **keys: Any) -> Item[Any]:
    """The small workspace's event with other keys; None takes one out."""
    lines = [line for line in EVENT.splitlines()[1:-1] if line.partition(":")[0] not in keys]
    lines += [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return item("events", slug, "\n".join(["---", *lines, "---", ""]))


def changed(event: Item[Any], **fields: Any) -> Item[Any]:
    """The event with other values, of whatever letters."""
    return type(event)(**{**vars(event), "fields": event.fields.model_copy(update=fields)})


def both_read(text: str) -> tuple[Any, Any]:
    """The only event of a calendar file, as icalendar and as ical read it; the file has the form it must have."""
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (theirs,) = Calendar.from_ical(text).walk("VEVENT")
    (strict,) = IcsCalendarStream.calendar_from_ics(text).events
    return theirs, strict
