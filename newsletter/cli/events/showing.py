"""What is told of an event, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.workspace import Workspace


def seats_taken(root: Path, workspace: Workspace) -> dict[str, dict[str, int]] | None:
    """Event → state → seats, when there is a register."""
    from newsletter.cli.doors import opened
    from newsletter.store.register import find_register

    if find_register(root, workspace.settings) is None:
        return None
    from newsletter.campaigns.events.counts import seats

    with opened(root) as (_, register), register.read() as connection:
        return seats(connection)


def facts(event: Item[Event], taken: Mapping[str, Mapping[str, int]] | None) -> dict[str, Any]:
    """An event's row. Without a register nobody knows who has signed up."""
    from newsletter.campaigns.events.ics import sequence_of

    fields = event.fields
    counted = None if taken is None else taken.get(event.slug, {})
    return {
        "event": event.slug,
        "title": fields.title,
        "start": fields.start.isoformat(" ", "minutes"),
        "end": fields.end.isoformat(" ", "minutes"),
        "place": fields.where,
        "online": fields.online,
        "kind": fields.kind,
        "series": fields.series,
        "capacity": fields.capacity,
        "signed_up": None if counted is None else counted.get("signed-up", 0),
        "waiting": None if counted is None else counted.get("waiting", 0),
        "sequence": sequence_of(fields),
        "cancelled": fields.cancelled,
        "organizer": fields.external.organizer if fields.external else None,
    }


def when(fields: Event) -> str:
    """`Thu 2027-01-21 08:30-10:30`, in the terminal's own way; whole days without a time."""
    first, last = fields.start, fields.end
    if fields.takes_whole_days:
        return f"{first:%a %Y-%m-%d}" + (f" to {fields.last_day}" if fields.last_day > first.date() else "")
    end = f"-{last:%H:%M}" if last.date() == first.date() else f" to {last:%Y-%m-%d %H:%M}"
    return f"{first:%a %Y-%m-%d %H:%M}{end}"


def seats_told(row: Mapping[str, Any]) -> str:
    """`12 of 40, 3 waiting`."""
    room = f"{row['capacity']} seats" if row["capacity"] else ""
    if row["signed_up"] is None:
        return room
    taken = f"{row['signed_up']} of {row['capacity']}" if row["capacity"] else f"{row['signed_up']} signed up"
    return taken + (f", {row['waiting']} waiting" if row["waiting"] else "")


def marks(row: Mapping[str, Any]) -> str:
    """What is out of the ordinary: cancelled, changed since it was announced, somebody else's."""
    found = ["cancelled"] if row["cancelled"] else []
    found += [f"sequence {row['sequence']}"] if row["sequence"] and not row["cancelled"] else []
    found += [f"held by {row['organizer']}"] if row["organizer"] else []
    return ", ".join(found)
