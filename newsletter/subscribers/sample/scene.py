"""What of the workspace the sample uses: its contacts, campaigns, events, and the words of its segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.subscribers.sample.words import INTERESTS, NEEDS
from newsletter.subscribers.segments import Rule, within

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsletter.subscribers.rules.book import Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """A campaign: its days, and how many visits it promises."""

    slug: str
    first: date
    last: date
    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """An event: its day, and how many there is room for."""

    slug: str
    day: date
    capacity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Where the sample plays; without a workspace, in an empty one."""

    zone: tzinfo | None = None
    consultants: tuple[str, ...] = ()
    campaigns: tuple[Effort, ...] = ()
    events: tuple[Happening, ...] = ()
    networks: tuple[str, ...] = ()
    interests: tuple[str, ...] = INTERESTS
    needs: tuple[str, ...] = NEEDS
    schemes: tuple[str, ...] = ()
    answer_hours: int = 24
    """Of working days, within which a company is promised an answer."""


def scene_of(shelf: Shelf) -> Scene:
    """The scene of a workspace."""
    rules = [rule for segment in shelf.segments.values() for rule in within(segment.where)]
    contacts = shelf.items["contact"]
    entry = shelf.settings.unit.entry
    return Scene(
        zone=shelf.settings.zone,
        consultants=tuple(sorted(set(contacts) - {entry}) or sorted(contacts)),
        campaigns=tuple(_campaign(slug, each) for slug, each in sorted(shelf.campaigns.items())),
        events=tuple(_event(slug, item.fields) for slug, item in sorted(shelf.items["event"].items())),
        networks=_words(rules, "network", ()),
        interests=_words(rules, "interests", INTERESTS),
        needs=_words(rules, "needs", NEEDS),
        schemes=tuple(sorted(shelf.items["scheme"])),
        answer_hours=shelf.settings.service.answer_hours,
    )


def _campaign(slug: str, campaign: Any) -> Effort:
    period = campaign.period
    return Effort(slug=slug, first=period.first, last=period.last, visits=campaign.targets.visits.total)


def _event(slug: str, fields: Any) -> Happening:
    return Happening(slug=slug, day=fields.start.date(), capacity=fields.capacity or 40)


def _words(rules: Iterable[Rule], key: str, also: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*also, *(word for rule in rules for word in getattr(rule, key) or ())}))
