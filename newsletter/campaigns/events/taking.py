"""Others' events as files of ours: new ones, and those we had already, found by their UID."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from newsletter.campaigns.events.files import event_text, path_of
from newsletter.campaigns.events.ics import calendar_facts_digest
from newsletter.content.draft import slug_of
from newsletter.content.items import Event, EventPlace

if TYPE_CHECKING:
    from datetime import date

    from newsletter.campaigns.events.foreign import Foreign, ForeignCalendar
    from newsletter.content.item import Item

State = Literal["new", "changed", "cancelled", "unchanged"]
TAG = "eksternt"
"""Every event of others has it, so that a block can ask for them."""
WORDS = {
    "da": {"place": "Sted: se arrangørens kalender", "summary": "Arrangement hos {}.", "link": "Læs mere hos {}"},
    "en": {"place": "Place: see the organizer's calendar", "summary": "Held by {}.", "link": "Read more at {}"},
}
_SLUG = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What becomes of one of their events: its file, and the file's text unless it stays as it is."""

    slug: str
    event: Event
    state: State
    text: str

    @property
    def path(self) -> str:
        """Its file."""
        return path_of(self.slug)


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where they come from: who holds them unless an event says otherwise, and the calendar's name."""

    organizer: str
    source: str
    language: str


def take(calendar: ForeignCalendar, events: Mapping[str, Item[Event]], origin: Origin, today: date) -> list[Taken]:
    """All that the calendar comes to. An event that is off is taken only when we know it."""
    known = {each.fields.external.uid: each for each in events.values() if each.fields.external}
    names, taken = set(events), []
    for foreign in calendar.events:
        if foreign.uid in known:
            taken.append(_again(known[foreign.uid], foreign, origin))
        elif not foreign.cancelled:
            slug = _free(foreign, names)
            names.add(slug)
            event = _new(foreign, origin)
            taken.append(Taken(slug=slug, event=event, state="new", text=event_text(event, "")))
    return [*taken, *_fallen_out(calendar, known, today)]


def _fallen_out(calendar: ForeignCalendar, known: Mapping[str, Item[Event]], today: date) -> Iterator[Taken]:
    """Occurrences to come that we have of an event that comes back, and that it has no longer."""
    held = {each.uid for each in calendar.events}
    for uid, item in sorted(known.items()):
        comes_back = uid.rpartition("/")[0] in calendar.recurring
        if comes_back and uid not in held and item.fields.start.date() >= today and not item.fields.cancelled:
            yield _written(item, {"cancelled": True})


def _again(item: Item[Event], foreign: Foreign, origin: Origin) -> Taken:
    """An event we have: its time, place and title follow their calendar; what we wrote ourselves stays."""
    if foreign.cancelled:
        return _written(item, {"cancelled": True})
    return _written(item, {**_facts(foreign, origin), "cancelled": False})


def _written(item: Item[Event], values: dict[str, Any]) -> Taken:
    before = item.fields
    after = before.model_copy(update=values)
    moved = calendar_facts_digest(before) != calendar_facts_digest(after)
    revived = before.cancelled and not after.cancelled
    after = after.model_copy(update={"sequence": before.sequence + (2 if revived else moved)})
    if after == before:
        return Taken(slug=item.slug, event=before, state="unchanged", text="")
    state: State = "cancelled" if after.cancelled and not before.cancelled else "changed"
    return Taken(slug=item.slug, event=after, state=state, text=event_text(after, item.body))


def _new(foreign: Foreign, origin: Origin) -> Event:
    words = WORDS[origin.language]
    organizer = origin.organizer or foreign.organizer or origin.source
    link = {"text": words["link"].format(organizer), "url": foreign.url} if foreign.url else None
    return Event.model_validate(
        {
            **{name: _dumped(value) for name, value in _facts(foreign, origin).items()},
            "summary": foreign.summary or words["summary"].format(organizer),
            "host": organizer,
            "tags": [TAG],
            "link": link,
            "external": {"organizer": organizer, "uid": foreign.uid, "source": origin.source},
        }
    )


def _facts(foreign: Foreign, origin: Origin) -> dict[str, Any]:
    words = WORDS[origin.language]
    online = re.fullmatch(r"https?://\S+", foreign.place)
    return {
        "title": foreign.title or words["summary"].format(origin.organizer or origin.source).rstrip("."),
        "start": foreign.start,
        "end": foreign.end,
        "place": None if online else EventPlace(name=foreign.place or words["place"]),
        "online": foreign.place if online else None,
    }


def _dumped(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _free(foreign: Foreign, names: set[str]) -> str:
    """A short name that no event has: title and day."""
    title = slug_of(foreign.title)[:_SLUG].strip("-") or "arrangement"
    slug = wanted = f"{title}-{foreign.start:%Y-%m-%d}"
    number = 2
    while slug in names:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
