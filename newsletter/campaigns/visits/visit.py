"""A visit as it is told: what happened at a company, what was heard there, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from newsletter.campaigns.visits.outcomes import KINDS, OUTCOMES, Kind
from newsletter.subscribers.cpr import holds_cpr

TopicKind = Literal["need", "interest"]
Topics = frozenset[tuple[TopicKind, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What was promised at a visit, and for when."""

    what: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A consultant met or called a company."""

    company_id: int
    workplace_id: int | None = None
    campaign: str | None = None
    consultant: str
    kind: Kind = "visit"
    visited_on: date
    announced: bool = False
    outcome: str | None = None
    note: str | None = None
    topics: Topics = frozenset()
    step: Step | None = None

    def __post_init__(self) -> None:
        texts = [self.note, self.step and self.step.what, *(word for _, word in self.topics)]
        if any(text and holds_cpr(text) for text in texts):
            raise ValueError("a visit holds what looks like a CPR number")
        if self.kind not in KINDS or (self.outcome is not None and self.outcome not in OUTCOMES):
            raise ValueError(f"unknown kind {self.kind!r} or outcome {self.outcome!r}")
        if self.step and self.step.due_on < self.visited_on:
            raise ValueError(BACKWARDS)

    def words(self, kind: TopicKind) -> list[str]:
        """The needs or the interests that were heard."""
        return sorted(word for each, word in self.topics if each == kind)


BACKWARDS = "the next step is before the visit; give it a day after"
"""What is wrong with such a date, and its cure."""


def topics_of(needs: tuple[str, ...] = (), interests: tuple[str, ...] = ()) -> Topics:
    """What was heard, as one set."""
    heard: set[tuple[TopicKind, str]] = {("need", word) for word in needs}
    return frozenset(heard | {("interest", word) for word in interests})
