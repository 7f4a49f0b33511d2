"""What is expected by when, in working days: holidays and weekends promise nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

from newsletter.workdays import ONE_DAY, is_workday

WEEK = 5
"""Working days a week, by which a pace is told."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """How a period's promise is spread over its working days."""

    first: date
    last: date
    by_month: Mapping[str, int]
    """Month (2027-01) → promised in it. Without any, each working day promises the same."""

    def part(self, first: date, last: date) -> float:
        """The part of the promise that is due from the first of some days to the last."""
        begin, end = self._places(first, last)
        return self._sums[end] - self._sums[begin] if begin < end else 0.0

    def workdays(self, first: date, last: date) -> int:
        """How many of some days are working days of the period."""
        begin, end = self._places(first, last)
        return max(end - begin, 0)

    @cached_property
    def months(self) -> Mapping[str, tuple[date, date]]:
        """The months of the period, with the first and the last day of each that lie in it."""
        found: dict[str, tuple[date, date]] = {}
        for day in days(self.first, self.last):
            begin, _ = found.get(month_of(day), (day, day))
            found[month_of(day)] = (begin, day)
        return found

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the period's ISO weeks."""
        return tuple(days(monday_of(self.first), self.last, step=7))

    def _places(self, first: date, last: date) -> tuple[int, int]:
        """Where the working days from the first to the last are among all, the end not with it."""
        return bisect_left(self._working, first), bisect_right(self._working, last)

    @cached_property
    def _working(self) -> list[date]:
        return [day for day in days(self.first, self.last) if is_workday(day)]

    @cached_property
    def _sums(self) -> list[float]:
        """What is due before each working day, and at the end of all, of 1."""
        return list(accumulate(self._parts(), initial=0.0))

    def _parts(self) -> list[float]:
        """What each working day promises, of 1."""
        working = self._working
        number = Counter(map(month_of, working))
        named = {month: self.by_month[month] for month in number if month in self.by_month}
        whole = sum(named.values())
        if not whole:
            return [1 / len(working) for _ in working]
        return [named.get(month_of(day), 0) / number[month_of(day)] / whole for day in working]


def days(first: date, last: date, step: int = 1) -> Iterator[date]:
    """The days from the first to the last."""
    for number in range(0, (last - first).days + 1, step):
        yield first + timedelta(days=number)


def month_of(day: date) -> str:
    """As 2027-01."""
    return f"{day.year}-{day.month:02}"


def monday_of(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - day.weekday() * ONE_DAY
