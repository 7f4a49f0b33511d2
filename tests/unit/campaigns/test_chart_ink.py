"""Colours: enough contrast for those who see little, and told apart by those who see no colours or other ones."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import report_kit

from newsletter.campaigns.charts import ink
from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import MAIL, WIDE
from newsletter.campaigns.charts.funnel import funnel
from newsletter.campaigns.charts.weeks import heat_map

SCHEMES = pytest.mark.parametrize("scheme", [ink.LIGHT, ink.DARK], ids=["light", "dark"])
TEXT, GRAPHICS = 4.5, 3.0
EYES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""What dichromats see of linear red, green and blue (Machado and others, 2009)."""


def linear(colour: str) -> tuple[float, float, float]:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(light: tuple[float, ...]) -> float:
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    lighter, darker = sorted((max(luminance(one), 0), max(luminance(other), 0)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def seen(colour: str, eye: str) -> tuple[float, ...]:
    return tuple(sum(share * part for share, part in zip(row, linear(colour), strict=True)) for row in EYES[eye])


@SCHEMES
def test_text_stands_out(scheme: Mapping[str, str]) -> None:
    """4.5:1 against what it stands on: paper, the band, a week's shade."""
    pairs = [("ink", "paper"), ("quiet", "paper"), ("ink", "band"), *((f"on{n}", f"week{n}") for n in range(1, 6))]
    measured = {pair: contrast(linear(scheme[pair[0]]), linear(scheme[pair[1]])) for pair in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < TEXT} == {}


@SCHEMES
def test_lines_and_bars_stand_out(scheme: Mapping[str, str]) -> None:
    """3:1 against the paper; pale areas (band, light weeks) have an outline that does."""
    measured = {
        name: contrast(linear(scheme[name]), linear(scheme["paper"])) for name in ("ink", "quiet", "done", "late")
    }
    assert {name: ratio for name, ratio in measured.items() if ratio < GRAPHICS} == {}


@SCHEMES
@pytest.mark.parametrize("eye", [*EYES, "grey"])
def test_late_and_done_differ_in_lightness_for_every_eye(scheme: Mapping[str, str], eye: str) -> None:
    """Beside the hatching and the word: late is nearly a third lighter or darker than done, not only another hue."""
    both = [linear(scheme[name]) if eye == "grey" else seen(scheme[name], eye) for name in ("done", "late")]
    assert contrast(*both) > 1.3


@SCHEMES
def test_more_visits_are_always_further_from_the_paper(scheme: Mapping[str, str]) -> None:
    ratios = [contrast(linear(scheme[f"week{n}"]), linear(scheme["paper"])) for n in range(1, 6)]
    assert ratios == sorted(ratios)


def drawn() -> list[str]:
    report = report_kit.on_track()
    return [burn_up(report, WIDE), bars(report, "industry", WIDE), heat_map(report, WIDE), funnel(report, WIDE)]


def test_on_a_screen_every_colour_is_a_name_that_both_schemes_know() -> None:
    used = {name for svg in drawn() for name in re.findall(r"var\(--(\w+)\)", svg)}
    assert used
    assert used <= set(ink.LIGHT)
    assert set(ink.LIGHT) == set(ink.DARK)
    assert all("prefers-color-scheme:dark" in svg for svg in drawn())
    assert not [svg for svg in drawn() if re.search(r'(?:fill|stroke)="#', svg)]


def test_in_a_mail_every_colour_is_fixed() -> None:
    svg = burn_up(report_kit.on_track(), MAIL)
    assert "var(" not in svg
    assert "<style" not in svg
    assert "@" not in svg
