"""Visits as they were known on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from newsletter.store.tables import visits

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection


def visits_known(connection: Connection, campaign: str, as_of: date, zone: ZoneInfo) -> int:
    """A campaign's visits as they were known at the end of a day.

    What was written down or undone later changes nothing, so the same question has the same answer for ever.
    """
    end = datetime.combine(as_of + timedelta(days=1), time(), zone)
    known = (visits.c.recorded_at < end) & or_(visits.c.undone_at.is_(None), visits.c.undone_at >= end)
    theirs = (visits.c.campaign == campaign) & (visits.c.visited_on <= as_of)
    return connection.scalar(select(func.count()).select_from(visits).where(theirs & known)) or 0
