"""Companies written to a file: CSV as Excel opens it, a workbook, or JSON lines. Only its owner may read it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from newsletter.subscribers.companies.listing import Listed
from newsletter.subscribers.importing.cells import harmless

HEADINGS = tuple(Listed.__annotations__)
_WORDS = {True: "yes", False: "no", None: ""}


def export_companies(rows: Iterable[Listed], path: Path) -> int:
    """Write the companies to a file of the kind that its ending says, in one step; how many there are."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            number = WRITERS[path.suffix.lower()](rows, file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return number


def _write_csv(rows: Iterable[Listed], file: IO[bytes]) -> int:
    """Semicolons, and the mark by which Excel knows UTF-8."""
    number = 0
    file.write("\ufeff".encode())
    lines = csv.writer(_Text(file), delimiter=";")
    lines.writerow(HEADINGS)
    for row in rows:
        lines.writerow(map(_cell, row.values()))
        number += 1
    return number


def _write_excel(rows: Iterable[Listed], file: IO[bytes]) -> int:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet("companies")
    sheet.append(HEADINGS)
    number = 0
    for row in rows:
        sheet.append([_cell(value) for value in row.values()])
        number += 1
    workbook.save(file)
    return number


def _write_lines(rows: Iterable[Listed], file: IO[bytes]) -> int:
    number = 0
    for row in rows:
        file.write(f"{json.dumps(row, ensure_ascii=False)}\n".encode())
        number += 1
    return number


def _cell(value: Any) -> str:
    """As text: a code keeps its zero, and nothing is run as a formula."""
    return _WORDS[value] if value is None or isinstance(value, bool) else harmless(str(value))


class _Text:
    """What csv writes to."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, text: str) -> int:
        """Write a line."""
        return self.file.write(text.encode())


WRITERS: dict[str, Callable[[Iterable[Listed], IO[bytes]], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_lines,
    ".xlsx": _write_excel,
}
