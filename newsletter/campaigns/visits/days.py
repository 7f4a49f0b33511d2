"""Which campaign a day belongs to, and for when a next step is promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletter.workdays import next_workday, workday_before

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Campaign

USUAL_DAYS = 14
"""Until a next step, where no campaign says how many."""


def campaigns_on(campaigns: Mapping[str, Campaign], day: date) -> list[str]:
    """The campaigns whose period holds the day."""
    return sorted(slug for slug, each in campaigns.items() if each.period.first <= day <= each.period.last)


def due_after(visited_on: date, campaign: Campaign | None, today: date) -> date:
    """The last working day within the campaign's days for a follow-up: never the visit's own day, nor one gone by."""
    follow_up = campaign.targets.follow_up if campaign else None
    last = visited_on + timedelta(days=follow_up.within_days if follow_up else USUAL_DAYS)
    earliest = next_workday(max(visited_on + timedelta(days=1), today))
    return max(workday_before(last), earliest)
