"""Files of events, written from what is known of them. A file that is there is never written over by a new one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.content.draft import BODY, as_file
from newsletter.content.item import read_item
from newsletter.problems import Refused, guess
from newsletter.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.content.item import Item
    from newsletter.content.items import Event

FOLDER = "content/events"
COPIED = ("title", "summary", "tags", "place", "online", "host", "capacity", "series", "kind", "network")
"""What a meeting has from the one it is made after. Speaker, program and sign-up are its own."""


def path_of(slug: str) -> str:
    """The file of an event."""
    return f"{FOLDER}/{slug}.md"


def event_named(events: Mapping[str, Item[Event]], slug: str) -> Item[Event]:
    """The event with this short name. Raises Refused with a guess."""
    if slug not in events:
        raise Refused(f"there is no event {slug!r}: no file {path_of(slug)} that can be read", guess(slug, events))
    return events[slug]


def event_text(event: Event, body: str = BODY) -> str:
    """The event's file. Raises Invalid when it could not be read back."""
    text = as_file(_plain(event.model_dump(exclude_defaults=True)), body)
    read_item(Source(path=path_of("x"), text=text, digest=""), "events")
    return text


def made_after(like: Event, start: datetime, **changes: Any) -> Event:
    """A new event like another one: as long as that, and its last day to sign up as long before it."""
    span = start - like.start
    by = like.sign_up_by + timedelta(days=(start.date() - like.start.date()).days) if like.sign_up_by else None
    kept = {name: getattr(like, name) for name in COPIED if name in like.model_fields_set}
    values = {**kept, "start": start, "end": like.end + span, "sign_up_by": by, **changes}
    return type(like).model_validate({name: _dumped(value) for name, value in values.items() if value is not None})


def write_new(root: Path, slug: str, text: str) -> str:
    """Write a file that is not there yet; its path. Raises Refused when it is."""
    path = root / path_of(slug)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise Refused(f"{path_of(slug)} is there already", "rename one of the two, or mend that file") from error
    return path_of(slug)


def _dumped(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _plain(value: Any) -> Any:
    """As an author would write it: times to the minute, lists, dates."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else value
