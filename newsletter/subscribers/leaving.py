"""Unsubscribing a list of people: what can be done is done, and the rest is told by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.problems import Refused
from newsletter.subscribers.act import acting
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.people import unsubscribe

if TYPE_CHECKING:
    from newsletter.settings import Privacy
    from newsletter.store.register import Register


@dataclass(kw_only=True, slots=True)
class Left:
    """How many left now and before, and which lines could not be read or found."""

    now: int = 0
    before: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    """Number of the line, from 1 → why."""


def unsubscribe_all(
    register: Register, privacy: Privacy, listed: Sequence[str], *, source: str, now: datetime, actor: str
) -> Left:
    """Unsubscribe everyone in the list, in one transaction. Empty lines are passed over."""
    left = Left()
    with acting(register, privacy, now=now, actor=actor) as act:
        for number, text in enumerate(listed, 1):
            if not text.strip():
                continue
            try:
                is_news = unsubscribe(act, parse_address(text).key, source)
            except Refused as refused:
                left.refused[number] = f"{refused.text}; {refused.hint}"
            except ValueError as error:
                left.refused[number] = str(error)
            else:
                left.now += is_news
                left.before += not is_news
    return left
