"""What the register tells in a block of an issue: how many visits were made, or which companies may be named."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.campaigns.results.values import Measure, Named

SHOWN_IN: dict[str, tuple[Measure, ...]] = {
    "ambassadors": ("ambassador",),
    "companies": ("ambassador", "mentor", "pledge"),
}
"""Kind of block → the results whose companies it names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the register says for one block."""

    visited: int | None = None
    companies: tuple[Named, ...] = ()
