"""Settling automatic mails that were perhaps sent: by a person's word. Nothing else sends one again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from newsletter.delivery.notices.rows import Doubt, doubts, end, let_go
from newsletter.problems import Refused
from newsletter.store.audit import note

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

Word = Literal["arrived", "lost"]
"""A person's: they have it, or: they do not, and it may go again."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of those in doubt, and what is in doubt still."""

    arrived: tuple[Doubt, ...]
    lost: tuple[Doubt, ...]
    left: tuple[Doubt, ...]


def reconcile(register: Register, words: Mapping[str, Word], *, now: datetime, actor: str) -> Settled:
    """Settle mails by their keys, however old.

    Raises Refused for keys that are not in doubt: then nothing is done.
    """
    with register.write(durable=True) as connection:
        found = doubts(connection, now)
        _check(words.keys() - {doubt.key for doubt in found})
        for doubt in found:
            word = words.get(doubt.key)
            if word == "arrived":
                end(connection, doubt.number, "accepted", f"by the word of {actor}", now)
            elif word == "lost":
                let_go(connection, doubt.number)
            if word is not None:
                _note(connection, doubt, word, now, actor)
    said = [(words.get(doubt.key), doubt) for doubt in found]
    arrived, lost, left = (tuple(doubt for word, doubt in said if word == each) for each in ("arrived", "lost", None))
    return Settled(arrived=arrived, lost=lost, left=left)


def _note(connection: Connection, doubt: Doubt, word: Word, now: datetime, actor: str) -> None:
    """By number: the key may hold a contact's name."""
    told: dict[str, Any] = {"kind": doubt.kind, "notice": doubt.number, "word": word}
    note(connection, now=now, actor=actor, action="reconcile notices", about="register", **told)


def _check(strange: set[str]) -> None:
    """A word about a mail that is not in doubt is a mistake."""
    if strange:
        are = "is" if len(strange) == 1 else "are"
        text = f"{', '.join(sorted(strange))} {are} not in doubt"
        raise Refused(text, "`newsletter reconcile notices` lists those that are, by their keys")
