"""The report's page in a real Chromium: wide and narrow, light and dark, held to axe-core's rules; and printed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import report_kit

from newsletter.campaigns.documents import html_page

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parent.parent / "node_modules/axe-core/axe.min.js"
MISSING = [name for name, there in (("Chromium", CHROMIUM), ("npm's axe-core", AXE.exists())) if not there]
VIEWS = [(width, scheme) for width in (375, 1000) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if MISSING:
        reason = f"{' and '.join(MISSING)} not installed here (.ci/run installs both)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("example", ["on_track", "long_labels", "no_target", "english"])
def test_no_faults_and_nothing_wider_than_the_window(
    browser: Any, tmp_path: Path, example: str, width: int, scheme: str
) -> None:
    """axe-core has nothing to say, no line runs out of the window, and one of each chart's two drawings is seen."""
    path = tmp_path / "report.html"
    path.write_bytes(html_page(report_kit.EXAMPLES[example]()))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="load")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found["violations"]]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    seen = page.evaluate(
        """[...document.querySelectorAll('figure')].map(
            figure => [...figure.querySelectorAll('svg')].filter(svg => svg.checkVisibility()).length)"""
    )
    assert set(seen) <= {1}
    context.close()


@pytest.mark.parametrize("width", [375, 1000])
def test_a_charts_letters_stay_inside_it_in_the_browsers_font(browser: Any, tmp_path: Path, width: int) -> None:
    """The browser may not have our font; then letters are wider."""
    path = tmp_path / "report.html"
    path.write_bytes(html_page(report_kit.many_industries()))
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri(), wait_until="load")
    outside = page.evaluate(
        """[...document.querySelectorAll('svg.chart')].filter(s => s.checkVisibility()).flatMap(svg => {
            const all = svg.viewBox.baseVal
            return [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()])
                .filter(([_, box]) => box.x < -1 || box.x + box.width > all.width + 1).map(([text]) => text)
        })"""
    )
    assert outside == []
    page.close()
