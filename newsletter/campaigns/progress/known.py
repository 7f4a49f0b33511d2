"""One figure of a report by itself, for a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.store.tables import visits

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.progress.window import Window


def visits_known(connection: Connection, window: Window) -> int:
    """The visits that count, as the report of that day says.

    What is written down or undone later changes nothing, so the same question has the same answer for ever.
    """
    known = window.known(visits.c.recorded_at) & window.standing(visits.c.undone_at)
    met = window.ours() & window.inside(visits.c.visited_on) & known
    return connection.scalar(select(func.count()).select_from(visits).where(met)) or 0
