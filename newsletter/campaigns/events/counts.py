"""How many seats of each event are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.store.tables import sign_ups

if TYPE_CHECKING:
    from sqlalchemy import Connection


def seats(connection: Connection) -> dict[str, dict[str, int]]:
    """Event → state (`signed-up`, `waiting`, `cancelled`) → seats."""
    taken = select(sign_ups.c.event, sign_ups.c.state, func.sum(sign_ups.c.seats))
    found: dict[str, dict[str, int]] = {}
    for event, state, number in connection.execute(taken.group_by(sign_ups.c.event, sign_ups.c.state)):
        found.setdefault(event, {})[state] = int(number)
    return found
