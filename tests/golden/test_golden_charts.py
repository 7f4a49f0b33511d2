"""Charts as SVG, byte for byte, and as PNG, pixel by pixel: another processor may round a shade otherwise.

After a change that is meant: `UPDATE_GOLDEN=1 make test ARGS=tests/golden`, then look at each picture.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import report_kit
from PIL import Image, ImageChops
from support import REPOSITORY

from newsletter.campaigns.charts import chart_png
from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import MAIL, NARROW, PRINT, SLIDE, WIDE
from newsletter.campaigns.charts.funnel import funnel
from newsletter.campaigns.charts.weeks import heat_map

HERE = Path(__file__).parent / "charts"
SVGS: dict[str, Callable[[], str]] = {
    "burn-up": lambda: burn_up(report_kit.new_year(), WIDE),
    "burn-up-narrow": lambda: burn_up(report_kit.leap_day(), NARROW),
    "burn-up-english": lambda: burn_up(report_kit.english(), PRINT),
    "industries": lambda: bars(report_kit.behind(), "industry", WIDE),
    "industries-narrow": lambda: bars(report_kit.behind(), "industry", NARROW),
    "months": lambda: bars(report_kit.on_track(), "month", PRINT),
    "weeks": lambda: heat_map(report_kit.new_year(), WIDE),
    "funnel": lambda: funnel(report_kit.on_track(), WIDE),
}
PNGS: dict[str, Callable[[], bytes]] = {
    "burn-up-mail": lambda: chart_png(report_kit.behind(), form=MAIL),
    "burn-up-slide": lambda: chart_png(report_kit.on_track(), form=SLIDE),
    "industries-mail": lambda: chart_png(report_kit.behind(), "industries", MAIL),
}
FAR, SHARE = 24, 0.002
"""How far a colour may be off (of 255) before a pixel counts as another, and how many such pixels are let pass."""


def golden(name: str, made: bytes) -> bytes:
    """The kept file; written anew when that is asked for."""
    path = HERE / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(made)
    return path.read_bytes()


@pytest.mark.parametrize("name", SVGS)
def test_a_chart_is_drawn_as_it_was(name: str) -> None:
    made = SVGS[name]().replace("><", ">\n<") + "\n"
    assert made == golden(f"{name}.svg", made.encode()).decode()


def differing(one: bytes, other: bytes) -> float:
    """The share of pixels that are plainly another colour."""
    first, second = (Image.open(io.BytesIO(each)).convert("RGB") for each in (one, other))
    assert first.size == second.size
    worst = ImageChops.difference(first, second).convert("L", (1 / 3, 1 / 3, 1 / 3, 0))
    return sum(worst.histogram()[FAR // 3 :]) / (first.width * first.height)


@pytest.mark.parametrize("name", PNGS)
def test_a_picture_looks_as_it_did(name: str) -> None:
    made = PNGS[name]()
    assert differing(made, golden(f"{name}.png", made)) < SHARE


@pytest.mark.parametrize("name", ["burn-up", "industries"])
def test_the_pictures_in_docs_are_the_ones_that_are_drawn(name: str) -> None:
    """`make pictures` draws them anew."""
    kept = (REPOSITORY / f"docs/pictures/{name}.png").read_bytes()
    assert differing(PNGS[f"{name}-mail"](), kept) < SHARE


def test_the_tolerance_sees_a_wrong_number() -> None:
    """One visit more moves a digit and a line: that is over the tolerance."""
    assert differing(chart_png(report_kit.report(actual=58)), chart_png(report_kit.report(actual=59))) > SHARE
