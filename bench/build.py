"""`python bench/build.py [part…]`: measure speed, as ratios within one run; `--write` into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from machine import machine_line

PARTS = (
    *("processes", "watch", "editions", "naive", "growth"),
    *("register", "filling", "ledger", "delivery", "campaign", "next"),
)
HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs/benchmarks.md"
_INTRODUCTION = """# Speed

Written by `python bench/build.py --write`. Machines differ, so the targets are ratios within one run where they can be.
Numbers are medians of alternating rounds (A B A B …); the first round is not counted. "Clock" is the time that passed,
"processor" the time the process computed, system calls included.
"""


def main() -> None:
    """Measure the parts that are asked for, each in a process of its own, and show them as they come."""
    asked = _asked()
    heading = f"Machine: {machine_line()}\n"
    print(heading, flush=True)
    sections = [_measured(part, asked.rounds) for part in asked.parts or PARTS]
    if asked.write:
        DOCUMENT.write_text(
            "\n".join(text.rstrip("\n") + "\n" for text in (_INTRODUCTION, heading, *sections)), "utf-8"
        )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; else all")
    parser.add_argument("--rounds", type=int, help="rounds of every part; else as many as each needs")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, with all parts")
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]!r}: {', '.join(PARTS)}")
    if asked.parts and asked.write:
        parser.error("--write measures all parts; leave their names out")
    return asked


def _measured(part: str, rounds: int | None) -> str:
    command = [sys.executable, str(HERE / f"{part}.py"), *(["--rounds", str(rounds)] if rounds else [])]
    section: str = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(section, flush=True)
    return section


if __name__ == "__main__":
    main()
