"""The day a person says for something to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


def coming_day(text: str, moment: datetime, zone: ZoneInfo) -> date:
    """The working day meant, today or later. Raises UsageError for one that has passed, and Refused for none."""
    from newsletter.campaigns.followups import due_on

    today = moment.astimezone(zone).date()
    day = due_on(text, today)
    if day < today:
        raise click.UsageError(f"{text.strip()} has passed: today is {today}")
    return day
