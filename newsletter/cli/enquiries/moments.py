"""The moment a person says on the wall clock."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


def said_moment(text: str | None, moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment meant, now when nothing was said; a day alone is its noon. Raises Refused."""
    from newsletter.delivery.schedule.wall import read_wall

    return moment if text is None else read_wall(text, time(12)).replace(tzinfo=zone)
