"""The rule about colours: every pair that stands together can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from newsletter.checks.rule import Remark

if TYPE_CHECKING:
    from newsletter.checks.subjects import ThemeSubject

TEXT, LARGE = 4.5, 3.0


class Pair(NamedTuple):
    """Two colours of a theme that stand together, and the ratio they need."""

    front: str
    back: str
    least: float


PAIRS = (
    Pair("text", "card", TEXT),
    Pair("text", "soft", TEXT),
    Pair("muted", "card", TEXT),
    Pair("muted", "soft", TEXT),
    Pair("muted", "page", TEXT),
    Pair("heading", "card", TEXT),
    Pair("heading", "soft", TEXT),
    Pair("link", "card", TEXT),
    Pair("link", "soft", TEXT),
    Pair("link", "page", TEXT),
    Pair("on_accent", "accent", TEXT),
    Pair("accent", "card", TEXT),
    Pair("accent", "soft", LARGE),
)
"""Labels are small text in the accent on the card; on the soft colour the accent is large figures and bars."""


def contrast(subject: ThemeSubject) -> Iterator[Remark]:
    """Text and its background differ enough to be read, in light and in dark mode.

    The ratio is at least 4.5 to 1 for text and 3 to 1 for large figures and bars. Checked are the pairs that stand
    together in a letter: text, small print, headings and links on the card, in boxes and around the letter; labels and
    buttons.
    Source: WCAG 2.1, 1.4.3 Contrast (Minimum) and 1.4.11 Non-text Contrast.
    """
    page = subject.theme
    for mode in ("light", "dark"):
        colours = getattr(page.value, mode)
        for front, back, least in PAIRS:
            ratio = contrast_ratio(getattr(colours, front), getattr(colours, back))
            if ratio < least:
                text = f"{mode}: {front} on {back} has a contrast of {_floor(ratio)} to 1; {least:g} to 1 is needed"
                hint = f"make {front} {_direction(getattr(colours, back))}, or change {back}"
                yield Remark(page.document.place(mode, front), text, hint)


def contrast_ratio(one: str, other: str) -> float:
    """The contrast of two colours such as #0b5563: from 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour: 0 is black, 1 is white."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # WCAG's formula


def _floor(ratio: float) -> str:
    """Two digits, never rounded up: 4.499 is not 4.5."""
    return f"{int(ratio * 100) / 100:.2f}"


def _direction(back: str) -> str:
    return "darker" if luminance(back) > 0.18 else "lighter"  # noqa: PLR2004  # black and white contrast alike there
