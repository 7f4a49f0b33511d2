"""An event as iCalendar: the one place that writes it (RFC 5545, 5546, 6047)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from newsletter.campaigns.events.zone import timezone_lines
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.settings import Settings

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]

PRODUCT = "-//newsletter//newsletter//DA"
OCTETS = 75
"""Of a line, without its end (RFC 5545 § 3.1)."""
WORDS = {
    "da": {"cancelled": "Aflyst", "online": "Følg med online"},
    "en": {"cancelled": "Cancelled", "online": "Join online"},
}
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ADDRESS = "!#$%&'()*+,/:;=?@[]~-._"
"""What stays as it is in an address."""


def calendar_text(
    events: Sequence[Item[Event]], settings: Settings, method: Method = "PUBLISH", stamp: datetime | None = None
) -> str:
    """The events as one calendar file, lines ending in CRLF. The same files give the same bytes.

    PUBLISH is put into a calendar; REQUEST asks for an answer; CANCEL takes the event back. Nobody's name is in it: who
    is invited is put into each mail (delivery/message/calendar.py). `stamp` says when it was written; left out, it is
    the start of the event, which follows from its file. Raises Refused for what a method cannot say.
    """
    for event in events:
        _refuse(event, method)
    years = [each.year for event in events for each in (event.fields.start, event.fields.end)]
    lines = ["BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", f"METHOD:{method}"]
    if not all(event.fields.takes_whole_days for event in events):
        lines += timezone_lines(settings.zone, min(years), max(years))
    for event in events:
        lines += _event(event, settings, stamp)
    return "".join(f"{piece}\r\n" for line in [*lines, "END:VCALENDAR"] for piece in fold(line))


def method_of(event: Event) -> Method:
    """What the event's file in the newsletter says to a calendar: here it is, or it is off."""
    return "CANCEL" if event.cancelled else "PUBLISH"


def uid(slug: str, settings: Settings) -> str:
    """The event's name in all calendars, the same for ever."""
    return f"{slug}@{settings.public_url.partition('://')[2].partition('/')[0]}"


def organizer_of(settings: Settings) -> str:
    """Whom calendars answer: a mailbox that somebody reads."""
    return settings.answers_to


def sequence_of(event: Event) -> int:
    """SEQUENCE: as the file says, and one more when it is cancelled, since calendars take the higher one."""
    return event.sequence + event.cancelled


def calendar_facts_digest(event: Event) -> str:
    """A mark of what stands in people's calendars: title, time, place. When it changes, `sequence` must be raised."""
    facts = [event.title, f"{event.start}", f"{event.end}", event.where, event.online]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def fold(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, a space before all but the first; no letter is cut in two."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece


def _refuse(event: Item[Event], method: Method) -> None:
    fields, path = event.fields, event.source.path
    if fields.external and method == "REQUEST":
        text = f"{path} is an event of others ({fields.external.organizer}): they invite to it, not we"
        raise Refused(text, "show it in the newsletter; it has a calendar file there")
    if fields.cancelled and method == "REQUEST":
        raise Refused(f"{path} says that it is cancelled", "take `cancelled` out and raise `sequence` by two")
    if not fields.cancelled and method == "CANCEL":
        raise Refused(f"{path} does not say that it is cancelled", "write `cancelled: true` there first")


def _event(event: Item[Event], settings: Settings, stamp: datetime | None) -> Iterator[str]:
    fields, words = event.fields, WORDS[settings.language]
    yield "BEGIN:VEVENT"
    yield f"UID:{uid(event.slug, settings)}"
    yield f"DTSTAMP:{(stamp or fields.start.replace(tzinfo=settings.zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{sequence_of(fields)}"
    for name, wall in (("DTSTART", fields.start), ("DTEND", fields.end)):
        if fields.takes_whole_days:
            yield f"{name};VALUE=DATE:{wall:%Y%m%d}"
        else:
            yield f"{name};TZID={settings.time_zone}:{wall:%Y%m%dT%H%M%S}"
    yield "SUMMARY:" + escaped(f"{words['cancelled']}: {fields.title}" if fields.cancelled else fields.title)
    online = f"\n\n{words['online']}: {fields.online}" if fields.online else ""
    yield "DESCRIPTION:" + escaped(fields.summary + online)
    if fields.where:
        yield "LOCATION:" + escaped(fields.where)
    address = fields.online or (fields.link.url if fields.link else None)
    if address:
        yield "URL:" + quote(address, safe=_ADDRESS)
    name = _held(settings.sender.name).replace('"', "'").replace("\n", " ")
    yield f'ORGANIZER;CN="{name}":mailto:{organizer_of(settings)}'
    yield "STATUS:" + ("CANCELLED" if fields.cancelled else "CONFIRMED")
    yield "END:VEVENT"


def escaped(text: str) -> str:
    r"""A text as a value (RFC 5545 § 3.3.11): `\\`, `\;`, `\,` and `\n`."""
    return re.sub(r"([\\;,])", r"\\\1", _held(text)).replace("\n", "\\n")


def _held(text: str) -> str:
    """What of a text a calendar can hold: line breaks of one kind, no control characters."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))
