"""The plain tables in data/: tabs between the cells, comments begin with #."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    """The cells of each line of a table."""
    return (line.split("\t") for line in _lines(name))


def db25_codes() -> frozenset[str]:
    """The compact codes of DB25 down to the class: all that a build asks for while every code is right."""
    return frozenset(line.partition("\t")[0].replace(".", "") for line in _lines("db25.tsv"))


def _lines(name: str) -> Iterator[str]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return (line for line in lines if not line.startswith("#"))
