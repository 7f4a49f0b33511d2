"""A promised number beside what became of it: expected by now, gap, pace needed, forecast, and the state in a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from newsletter.campaigns.progress.forecast import Pace, dispersion
from newsletter.campaigns.progress.keeping import Kept
from newsletter.campaigns.progress.plan import WEEK, Plan, days
from newsletter.campaigns.progress.values import By, Forecast, Line, State
from newsletter.campaigns.progress.words import Words
from newsletter.workdays import ONE_DAY

SETTLING_DAYS = 15
"""Working days of the campaign before which nothing is foretold: three weeks."""
FEW = 5
"""So many must have been counted, or expected, by now."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stretch:
    """The days that a target is for, seen at the end of one: the whole period, or a month of it."""

    plan: Plan
    first: date
    last: date
    as_of: date

    @property
    def begun(self) -> bool:
        """Whether they have begun."""
        return self.as_of >= self.first

    @property
    def over(self) -> bool:
        """Whether they are over."""
        return self.as_of >= self.last

    @property
    def due(self) -> float | None:
        """The part of the target that is due by now; None without a working day to spread it over."""
        whole = self.plan.part(self.first, self.last)
        return self.plan.part(self.first, min(self.as_of, self.last)) / whole if whole else None

    @property
    def left(self) -> int:
        """Working days to come."""
        return self.plan.workdays(max(self.as_of + ONE_DAY, self.first), self.last)

    def dispersion(self, counted: Mapping[date, int], target: float) -> float:
        """How much the weeks up to now vary about their plan."""
        return dispersion(
            [
                (sum(counted.get(day, 0) for day in days(monday, end)), target * self.plan.part(monday, end))
                for monday in self.plan.weeks
                if (end := monday + timedelta(days=6)) <= self.as_of
            ]
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Count:
    """A promised count: what it is of, and how much of it there is."""

    measure: str
    label: str
    target: int
    actual: int
    by: By | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """What is needed to say where a count will end: how its weeks vary, and how it goes when it is a month's."""

    words: Words
    whole: Stretch
    dispersion: float
    of_whole: tuple[int, int] | None = None
    """Counted and promised in the whole period, for its months."""

    def forecast(self, count: Count, stretch: Stretch) -> tuple[Forecast | None, str]:
        """Where the count will end, or why that cannot be told."""
        due, whole = stretch.due, self.whole.due
        if due is None or whole is None:
            return None, ""
        if stretch.over:
            return Forecast(low=count.actual, mid=count.actual, high=count.actual), ""
        counted, target = self.of_whole or (count.actual, count.target)
        early = self._too_early(counted, target * whole)
        if early:
            return None, early
        pace = Pace(counted=counted, planned=target * whole, dispersion=self.dispersion)
        return pace.forecast(count.target * (1 - due), count.actual), ""

    def _too_early(self, counted: int, expected: float) -> str:
        if not self.whole.begun:
            return self.words.not_begun
        plan = self.whole.plan
        if plan.workdays(plan.first, self.whole.as_of) < SETTLING_DAYS:
            return self.words.settling.format(days=SETTLING_DAYS)
        return self.words.few.format(few=FEW) if max(counted, expected) < FEW else ""


def line_of(count: Count, stretch: Stretch, outlook: Outlook | str) -> Line:
    """The line of a promised count. In place of an outlook stands why there never is one."""
    expected = None if stretch.due is None else count.target * stretch.due
    forecast, early = (None, outlook) if isinstance(outlook, str) else outlook.forecast(count, stretch)
    missing = count.target - count.actual
    return Line(
        measure=count.measure,
        by=count.by,
        key=count.key,
        label=count.label,
        target=count.target,
        actual=count.actual,
        expected=None if expected is None else round(expected, 1),
        gap=None if expected is None else round(count.actual - expected, 1),
        pace_needed=round(missing / stretch.left * WEEK, 1) if missing > 0 and stretch.left else None,
        forecast=forecast,
        too_early=early,
        state=_state(count, stretch, expected),
    )


def _state(count: Count, stretch: Stretch, expected: float | None) -> State:
    """Nobody makes half a visit: who lacks less than one whole keeps to the plan."""
    if not stretch.begun:
        return "not-begun"
    if count.actual >= count.target:
        return "reached"
    if stretch.over:
        return "ended-short"
    if expected is None:
        return "unplanned"
    return "on-track" if count.actual > expected - 1 else "behind"


def share_of(target: int, kept: Kept, stretch: Stretch, *, label: str, early: str) -> Line:
    """The line of the share of next steps that are taken in time; it is promised at any time."""
    counted = kept.counted
    actual = round(100 * kept.kept / counted, 1) if counted else 0.0
    return Line(
        measure="follow_up",
        label=label,
        target=target,
        actual=actual,
        expected=target if counted else None,
        gap=round(actual - target, 1) if counted else None,
        too_early=early,
        state=_share_state(actual, target, counted, stretch),
        unit="percent",
        of=counted,
    )


def _share_state(actual: float, target: int, counted: int, stretch: Stretch) -> State:
    if not stretch.begun:
        return "not-begun"
    kept = not counted or actual >= target
    if stretch.over:
        return "reached" if kept and counted else "ended-short"
    return "on-track" if kept else "behind"
