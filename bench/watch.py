"""`newsletter build --watch`: from a saved file to sealed files; and the same work without the watcher."""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from processes import NEWSLETTER
from tables import Section, at_most, ms, section, show, table
from timing import ENVIRONMENT, Rounds, Spent, here
from workspaces import STORY, Word, sealed, starter

from newsletter.build.pipeline import Builder

PATIENCE, PAUSE, LOOK = 30.0, 0.3, 0.0005
"""Seconds: until a build is given up, between a build and the next save, between two looks at the manifest."""

OTHER_STORY = "content/stories/eksempel-it.md"
_TOLD = (
    "One word of a story is changed and saved, and the clock runs until the issue's `manifest.json` is replaced: it is "
    "the last file of a seal. The watcher itself waits up to 30 ms for an editor to finish its save. "
    "`Builder.build()` is the same work in one process, without watcher, terminal and waiting."
)


def measure(rounds: int) -> Section:
    """From a saved file to sealed files."""
    rows = []
    for path, issue, editions in ((STORY, "2026-11", "1 edition"), (OTHER_STORY, "2026-12", "6 editions")):
        with starter() as root:
            seconds = _watched(root, path, issue, rounds)
        typical, worst = median(seconds), max(seconds)
        rows.append(
            [f"`--watch`, issue of {editions}", ms(typical), ms(worst), at_most(50, typical * 1000, unit=" ms")]
        )
        with starter() as root:
            found = _in_process(root, path, rounds)
        worst = max(spent.wall for spent in found.spent["build"])
        rows.append([f"`Builder.build()`, issue of {editions}", ms(found.wall("build")), ms(worst), ""])
    return section("While watching", _TOLD, table(["", "median", "slowest", "target"], rows))


def _watched(root: Path, path: str, issue: str, saves: int) -> list[float]:
    """Seconds from each save to its seal."""
    manifest, word = root / "build" / issue / "manifest.json", Word(root, path)
    with _watcher(root):
        return [_one_save(manifest, word) for _ in range(saves + 1)][1:]


@contextmanager
def _watcher(root: Path) -> Iterator[None]:
    log = root.parent / "log"
    command = [NEWSLETTER, "build", "--watch"]
    with log.open("wb") as file, subprocess.Popen(command, cwd=root, env=ENVIRONMENT, stdout=file) as process:
        try:
            _until(lambda: b"watching" in log.read_bytes())
            time.sleep(PAUSE * 2)
            yield
        finally:
            process.terminate()


def _one_save(manifest: Path, word: Word) -> float:
    before = manifest.stat().st_ino
    start = time.perf_counter()
    word.change()
    _until(lambda: manifest.stat().st_ino != before)
    spent = time.perf_counter() - start
    time.sleep(PAUSE)
    return spent


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError("the watcher did not build")
        time.sleep(LOOK)


def _in_process(root: Path, path: str, rounds: int) -> Rounds:
    gc.set_threshold(100_000, 20, 20)  # as the commands have it
    word, builder = Word(root, path), Builder(root)
    with builder.cache:
        sealed(builder.build())

        def again() -> Spent:
            word.change()
            return here(lambda: sealed(builder.build()))

        return Rounds(rounds, {"build": again})


if __name__ == "__main__":
    show(measure, rounds=12)
