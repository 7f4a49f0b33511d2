"""What a layout sees of an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.events.experience import beside
from newsletter.layouts.slots import Fixed, Later

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.layouts.views import Scene

View = dict[str, Any]


def event_view(scene: Scene, item: Item[Event]) -> View:
    """An event, its date cut up for a badge and told in full, with its calendar file and data for mail clients.

    Nobody signs up for what is cancelled, and to others' events only where they say.
    """
    event, words = item.fields, scene.words
    own_page = None if event.external else Later(f"item.sign-up/{item.slug}")
    return {
        "day": str(event.start.day),
        "month": words.short_month(event.start),
        "when": _when(scene, event),
        "place": event.where,
        "online": event.online,
        "host": event.host,
        "speaker": event.speaker,
        "capacity": str(event.capacity) if event.capacity else None,
        "program": list(event.program),
        "sign_up_by": words.day(event.sign_up_by) if event.sign_up_by else None,
        "sign_up": None if event.cancelled else event.sign_up or own_page,
        "calendar": Later(f"asset.events/{item.slug}.ics"),
        "json_ld": _json_ld(scene, item),
        "cancelled": event.cancelled,
        "kind": Fixed(event.kind),
        "organizer": event.external.organizer if event.external else None,
        "measure_points": [each.row for each in beside(event, scene.events)],
    }


def _when(scene: Scene, event: Event) -> str:
    if event.takes_whole_days:
        return scene.words.days(event.start.date(), event.last_day)
    return scene.words.span(event.start, event.end)


def _json_ld(scene: Scene, item: Item[Event]) -> str:
    """Schema.org Event, which some mail clients show and put into the calendar."""
    event, zone = item.fields, scene.settings.zone
    places: list[View] = []
    if event.place:
        places.append({"@type": "Place", "name": event.place.name, "address": event.place.address or event.place.name})
    if event.online:
        places.append({"@type": "VirtualLocation", "url": event.online})
    mode = {(True, False): "Offline", (False, True): "Online"}.get((bool(event.place), bool(event.online)), "Mixed")
    start, end = (each.replace(tzinfo=zone).isoformat() for each in (event.start, event.end))
    if event.takes_whole_days:
        start, end = f"{event.start.date()}", f"{event.last_day}"
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "startDate": start,
        "endDate": end,
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "eventStatus": f"https://schema.org/Event{'Cancelled' if event.cancelled else 'Scheduled'}",
        "location": places[0] if len(places) == 1 else places,
        "organizer": {"@type": "Organization", "name": event.external.organizer if event.external else event.host},
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
