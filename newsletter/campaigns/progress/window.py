"""Which rows of the register count: of the campaign, in its period, and known at the end of a day.

As-of is what was known then. A visit that was written down later, undone later or put right later stands in a report
of an earlier day as it stood on that day; so a past report can be made again, and says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, extract, or_

from newsletter.store.tables import results, visits
from newsletter.subscribers.rules.facts import MEETINGS
from newsletter.workdays import ONE_DAY

if TYPE_CHECKING:
    from newsletter.campaigns.progress.basis import Basis

_DAY = 86_400
_EPOCH = date(1970, 1, 1)

Truth = ColumnElement[bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """A campaign, seen at the end of a day."""

    basis: Basis
    as_of: date

    @property
    def first(self) -> date:
        """The first day that counts."""
        return self.basis.campaign.period.first

    @property
    def last(self) -> date:
        """The last day that counts: no later than `as_of`."""
        return min(self.basis.campaign.period.last, self.as_of)

    @property
    def until(self) -> datetime:
        """What was written down before this was known."""
        return self.basis.end_of(self.as_of)

    def inside(self, day: ColumnElement[Any]) -> Truth:
        """Whether a day counts."""
        return day.between(self.first, self.last)

    def between(self, moment: ColumnElement[Any]) -> Truth:
        """Whether a moment lies in the days that count."""
        return and_(moment >= self.basis.start_of(self.first), moment < self.basis.end_of(self.last))

    def known(self, moment: ColumnElement[Any]) -> Truth:
        """Whether what happened at a moment was known."""
        return moment < self.until

    def standing(self, undone_at: ColumnElement[Any]) -> Truth:
        """Whether nobody had taken it back yet."""
        return or_(undone_at.is_(None), undone_at >= self.until)

    def ours(self) -> Truth:
        """The campaign's visits that are meetings."""
        return and_(visits.c.campaign == self.basis.slug, visits.c.kind.in_(MEETINGS))

    def brought(self) -> Truth:
        """The results that count; old rows do not tell when they were written down."""
        written = or_(results.c.recorded_at.is_(None), self.known(results.c.recorded_at))
        inside = self.inside(results.c.happened_on)
        return and_(results.c.campaign == self.basis.slug, inside, written, self.standing(results.c.undone_at))

    def day_of(self, moment: ColumnElement[Any]) -> ColumnElement[int]:
        """The day of a moment, as a number: `dated` reads it. On a day when the clocks change, an hour may stray."""
        offset = self.basis.start_of(self.first).utcoffset() or timedelta()
        return cast(extract("epoch", moment) + int(offset.total_seconds()), BigInteger) // _DAY

    @staticmethod
    def dated(number: int) -> date:
        """The day of a number."""
        return _EPOCH + number * ONE_DAY
