"""What is asked: which campaign, for whom, by which day, and with which weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.campaigns.next.gaps import Gaps
    from newsletter.campaigns.next.weights import Next


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ask:
    """One question, with all that decides its answer beside the register."""

    campaign: str
    weights: Next
    interests: Collection[str]
    """What it is about."""
    audience: Sequence[str]
    """Segments it is meant for."""
    gaps: Gaps
    wanted_by: date
    """The day by which the gaps are counted."""
    events: Mapping[str, str]
    """Titles of events by short name."""
    consultant: str | None = None
    """Whose companies, and those that are nobody's; None for all."""
    today: date
    zone: tzinfo

    @property
    def asked_since(self) -> datetime:
        """An answered question before this counts no longer."""
        return self._days_ago(self.weights.asked_days)

    @property
    def came_since(self) -> datetime:
        """An earlier sign-up counts no longer."""
        return self._days_ago(self.weights.came_days)

    @property
    def long_ago(self) -> date:
        """A visit on this day or before was long ago."""
        return self.today - timedelta(days=self.weights.long_ago_days)

    @property
    def too_soon(self) -> date:
        """Contact after this day was lately."""
        return self.today - timedelta(days=self.weights.too_soon_days)

    def _days_ago(self, days: int) -> datetime:
        return datetime.combine(self.today - timedelta(days=days), time(), self.zone)
