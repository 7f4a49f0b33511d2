"""A list in a file, as rows of text: CSV, Excel or JSON lines, whatever its ending says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from newsletter.problems import Invalid, Place, Problem

Row = tuple[int, Sequence[str], str]
"""Line on which the row begins, its cells, and why it cannot be used (a reason; and its cure), or nothing."""
Kind = Literal["csv", "xlsx", "jsonl"]
CODE = "import"
"""Of all problems with a list."""

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_CURE = "save the list as Excel (.xlsx) or as CSV, and import that file"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One list: its headings, and its rows as often as they are asked for."""

    name: str
    """Of the file."""
    kind: Kind
    form: str
    """How the file is written, for people: `CSV with semicolons, UTF-8`."""
    headings: tuple[str, ...]
    read: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """The rows below the headings, read anew; empty ones are left out, and all have a cell for each heading."""
        return self.read()

    def sample(self, number: int = 50) -> list[Sequence[str]]:
        """The cells of the first rows that can be used."""
        return list(islice((cells for _, cells, reason in self.rows() if not reason), number))


def read_sheet(path: Path) -> Sheet:
    """The list in a file. Raises Invalid with a cure when it holds none."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf\0 \t\r\n"):
        raise Invalid([problem(path.name, 1, "the file is empty", "choose the file with the list")])
    if start.startswith(_ZIP):
        from newsletter.subscribers.importing.excel import read_excel

        return read_excel(path)
    _refuse(path.name, start)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        from newsletter.subscribers.importing.jsonlines import read_json_lines

        return read_json_lines(path)
    from newsletter.subscribers.importing.delimited import read_delimited

    return read_delimited(path)


def _refuse(name: str, start: bytes) -> None:
    if start.startswith(_OLE):
        text = "this Excel file has a password, or is of the old kind (.xls)"
        raise Invalid([problem(name, 1, text, "open it in Excel, take the password off and save it as .xlsx")])
    if start.startswith(_PDF):
        raise Invalid([problem(name, 1, "this is a PDF, not a list", _CURE)])


def problem(name: str, line: int, text: str, hint: str) -> Problem:
    """A problem with the whole list."""
    return Problem.at(Place(name, line), CODE, text, hint)


def tidy_headings(name: str, line: int, cells: Sequence[str]) -> tuple[str, ...]:
    """Headings that each stand for one column: empty ones at the end cut off, others numbered, no two alike.

    Raises Invalid when the row holds no headings.
    """
    words = [" ".join(cell.split()) for cell in cells]
    while words and not words[-1]:
        words.pop()
    if any("@" in word and "." in word for word in words):
        text = "the first row holds an address, headings are expected"
        raise Invalid([problem(name, line, text, "write a row above it that names the columns, such as: E-mail;Navn")])
    if not words:
        raise Invalid([problem(name, line, "the file holds no headings", _CURE)])
    found: dict[str, None] = {}
    for number, word in enumerate(words, 1):
        plain = word or f"column {number}"
        found[plain if plain not in found else _another(plain, found)] = None
    return tuple(found)


def _another(word: str, taken: dict[str, None]) -> str:
    return next(each for number in range(2, len(taken) + 3) if (each := f"{word} ({number})") not in taken)
