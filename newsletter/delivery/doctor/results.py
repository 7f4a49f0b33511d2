"""What a check says: how bad it is, what was seen, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case

Level = Literal["ok", "hint", "warning", "error"]
"""error: mails will not go out, or not arrive. warning: they may not. hint: it could be better, or nobody looked."""


class Said(NamedTuple):
    """One thing a check has to say."""

    level: Level
    seen: str
    """In words for people: what is there."""
    cure: str = ""
    """What to do, by whom; can be passed on to the IT department as it stands."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check: its code, its topic, and the function that looks."""

    code: str
    topic: str
    look: Callable[[Case], Iterator[Said]]
    asks: Literal["files", "relay", "resolver", "mailbox"] = "files"
    """What it needs beyond the workspace and the register; with --offline only those that need nothing are made."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was found, as programs read it."""

    topic: str
    code: str
    level: Level
    seen: str
    cure: str


def ok(seen: str) -> Said:
    """All is well."""
    return Said("ok", seen)


def hint(seen: str, cure: str = "") -> Said:
    """It could be better, or it was not looked at."""
    return Said("hint", seen, cure)


def warning(seen: str, cure: str) -> Said:
    """Mails may not arrive, or something will be missing one day."""
    return Said("warning", seen, cure)


def error(seen: str, cure: str) -> Said:
    """Mails will not go out, or not arrive."""
    return Said("error", seen, cure)
