"""`newsletter build --watch`, as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

PATIENCE = 20


def wait_for(output: IO[str], words: str) -> list[str]:
    """The lines up to the one that holds `words`."""
    lines, end = [], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        line = output.readline()
        lines.append(line)
        if words in line or not line:
            break
    assert words in lines[-1], "".join(lines)
    return lines


@pytest.fixture
def watched(root: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "build", "--watch", "--workspace", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    wait_for(process.stdout, "watching")
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def digest(root: Path) -> str:
    """The digest of the first issue's seal."""
    return json.loads(min(root.glob("build/*/manifest.json")).read_text("utf-8"))["digest"]


def test_a_save_is_built_a_mistake_is_told_and_watching_goes_on(root: Path, watched) -> None:
    """A change, then two mistakes at once, then their mending; Ctrl+C ends it with 0."""
    before = digest(root)
    article = min((root / "content/articles").glob("*.md"))
    good = article.read_text("utf-8")
    article.write_text(good + "\nEt ord mere.\n", "utf-8")
    wait_for(watched.stdout, "built in")
    changed = digest(root)
    assert changed != before

    settings = root / "newsletter.yml"
    right = settings.read_text("utf-8")
    settings.write_text(right.replace("title:", "titel:"), "utf-8")
    article.write_text(good.replace("title:", "titel:"), "utf-8")
    told = "".join(wait_for(watched.stdout, "built in"))
    if "newsletter.yml" not in told or article.name not in told:
        told += "".join(wait_for(watched.stdout, "built in"))
    assert "newsletter.yml:1:1: error: unknown key 'titel'" in told
    assert f"{article.name}:2:1: error: unknown key 'titel'" in told
    assert digest(root) == changed

    settings.write_text(right, "utf-8")
    article.write_text(good, "utf-8")
    end = time.monotonic() + PATIENCE
    while digest(root) != before and time.monotonic() < end:
        time.sleep(0.05)
    assert digest(root) == before
    watched.send_signal(signal.SIGINT)
    assert watched.wait(PATIENCE) == 0
