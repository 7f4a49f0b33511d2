"""Editions: what the second and the thousandth cost."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from statistics import median

from tables import Section, at_most, ms, section, show, table, times
from timing import Rounds, Spent, forget, here
from workspaces import INDUSTRIES, sealed, twelve_blocks

from newsletter.build.pipeline import Builder

MANY = 1000
MEMORY = Path("/dev/shm")
"""A disk in memory, where Linux has one."""

_TOLD = (
    "One issue of twelve blocks, built cold: the imports are done, `build/` is empty, memory holds nothing of a build "
    "before. Everything is done that a build does: the workspace is read, four files are made for each edition (HTML, "
    "plain text, .eml and the copy for the web), checked and written. One edition shows all twelve blocks to "
    f"everybody; {INDUSTRIES} industries differ in five of the blocks, {MANY} segments in ten. `Files alone` are the "
    "same folders and files, written with nothing else done: what the disk takes of it. In memory, the "
    "workspace and `build/` lie in a memory disk."
)


def measure(rounds: int) -> Section:
    """The cost of many editions of one issue."""
    gc.set_threshold(100_000, 20, 20)  # as the commands have it
    rows = [*_some(rounds), *_many("", None, max(1, rounds // 3))]
    if MEMORY.is_dir():
        rows += _many(", in memory", MEMORY, max(1, rounds // 3))
    return section("Editions", _TOLD, table(["", "clock", "× one edition", "each further", "target"], rows))


def _some(rounds: int) -> list[list[str]]:
    with twelve_blocks(1) as one, twelve_blocks(INDUSTRIES) as some:
        found = Rounds(rounds, {"one": lambda: cold(one, 1), "some": lambda: cold(some, INDUSTRIES)})
    ratio = found.ratio("some", "one")
    further = _further(found, "some", INDUSTRIES)
    return [
        ["1 edition", ms(found.wall("one")), "", "", ""],
        [f"{INDUSTRIES} editions", ms(found.wall("some")), times(ratio), ms(further), at_most(1.3, ratio)],
    ]


def _many(where: str, within: Path | None, rounds: int) -> list[list[str]]:
    with twelve_blocks(1, within=within) as one, twelve_blocks(MANY, 10, within) as many:
        acts = {"one": lambda: cold(one, 1), "many": lambda: cold(many, MANY), "files": lambda: _files_alone(many)}
        found = Rounds(rounds, acts)
    further = _further(found, "many", MANY)
    goal = at_most(3, further * 1000, unit=" ms each")
    return [
        [f"{MANY} editions{where}", ms(found.wall("many")), times(found.ratio("many", "one")), ms(further), goal],
        [f"files alone{where}", ms(found.wall("files")), "", ms(found.wall("files") / MANY), ""],
    ]


def _further(found: Rounds, name: str, editions: int) -> float:
    """Seconds for each edition after the first, of the same round."""
    pairs = zip(found.spent[name], found.spent["one"], strict=True)
    return median((spent.wall - one.wall) / (editions - 1) for spent, one in pairs)


def cold(root: Path, editions: int) -> Spent:
    """A build of everything into an empty build/; raises when the number of editions is another."""
    shutil.rmtree(root / "build", ignore_errors=True)
    forget()

    def build() -> None:
        builder = Builder(root)
        with builder.cache:
            report = sealed(builder.build())
        if len(report["issues"][0]["editions"]) != editions:
            raise RuntimeError(f"{len(report['issues'][0]['editions'])} editions instead of {editions}")

    return here(build)


def _files_alone(root: Path) -> Spent:
    """Write what stands in build/ anew, elsewhere, with the least work that can be done."""
    built, copy = root / "build", root.parent / "copy"
    files = {path.relative_to(built): path.read_bytes() for path in built.rglob("*") if path.is_file()}
    folders = sorted({copy / path.parent for path in files})

    def write() -> None:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            (copy / path).write_bytes(data)

    shutil.rmtree(copy, ignore_errors=True)
    return here(write)


if __name__ == "__main__":
    show(measure, rounds=9)
