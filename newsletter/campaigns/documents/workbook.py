"""The report as a workbook: real numbers and dates to go on working with; the same report gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from newsletter.campaigns.charts.lettering import sound
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.documents.sections import lead, sections
from newsletter.campaigns.documents.tables import Cell, Column, Percent, Row, Table
from newsletter.campaigns.progress.values import Forecast, Report

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_WIDEST = 60
_HEAD = 3
"""The row of the column titles: above it what the sheet is of."""


def workbook(report: Report) -> bytes:
    """A sheet for each table, the overview first; no formula, no macro."""
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for section in sections(report):
        if section.table:
            _fill(book.create_sheet(_name(section.table.title, book.sheetnames)), section.table, report)
    book.properties.title, book.properties.creator = sound(report.title), sound(report.owner)
    book.properties.language = report.language
    book.properties.created = datetime.combine(report.as_of, time())  # the format knows no zone
    book.save(file)
    return _same_bytes(file.getvalue(), report.as_of)


def _name(title: str, taken: list[str]) -> str:
    """A sheet's name: short, without what Excel forbids, and its own."""
    name = " ".join(sound(title).translate(_FORBIDDEN).split())[:_LONGEST_NAME]
    return name if name.lower() not in map(str.lower, taken) else f"{name[: _LONGEST_NAME - 3]} {len(taken) + 1}"


def _fill(sheet: Worksheet, table: Table, report: Report) -> None:
    from openpyxl.styles import Alignment, Font

    _put(sheet, 1, 1, table.caption)
    _put(sheet, 2, 1, " ".join([report.title, *lead(report)]))
    sheet.cell(1, 1).font = Font(bold=True, size=13)
    noted = any(row.note for row in table.rows)
    titles = list(_titles(table, report, noted=noted))
    for place, (title, _) in enumerate(titles, 1):
        _put(sheet, _HEAD, place, title)
        sheet.cell(_HEAD, place).font = Font(bold=True)
        sheet.cell(_HEAD, place).alignment = Alignment(wrap_text=True, vertical="top")
    for down, row in enumerate(table.rows, _HEAD + 1):
        for across, value in enumerate(_spread(row, table, noted=noted), 1):
            _put(sheet, down, across, value)
    sheet.freeze_panes = f"B{_HEAD + 1}"
    _widen(sheet, len(titles))


def _titles(table: Table, report: Report, *, noted: bool) -> Iterator[Column]:
    """A forecast takes three columns; what rows count, one more at the end."""
    labels = LABELS[report.language]
    for column in table.columns:
        if column.kind == "forecast":
            yield from (Column(labels[name]) for name in ("low", "mid", "high"))
        else:
            yield column
    if noted:
        yield Column(labels["numerator"], "text")


def _spread(row: Row, table: Table, *, noted: bool) -> Iterator[Cell]:
    for cell, column in zip(row.cells, table.columns, strict=True):
        if column.kind != "forecast":
            yield cell
        elif isinstance(cell, Forecast):
            yield from (round(cell.low, 1), round(cell.mid, 1), round(cell.high, 1))
        else:
            yield from (None, None, None)
    if noted:
        yield row.note


def _put(sheet: Worksheet, down: int, across: int, value: Cell) -> None:
    """Text stays text, also when it begins with =."""
    cell = sheet.cell(down, across)
    match value:
        case str():
            cell.value = sound(value)[:_LONGEST_TEXT]
            cell.data_type = "s"
        case Percent():
            cell.value, cell.number_format = value.value, '0.0" %"'
        case date():
            cell.value, cell.number_format = value, "yyyy-mm-dd"
        case int() | float():
            cell.value, cell.number_format = value, "#,##0" if float(value).is_integer() else "#,##0.0"


def _widen(sheet: Worksheet, columns: int) -> None:
    from openpyxl.utils import get_column_letter

    for across in range(1, columns + 1):
        longest = max(len(str(sheet.cell(down, across).value or "")) for down in range(_HEAD, sheet.max_row + 1))
        sheet.column_dimensions[get_column_letter(across)].width = min(max(longest, 8), _WIDEST) + 2


def _same_bytes(data: bytes, as_of: date) -> bytes:
    """The archive with the report's day as every file's time, and as the time of its last change."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = ZipInfo(name, (as_of.year, as_of.month, as_of.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            target.writestr(
                entry, _dated(source.read(name), as_of) if name == "docProps/core.xml" else source.read(name)
            )
    return made.getvalue()


def _dated(core: bytes, as_of: date) -> bytes:
    """Openpyxl writes the moment of saving; the report knows no such moment."""
    head, opened, rest = core.partition(b"<dcterms:modified")
    tag, _, rest = rest.partition(b">")
    _, closing, tail = rest.partition(b"</dcterms:modified>")
    return head + opened + tag + b">" + f"{as_of}T00:00:00Z".encode() + closing + tail
