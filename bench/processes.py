"""Whole processes: what a person waits for after Enter, next to a bare import of the same libraries."""

from __future__ import annotations

import sys
from pathlib import Path

from tables import Section, at_most, ms, section, show, table, times
from timing import Rounds, Spent, child, cpu_of
from workspaces import Word, starter

NEWSLETTER = str(Path(sys.executable).with_name("newsletter"))
_TOLD = (
    "The console script as a process of its own, from start to end, on a copy of the starter workspace (three issues, "
    "twelve editions). Each round also times the bare import; the ratio is taken within the round. "
    "A target counts for both ratios."
)


def measure(rounds: int) -> Section:
    """Whole processes against bare imports."""
    with starter() as root:
        child([NEWSLETTER, "build"], root)
        word = Word(root)

        def changed() -> Spent:
            word.change()
            return child([NEWSLETTER, "build"], root)

        found = Rounds(
            rounds,
            {
                "import click": lambda: child([sys.executable, "-c", "import click"], root),
                "--help": lambda: child([NEWSLETTER, "--help"], root),
                "import click, yaml": lambda: child([sys.executable, "-c", "import click, yaml"], root),
                "changed": changed,
                "unchanged": lambda: child([NEWSLETTER, "build"], root),
            },
        )
    rows = [
        _row(found, "--help", "`newsletter --help`", "import click", 1.5),
        _row(found, "unchanged", "`newsletter build`, nothing changed", "import click, yaml", 2.5),
        _row(found, "changed", "`newsletter build`, one word changed in one story", "import click, yaml", 8),
    ]
    rows += [
        [f"`python -c '{name}'`", ms(found.wall(name)), ms(found.cpu(name)), "", "", ""]
        for name in ("import click", "import click, yaml")
    ]
    headings = ["", "clock", "processor", "× import, clock", "× import, processor", "target"]
    return section("Whole processes", _TOLD, table(headings, rows))


def _row(found: Rounds, name: str, title: str, base: str, limit: float) -> list[str]:
    wall, cpu = found.ratio(name, base), found.ratio(name, base, cpu_of)
    return [title, ms(found.wall(name)), ms(found.cpu(name)), times(wall), times(cpu), at_most(limit, wall, cpu)]


if __name__ == "__main__":
    show(measure, rounds=15)
