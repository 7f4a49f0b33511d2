"""The report as a workbook, read back: real numbers and dates, frozen heads, no formula, the same bytes each time."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import datetime

import pytest
import report_kit
from openpyxl import Workbook, load_workbook

from newsletter.campaigns.documents import workbook


def read(report: object) -> Workbook:
    return load_workbook(io.BytesIO(workbook(report)))


def test_a_sheet_for_each_table() -> None:
    assert read(report_kit.on_track()).sheetnames == [
        "Overblik",
        "Besøg over tid",
        "Besøg efter måned",
        "Besøg efter branche",
        "Besøg efter konsulent",
        "Opfølgning til tiden efter kons",
        "Besøg efter størrelse",
        "Aftaler efter ordning",
        "Besøg uge for uge",
        "Fra mail til aftale",
        "Hvad tallene tæller",
    ]


@pytest.mark.parametrize("example", report_kit.EXAMPLES)
def test_every_sheet_has_frozen_heads_and_widths(example: str) -> None:
    for sheet in read(report_kit.EXAMPLES[example]()).worksheets:
        assert sheet.freeze_panes == "B4"
        assert all(8 < sheet.column_dimensions[cell.column_letter].width <= 62 for cell in sheet[3])
        assert len(sheet.title) <= 31


def test_numbers_are_numbers_and_dates_are_dates() -> None:
    book = read(report_kit.on_track())
    heads, visits = ([cell.value for cell in row] for row in list(book["Overblik"].rows)[2:4])
    assert dict(zip(heads, visits, strict=True)) == {
        "Mål for": "Besøg",
        "Mål": 120,
        "Nået": 58,
        "Ventet indtil nu": 54.1,
        "Forskel": 3.9,
        "Pr. uge for at nå målet": 2.6,
        "Prognose, lav": 117.7,
        "Prognose, midt": 128.5,
        "Prognose, høj": 139.3,
        "Status": "følger planen",
        "Tæller": "Besøg hos virksomheder, på stedet eller på skærm.",
    }
    share = book["Overblik"]["C6"]
    assert (share.value, share.number_format) == (81.5, '0.0" %"')
    assert book["Besøg uge for uge"]["C4"].value == datetime.fromisoformat("2026-09-28")
    assert book["Besøg over tid"]["A4"].is_date


def test_a_leap_day_is_a_day() -> None:
    days = [row[0].value for row in read(report_kit.leap_day())["Besøg over tid"].iter_rows(min_row=4)]
    assert datetime.fromisoformat("2028-02-29") in days


def test_text_that_looks_like_a_formula_or_breaks_xml_is_text() -> None:
    report = report_kit.report(title='=HYPERLINK("x")\x00', remarks=())
    lines = (replace(report.lines[0], label="=1+1\x01"), replace(report.lines[1], label="+cmd|' /C calc'!A0"))
    sheet = read(replace(report, lines=lines)).worksheets[0]
    assert [(sheet[name].value, sheet[name].data_type) for name in ("A4", "A5")] == [
        ("=1+1", "s"),
        ("+cmd|' /C calc'!A0", "s"),
    ]


def test_two_sheets_never_have_one_name() -> None:
    report = report_kit.long_labels()
    names = [name.lower() for name in read(report).sheetnames]
    assert len(names) == len(set(names)) == 11


def test_the_same_report_gives_the_same_bytes_a_while_later() -> None:
    first = workbook(report_kit.on_track())
    time.sleep(2.1)  # a ZIP counts in steps of two seconds
    assert workbook(report_kit.on_track()) == first
