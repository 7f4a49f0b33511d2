"""Editions: what the second and the thousandth cost."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

from tables import Section, at_most, ms, section, show, table, times
from timing import Rounds, Spent, here
from workspaces import INDUSTRIES, sealed, twelve_blocks

from newsletter.build.pipeline import Builder

MANY = 1000
_TOLD = (
    "One issue of twelve blocks, built cold: the imports are done, `build/` is empty. Everything is done that a build "
    "does: the workspace is read, four files are made for each edition (HTML, plain text, .eml and the copy for the "
    "web), checked and written. One edition shows all twelve blocks to everybody; 22 industries differ in five of the "
    f"blocks, {MANY} segments in ten."
)


def measure(rounds: int) -> Section:
    """The cost of many editions of one issue."""
    gc.set_threshold(100_000, 20, 20)  # as the commands have it
    with twelve_blocks(1) as one, twelve_blocks(INDUSTRIES) as some, twelve_blocks(MANY, 10) as many:
        few = Rounds(rounds, {"one": lambda: cold(one, 1), "some": lambda: cold(some, INDUSTRIES)})
        full = Rounds(max(1, rounds // 5), {"one": lambda: cold(one, 1), "many": lambda: cold(many, MANY)})
    ratio = few.ratio("some", "one")
    each = [(a.wall - b.wall) / (MANY - 1) for a, b in zip(full.spent["many"], full.spent["one"], strict=True)]
    per_edition = sorted(each)[len(each) // 2]
    further = (few.wall("some") - few.wall("one")) / (INDUSTRIES - 1)
    rows = [
        ["1 edition", ms(few.wall("one")), "", "", ""],
        [f"{INDUSTRIES} editions", ms(few.wall("some")), times(ratio), ms(further), at_most(1.3, ratio)],
        [
            f"{MANY} editions",
            ms(full.wall("many")),
            times(full.ratio("many", "one")),
            ms(per_edition),
            at_most(3, per_edition * 1000, unit=" ms each"),
        ],
    ]
    return section("Editions", _TOLD, table(["", "clock", "× one edition", "each further", "target"], rows))


def cold(root: Path, editions: int) -> Spent:
    """A build of everything into an empty build/; raises when the number of editions is another."""
    shutil.rmtree(root / "build", ignore_errors=True)

    def build() -> None:
        builder = Builder(root)
        with builder.cache:
            report = sealed(builder.build())
        if len(report["issues"][0]["editions"]) != editions:
            raise RuntimeError(f"{len(report['issues'][0]['editions'])} editions instead of {editions}")

    return here(build)


if __name__ == "__main__":
    show(measure, rounds=10)
