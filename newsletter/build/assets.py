"""Pictures and calendar files, published under names that carry their digest: a sent mail never changes its picture."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from newsletter.workspace import IMAGES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.build.cache import Cache
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.workspace import Workspace

ASSETS = "assets"
"""Folder below build/ and below the public address."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file that letters point to: its published name, the SHA-256 of its bytes, and how to get them."""

    name: str
    digest: str
    read: Callable[[], bytes]


def assets_for(workspace: Workspace, names: Iterable[str], cache: Cache) -> dict[str, Asset]:
    """The assets behind slots such as `images/logo.png` and `events/aarsmoede.ics`, by slot name.

    A name nobody has is left out; the checks tell the author.
    """
    found: dict[str, Asset] = {}
    for name in sorted(names):
        folder, _, file = name.partition("/")
        if folder == "images" and file in workspace.images:
            image = workspace.images[file]
            found[name] = _asset(file, image.digest, (workspace.root / IMAGES / file).read_bytes)
        elif folder == "events" and file.removesuffix(".ics") in workspace.items["event"]:
            event = workspace.items["event"][file.removesuffix(".ics")]
            found[name] = _calendar(workspace, event, file, cache)
    return found


def _asset(file: str, digest: str, read: Callable[[], bytes]) -> Asset:
    path = PurePosixPath(file)
    return Asset(name=f"{path.stem}-{digest[:12]}{path.suffix.lower()}", digest=digest, read=read)


def _calendar(workspace: Workspace, event: Item[Any], file: str, cache: Cache) -> Asset:
    settings = workspace.settings
    host = settings.public_url.partition("://")[2].partition("/")[0]
    inputs = [event.slug, event.source.text, settings.time_zone, host]
    text: str = cache.get_or("calendar", inputs, lambda: calendar_text(event, settings.zone, host))
    data = text.encode()
    return _asset(file, hashlib.sha256(data).hexdigest(), lambda: data)


def calendar_text(event: Item[Event], zone: ZoneInfo, host: str) -> str:
    """The event as iCalendar (RFC 5545), to be put into a calendar: METHOD PUBLISH, nobody invited (RFC 5546 § 3.2.1).

    The stamp is the day the file says nothing newer about, its start, so that the same file gives the same bytes.
    """
    from datetime import UTC, date

    from icalendar import Calendar
    from icalendar import Event as Entry

    fields = event.fields
    entry = Entry()
    start = fields.start.replace(tzinfo=zone)
    entry.add("uid", f"{event.slug}@{host}")
    entry.add("dtstamp", start.astimezone(UTC))
    entry.add("dtstart", start)
    entry.add("dtend", fields.end.replace(tzinfo=zone))
    entry.add("summary", fields.title)
    entry.add("description", fields.summary)
    if fields.place:
        entry.add("location", ", ".join(filter(None, [fields.place.name, fields.place.address])))
    if fields.online:
        entry.add("url", fields.online)
    calendar = Calendar()
    calendar.add("prodid", "-//newsletter//newsletter//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    calendar.add_missing_timezones(date(start.year, 1, 1), date(fields.end.year + 1, 1, 1))
    text: str = calendar.to_ical().decode()
    return text
