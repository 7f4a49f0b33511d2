"""A list into a file: CSV, Excel or JSON lines. No cell is run as a formula by who opens it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Literal

from newsletter.subscribers.importing.cells import harmless

ListFormat = Literal["csv", "xlsx", "jsonl"]
ENDINGS: dict[str, ListFormat] = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_SHEET = "Abonnenter"


def write_list(path: Path, form: ListFormat, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a list to a file that only its owner may read, whole or not at all; how many rows."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        count = _write(draft, form, headings, rows)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write(path: Path, form: ListFormat, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    if form == "xlsx":
        return _write_excel(path, headings, rows)
    with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        return write_text(file, form, headings, rows)


def write_text(
    file: IO[str], form: Literal["csv", "jsonl"], headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> int:
    """Write a list as text; how many rows."""
    count = 0
    if form == "jsonl":
        for count, cells in enumerate(rows, 1):  # noqa: B007  # counted for who asked
            told = {heading: cell or None for heading, cell in zip(headings, cells, strict=True)}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
        return count
    writer = csv.writer(file, delimiter=";")
    writer.writerow(map(harmless, headings))
    for count, cells in enumerate(rows, 1):  # noqa: B007
        writer.writerow(map(harmless, cells))
    return count


def _write_excel(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    sheet.freeze_panes = "A2"

    def texts(cells: Iterable[str]) -> list[Any]:
        row = []
        for cell in cells:
            written = WriteOnlyCell(sheet)
            written.value, written.data_type = harmless(cell), "s"
            row.append(written)
        return row

    sheet.append(texts(headings))
    count = 0
    for count, cells in enumerate(rows, 1):  # noqa: B007
        sheet.append(texts(cells))
    book.save(path)
    return count
