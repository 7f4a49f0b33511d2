"""XLSX: the first sheet of a workbook that holds rows, as Excel last saw its values."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.problems import Invalid
from newsletter.subscribers.importing.cells import plain
from newsletter.subscribers.importing.sheets import Row, Sheet, problem, tidy_headings

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAX_UNPACKED = 2_000_000_000
"""Bytes. A workbook that unpacks to more than this is a trap or a mistake."""
_CURE = "open it in Excel and save it again as .xlsx, or as CSV UTF-8"


def read_excel(path: Path) -> Sheet:
    """The list in a workbook. Raises Invalid when it is no workbook, is broken or holds no rows."""
    _refuse_large(path)
    with _opened(path) as workbook:
        for name in workbook.sheetnames:
            first = next(_filled(workbook, name), None)
            if first:
                headings = tidy_headings(path.name, *first)
                read = partial(_rows, path, name, len(headings))
                form = f"Excel, sheet «{name}»"
                return Sheet(name=path.name, kind="xlsx", form=form, headings=headings, read=read)
    raise Invalid([problem(path.name, 1, "no sheet of the workbook holds rows", "choose the file with the list")])


def _refuse_large(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Invalid([problem(path.name, 1, "the file is broken", _CURE)]) from error
    if size > MAX_UNPACKED:
        raise Invalid([problem(path.name, 1, "the workbook is larger than can be read", "save the list as CSV UTF-8")])


@contextmanager
def _opened(path: Path) -> Iterator[Workbook]:
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and rules that do not matter here
            workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # a zip with anything in it breaks in any way
        raise Invalid([problem(path.name, 1, "this is no Excel workbook, or it is broken", _CURE)]) from error
    try:
        yield workbook
    finally:
        workbook.close()


def _rows(path: Path, name: str, width: int) -> Iterator[Row]:
    """Rows below the headings, each with `width` cells or with a reason why not."""
    with _opened(path) as workbook:
        rows = _filled(workbook, name)
        next(rows)
        for line, found in rows:
            cells = [*found[:width], *[""] * (width - len(found))]
            extra = any(map(str.strip, found[width:]))
            reason = "a cell stands beyond the headings; give its column a heading, or empty it" if extra else ""
            yield line, cells, reason


def _filled(workbook: Workbook, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows with something in them, with their numbers."""
    sheet: Any = workbook[name]
    if not hasattr(sheet, "reset_dimensions"):  # a sheet that is only a chart
        return
    sheet.reset_dimensions()  # some programs write them wrongly, and rows would be lost
    for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in values]
        if any(map(str.strip, cells)):
            yield line, cells


def _text(value: Any) -> str:
    """The cell as a person would have typed it."""
    if isinstance(value, str):
        return plain(re.sub("_x000D_", "", value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)
