"""The year as iCalendar (RFC 5545), to be put into everybody's own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.events import ics
from newsletter.delivery.schedule.wall import moment_of
from newsletter.delivery.schedule.year import CANCELLED
from newsletter.workdays import ONE_DAY

if TYPE_CHECKING:
    from newsletter.delivery.schedule.year import Entry, Kind
    from newsletter.settings import Settings

LABELS: dict[str, dict[Kind, str]] = {
    "da": {
        "holiday": "Fridag",
        "between-holidays": "Mellem fridage",
        "school-holiday": "Skoleferie",
        "clock-change": "Uret stilles",
        "content-deadline": "Indhold klar",
        "review": "Godkendes senest",
        "send": "Udsendes",
        "reminder": "Husk",
        "event": "",
    },
    "en": {
        "holiday": "Day off",
        "between-holidays": "Between days off",
        "school-holiday": "School holiday",
        "clock-change": "Clocks change",
        "content-deadline": "Content ready",
        "review": "Approve by",
        "send": "Send",
        "reminder": "Remember",
        "event": "",
    },
}
NO_ISSUE = {"da": "intet nummer endnu", "en": "no issue yet"}


def calendar_file(settings: Settings, entries: Sequence[Entry]) -> bytes:
    """The entries as one calendar. The same entries give the same bytes, and each keeps its UID from year to year.

    Timed entries are told in UTC, so no time zone's rules need to travel along; whole days end the day after their
    last one (§ 3.6.1), and take nobody's time.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", ics.PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", settings.title)  # RFC 7986 § 5.1
    calendar.add("x-wr-calname", settings.title)
    for entry in entries:
        calendar.add_component(_event(settings, entry))
    data: bytes = calendar.to_ical()
    return data


def _event(settings: Settings, entry: Entry) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", uid(settings, entry))
    event.add("summary", _summary(entry, settings.language))
    if entry.kind == "event":
        event.add("sequence", entry.sequence)
        event.add("status", "CANCELLED" if entry.state == CANCELLED else "CONFIRMED")
    event.add("categories", [entry.kind])
    if entry.at is None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.last + ONE_DAY)
        event.add("transp", "TRANSPARENT")
    else:
        start = moment_of(datetime.combine(entry.day, entry.at), settings.zone)
        event.add("dtstart", start)
        if entry.end is not None:
            event.add("dtend", moment_of(entry.end, settings.zone))
    # A stamp is due (§ 3.8.7.2); one that follows from the entry keeps a second export the same.
    event.add("dtstamp", _stamp(entry.day))
    return event


def uid(settings: Settings, entry: Entry) -> str:
    """Its name in all calendars; an event has the one of its own calendar file."""
    return ics.uid(entry.key if entry.kind == "event" else f"{entry.kind}.{entry.key}", settings)


def _summary(entry: Entry, language: str) -> str:
    label = LABELS[language][entry.kind]
    missing = f" ({NO_ISSUE[language]})" if entry.kind != "event" and entry.campaign and not entry.issue else ""
    if entry.kind == "event" and entry.state == CANCELLED:
        label = ics.WORDS[language]["cancelled"]
    return f"{label}: {entry.title}{missing}" if label else entry.title


def _stamp(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
