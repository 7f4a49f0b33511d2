"""Who answers: whoever has the topic, else the company's fixed contact, else the unit's entry; or who stands in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.settings import Service, Settings


def route(
    settings: Settings,
    contacts: Collection[str],
    *,
    topic: str,
    fixed: str | None,
    stand_in: str | None,
    day: date,
) -> str:
    """The contact who takes an enquiry on this day. `fixed` and `stand_in` are the company's own."""
    service = settings.service
    named = service.topics.get(topic)
    tried = [(named, service.stand_ins.get(named or ""))]
    tried.append((fixed, stand_in or service.stand_ins.get(fixed or "")))
    for pair in tried:
        for name in pair:
            if name and name in contacts and not is_away(service, name, day):
                return name
    return settings.unit.entry


def taker(settings: Settings, contacts: Collection[str], consultant: str | None, day: date) -> str:
    """Who looks after a consultant's things on this day: they, their stand-in while away, else the unit's entry."""
    service = settings.service
    for name in (consultant, service.stand_ins.get(consultant or "")):
        if name and name in contacts and not is_away(service, name, day):
            return name
    return settings.unit.entry


def is_away(service: Service, contact: str, day: date) -> bool:
    """Whether the contact is away on this day."""
    return contact in service.away and day <= service.away[contact]
