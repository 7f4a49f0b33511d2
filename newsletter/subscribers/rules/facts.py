"""What a rule looks at, as plain values: a company, a person, or a person of a company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from newsletter.subscribers.segments import Rule

MEETINGS = ("visit", "online")
"""Kinds of visits that count as one: a consultant met the company, there or on a screen.

A phone call is contact and not a visit, and who was met at a network's meeting was not visited: a campaign promises
visits, and its segments must not leave companies out that nobody has called on.
"""
COMPANY_KEYS = frozenset(
    {
        "industry",
        "group10",
        "size",
        "municipality",
        "postcode",
        "interests",
        "needs",
        "network",
        "contact",
        "visited_in",
        "not_visited_in",
        "visited_since",
        "not_visited_since",
        "public_employer",
    }
)
"""What looks at the company; false where there is none."""
EVENT_KEYS = ("invited", "declined", "signed_up", "attended", "absent")
"""What looks at what somebody has to do with an event."""
PERSON_KEYS = frozenset({"role", "language", "subscribed_since", *EVENT_KEYS})
"""What looks at the person; false where there is none."""

CAPITALS, SMALL = "ÆØÅÄÖÜÉ", "æøåäöüé"
"""The letters beside A-Z that rules and the register may write large or small: both databases do it alike."""
_FOLDED = str.maketrans(
    {**{chr(sign): chr(sign + 32) for sign in range(ord("A"), ord("Z") + 1)}, **dict(zip(CAPITALS, SMALL, strict=True))}
)


def folded(text: str) -> str:
    """A word for comparing: HR and hr, Køkken and KØKKEN are the same."""
    return text.translate(_FOLDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitFacts:
    """A visit that nobody has undone."""

    campaign: str | None
    kind: str
    visited_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyFacts:
    """What the register knows of a company."""

    industry: str | None = None
    nomenclature: str | None = None
    size: int | None = None
    municipality: str | None = None
    postcode: str | None = None
    contact: str | None = None
    public_employer: bool = False
    interests: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    """Short names of those it is a member of."""
    visits: tuple[VisitFacts, ...] = ()

    @property
    def meetings(self) -> Iterator[VisitFacts]:
        """The visits that count."""
        return (visit for visit in self.visits if visit.kind in MEETINGS)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonFacts:
    """What the register knows of a person."""

    role: str | None = None
    language: str = "da"
    state: str = "none"
    subscribed_on: date | None = None
    invited: frozenset[str] = frozenset()
    """Events, here and below."""
    declined: frozenset[str] = frozenset()
    signed_up: frozenset[str] = frozenset()
    attended: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Whom a rule is asked about: a person with a company or without, or a company without people."""

    company: CompanyFacts | None = None
    person: PersonFacts | None = None


def said(rule: Rule) -> Iterator[tuple[str, Any]]:
    """What a rule says, key by key, in the order of the model; all of it must fit."""
    values = ((key, getattr(rule, key)) for key in Rule.model_fields)
    return ((key, value) for key, value in values if value is not None)
