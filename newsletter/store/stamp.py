"""Seeing from stats alone that a register has not changed. Light: a build that has nothing to do opens no database."""

from __future__ import annotations

import os
import time
from pathlib import Path

from newsletter.inputs import Stat, stat_of

REGISTER_VARIABLE = "NEWSLETTER_REGISTER"
_TICK_NS = 20_000_000

Stamp = list[str | Stat | None]
"""Where the register is, and the stats of its file and of the log beside it."""


def register_name(register_at: str) -> str:
    """Where the register is: the environment's word comes before the one in newsletter.yml."""
    return os.environ.get(REGISTER_VARIABLE) or register_at


def stamp(root: Path, register_at: str) -> Stamp | None:
    """What tells one state of the register from another; None when only asking it would tell.

    A file changed this very moment could change again unseen, since file systems count in ticks.
    """
    named = register_name(register_at)
    if "://" in named:
        return None
    stats = [_stat(f"{root / named}{ending}") for ending in ("", "-wal")]
    newest = max((stat[0] for stat in stats if stat), default=0)
    return [named, *stats] if newest < time.time_ns() - _TICK_NS else None


def _stat(path: str) -> Stat | None:
    """The file's stat; None when there is none, or nothing in it."""
    try:
        stat = stat_of(os.stat(path))
    except OSError:
        return None
    return stat if stat[1] else None
