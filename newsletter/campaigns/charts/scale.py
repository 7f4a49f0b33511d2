"""From values to places in a picture, and the round numbers along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Values between two ends, drawn between two edges."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value is drawn."""
        return self.start + (value - self.low) / ((self.high - self.low) or 1) * (self.end - self.start)


def ticks(top: float, count: int = 5) -> list[int]:
    """Round whole numbers from 0 to at least `top`, about `count` of them: steps of 1, 2 or 5, and their tens."""
    step, factor = 1, (2, 2.5, 2)
    turn = 0
    while step * count < top:
        step, turn = int(step * factor[turn % 3]), turn + 1
    return list(range(0, int(-(-top // step)) * step + 1, step)) if top > 0 else [0, 1]


def month_starts(first: date, last: date) -> list[date]:
    """The first day of the period and of each later month in it."""
    found = [first]
    while (start := _next_month(found[-1])) <= last:
        found.append(start)
    return found


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
