"""Texts that people write about companies: short, in one line, and never a citizen's number."""

from __future__ import annotations

from newsletter.problems import Refused
from newsletter.subscribers.cpr import holds_cpr

_LONGEST = 500


def said(text: str | None, what: str) -> str | None:
    """The text in one line; None for nothing. Raises Refused for one that looks like a CPR number or is too long."""
    line = " ".join((text or "").split())
    if holds_cpr(text or "") or holds_cpr(line):
        raise Refused(f"something in the {what} looks like a CPR number", "write it without: a company is meant here")
    if len(line) > _LONGEST:
        raise Refused(f"the {what} has {len(line)} characters", f"{_LONGEST} are enough: say what to do, not why")
    return line or None
