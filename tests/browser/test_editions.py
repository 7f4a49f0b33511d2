"""Every edition in a real Chromium: wide and narrow, light and dark, held to axe-core's rules.

Exempt, and why:
- `region` and `landmark-one-main` in the mail itself: a mail is an article inside the mail program's page, which has
  the landmarks; the web copy is held to both.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from report_kit import behind
from support import REPOSITORY

from newsletter.build.pipeline import Builder
from newsletter.build.starter import write_starter
from newsletter.cli import main
from newsletter.delivery.reporting.sending import compose
from newsletter.workspace import read_workspace

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parent.parent / "node_modules/axe-core/axe.min.js"
MISSING = [name for name, there in (("Chromium", CHROMIUM), ("npm's axe-core", AXE.exists())) if not there]
EXEMPT_IN_MAIL = ["region", "landmark-one-main"]
VIEWS = [(width, scheme) for width in (375, 700) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The repository's own workspace, built and served on this machine."""
    if MISSING:
        reason = f"{' and '.join(MISSING)} not installed here (.ci/run installs both)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    root = tmp_path_factory.mktemp("site") / "workspace"
    write_starter(root)
    Builder(root).build()
    handler = functools.partial(Quiet, directory=str(root / "build"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield root / "build", f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def browser(site: tuple[Path, str]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


def pages(build: Path, name: str) -> list[str]:
    return sorted(path.relative_to(build).as_posix() for path in build.rglob(name))


def faults(page: Any, exempt: list[str]) -> list[str]:
    """What axe-core finds, with the first element each."""
    rules = {rule: {"enabled": False} for rule in exempt}
    found = page.evaluate("rules => axe.run(document, {rules, resultTypes: ['violations']})", rules)
    firsts = [(fault["id"], len(fault["nodes"]), fault["nodes"][0]) for fault in found["violations"]]
    return [f"{name} ({count}): {node['html'][:160]} {node['failureSummary']}" for name, count, node in firsts]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("name", ["web.html", "email.html"])
def test_no_faults_and_nothing_wider_than_the_window(
    site: tuple[Path, str], browser: Any, name: str, width: int, scheme: str
) -> None:
    """axe-core has nothing to say, no line runs out of the window, every picture of the web copy is there."""
    build, address = site
    told = []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.route("**/*", lambda route: route.continue_() if address in route.request.url else route.abort())
    for path in pages(build, name):
        page.goto(f"{address}/{path}", wait_until="load")
        page.add_script_tag(path=str(AXE))
        told += [f"{path}: {fault}" for fault in faults(page, EXEMPT_IN_MAIL if name == "email.html" else [])]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            told.append(f"{path}: wider than {width} pixels")
        assert page.evaluate("document.compatMode") == "CSS1Compat"
        if name == "web.html":
            lost = page.evaluate("[...document.images].filter(image => !image.naturalWidth).map(image => image.src)")
            told += [f"{path}: no picture {each}" for each in lost]
    context.close()
    assert told == []


def test_the_proof_sheet_has_no_faults(site: tuple[Path, str], browser: Any) -> None:
    """build/index.html, light and dark."""
    _, address = site
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{address}/index.html", wait_until="load")
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        assert [fault["id"] for fault in found["violations"]] == []
        context.close()


@pytest.mark.usefixtures("site")
def test_what_the_register_tells_has_no_faults(tmp_path: Path, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign's issue with companies that may be named, out of an invented register."""
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T12:00:00+01:00")
    root = tmp_path / "workspace"
    write_starter(root)
    made = CliRunner().invoke(main, ["--workspace", str(root), "register", "sample", "--companies", "400"])
    assert made.exit_code == 0, made.output
    Builder(root).build(["2027-01-kampagne"])
    (folder,) = (root / "build/2027-01-kampagne").glob("standard-*")
    told = []
    for width, scheme in VIEWS:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.route("**/*", lambda route: route.continue_() if "file:" in route.request.url else route.abort())
        for name in ("web.html", "email.html"):
            page.goto((folder / name).as_uri(), wait_until="load")
            assert "Vores ambassadører" in page.inner_text("body")
            assert "Virksomheder, som er med" in page.inner_text("body")
            page.add_script_tag(path=str(AXE))
            told += faults(page, EXEMPT_IN_MAIL if name == "email.html" else [])
            if page.evaluate("document.documentElement.scrollWidth") > width:
                told.append(f"{name}: wider than {width} pixels")
        context.close()
    assert told == []


@pytest.mark.usefixtures("site")
def test_the_status_mail_has_no_faults(tmp_path: Path, browser: Any) -> None:
    """With its picture beside it, as a mail program shows it."""
    workspace = read_workspace(REPOSITORY)
    written = compose(workspace, behind())
    (picture,) = written.pictures
    (tmp_path / "burn-up.png").write_bytes(picture.data)
    path = tmp_path / "status.html"
    path.write_text(written.mail.html.replace(f"cid:{picture.cid}", "burn-up.png"), "utf-8")
    told = []
    for width, scheme in VIEWS:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.goto(path.as_uri(), wait_until="load")
        page.add_script_tag(path=str(AXE))
        told += faults(page, EXEMPT_IN_MAIL)
        assert page.evaluate("document.images[0].naturalWidth") >= 600
        if page.evaluate("document.documentElement.scrollWidth") > width:
            told.append(f"wider than {width} pixels")
        context.close()
    assert told == []
