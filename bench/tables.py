"""Markdown tables, numbers with their units, and whether a target is met. No decimal is shown that is noise."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

Section = str
"""Markdown of one part: a heading, what is measured, and a table."""


def section(title: str, told: str, table: str, after: str = "") -> Section:
    """A heading, a paragraph, a table, and perhaps a paragraph after it."""
    return "\n\n".join(filter(None, [f"## {title}", told, table, after])) + "\n"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column is words, the others are numbers."""
    marks = [":--", *["--:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, marks, *rows))


def ms(seconds: float) -> str:
    """`3.2 ms`, `214 ms`, `12.4 s`."""
    if seconds >= 2:
        return f"{seconds:.1f} s"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.02 else f"{seconds * 1000:.2g} ms"


def times(ratio: float) -> str:
    """`2.4 ×`, `61 ×`."""
    return f"{ratio:.0f} ×" if ratio >= 20 else f"{ratio:.1f} ×" if ratio >= 3 else f"{ratio:.2f} ×"


def at_most(limit: float, *measured: float, unit: str = " ×") -> str:
    """The target and whether all of `measured` keep below it."""
    return f"≤ {limit:g}{unit}: {'met' if max(measured) <= limit else '**missed**'}"


def at_least(limit: float, measured: float) -> str:
    """The target and whether `measured` reaches it."""
    return f"≥ {limit:g} ×: {'met' if measured >= limit else '**missed**'}"


def show(measure: Callable[[int], Section], rounds: int) -> None:
    """What each part's file does when it is run: measure and print. `rounds` is the number of a full run."""
    parser = argparse.ArgumentParser(description=measure.__doc__)
    parser.add_argument("--rounds", type=int, default=rounds, help=f"rounds to take medians of ({rounds})")
    print(measure(parser.parse_args().rounds))
