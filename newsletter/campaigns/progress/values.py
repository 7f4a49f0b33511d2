"""What a report says, as plain values: made in report.py, shown as text, JSON, HTML, picture, XLSX, mail and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from newsletter.speech import Language

State = Literal["reached", "on-track", "behind", "ended-short", "not-begun", "unplanned"]
"""Of a line: reached its target; at or before its plan; behind it; ended below its target; the campaign has not begun;
promised without a plan over time, so nothing is expected by now."""
By = Literal["month", "industry", "consultant", "size", "scheme"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Where a count will end, if things go on as they have: of 100 campaigns like this, 80 end between low and high."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One promised number, and where it stands."""

    measure: str
    """Its name in measures.py, such as visits or unique_companies."""
    by: By | None = None
    key: str | None = None
    """Of `by`: 2027-01, F, anna-eksempel, 10-49, fleksjob."""
    label: str
    """For people: `Bygge og anlæg`; of a whole measure its title."""
    target: float
    actual: float
    expected: float | None = None
    """By now, by working days; None where there is no plan over time."""
    gap: float | None = None
    """actual - expected."""
    pace_needed: float | None = None
    """A week of five working days, from the next day on, to reach the target; None when reached or over."""
    forecast: Forecast | None = None
    too_early: str = ""
    """Why there is no forecast, for people."""
    state: State
    unit: Literal["number", "percent"] = "number"
    of: int | None = None
    """Of a share: of how many. With none yet, `actual` says nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A day of the burn-up, at its end."""

    day: date
    plan: float
    actual: int | None = None
    """None for days to come."""
    forecast: Forecast | None = None
    """For days to come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """Visits in an ISO week."""

    monday: date
    visits: int
    inside: bool
    """Whether any of its days is in the campaign's period."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A step of the way from mail to agreement, in companies; each counts once."""

    name: Literal["mail", "dialogue", "visit", "agreement"]
    label: str
    companies: int
    of_previous: int
    """How many of these were in the step before, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """What a number counts, told where people read it."""

    measure: str
    title: str
    numerator: str
    denominator: str
    source: str
    how_often: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All of a campaign's figures as they were known at the end of `as_of`."""

    campaign: str
    title: str
    owner: str
    first: date
    last: date
    as_of: date
    language: Language
    """Of labels and definitions."""
    lines: tuple[Line, ...]
    burn_up: tuple[Point, ...]
    """Of visits; empty without a target."""
    weeks: tuple[Week, ...]
    funnel: tuple[Stage, ...]
    definitions: tuple[Definition, ...]
    remarks: tuple[str, ...] = ()
    """What to know: visits written down later, too few data, a campaign that has ended."""
    proposals: tuple[str, ...] = ()
    """What to do about what is behind, a sentence each."""
    unplanned: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Visits by `by` and key for which nothing is promised: what was done elsewhere."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What readers call the industries and consultants in `unplanned`, by key; not in the JSON."""
    later: int = 0
    """Visits up to `as_of` that were written down after it: known today, not in any figure, and not in the JSON."""

    def of(self, measure: str, by: By | None = None) -> tuple[Line, ...]:
        """The lines of a measure: its whole, or its parts by something."""
        return tuple(line for line in self.lines if line.measure == measure and line.by == by)
