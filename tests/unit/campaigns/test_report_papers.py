"""The PDFs, read back by another library: tagged, titled, in their language; one page is one; text is only text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import report_kit
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from newsletter.campaigns.charts.lettering import legible
from newsletter.campaigns.documents import final_report, one_pager

PAPERS = pytest.mark.parametrize("paper", [one_pager, final_report], ids=["one_pager", "final_report"])


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def elements(reader: PdfReader) -> list[DictionaryObject]:
    """All parts of the structure tree."""
    return list(_below(reader.trailer["/Root"]["/StructTreeRoot"]))


def _below(node: Any) -> Iterator[DictionaryObject]:
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object()
        if isinstance(found, DictionaryObject) and "/S" in found:
            yield found
            yield from _below(found)


def text(reader: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


@PAPERS
@pytest.mark.parametrize("example", report_kit.EXAMPLES)
def test_a_paper_is_tagged_titled_and_in_its_language(paper: Any, example: str) -> None:
    report = report_kit.EXAMPLES[example]()
    reader = read(paper(report))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == report.language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == report.title
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    figures = [each for each in elements(reader) if each["/S"] == "/Figure"]
    assert all(len(each["/Alt"]) > 20 for each in figures)
    assert bool(figures) == bool(report.burn_up or paper is final_report)


@pytest.mark.parametrize("example", report_kit.EXAMPLES)
def test_the_committees_paper_is_one_page(example: str) -> None:
    assert len(read(one_pager(report_kit.EXAMPLES[example]())).pages) == 1


def test_the_committees_paper_says_three_numbers_what_is_behind_and_what_is_proposed() -> None:
    told = text(read(one_pager(report_kit.behind())))
    for said in ("42 af 120", "58 af 100", "81,5 % (mål 90 %)", "Besøg: 12 bagud", "Besøg, Bygge og anlæg: 9 af 30",
                 "Ring til de 23 virksomheder", "Tallene er opgjort til og med 1. feb. 2027."):  # fmt: skip
        assert said in told.replace("\u00a0", " ")


def test_the_committees_paper_names_no_consultant() -> None:
    """Neither as behind nor in a proposal; the final report does."""
    asked = replace(report_kit.on_track(), proposals=("Planlæg flere besøg for Bo Prøvesen.", "Hold et møde."))
    told = text(read(one_pager(asked)))
    assert "Hold et møde." in told
    assert "Prøvesen" not in told
    assert "Bo Prøvesen" in text(read(final_report(report_kit.on_track())))


def test_the_final_report_has_bookmarks_and_real_tables() -> None:
    reader = read(final_report(report_kit.ended()))
    (whole,) = (each for each in reader.outline if not isinstance(each, list))
    assert whole.title == "Virksomheder viser vejen"
    kinds = [each["/S"] for each in elements(reader)]
    assert kinds.count("/Table") == 11
    assert kinds.count("/TH") > 50
    assert "/THead" in kinds
    assert kinds.count("/Caption") == kinds.count("/Table") + kinds.count("/Figure")
    assert kinds.count("/H1") == 1
    told = text(reader)
    assert told.startswith("Slutrapport")
    assert "Bygge og anlæg" in told
    assert f"Side 1 af {len(reader.pages)}" in told


def test_danish_letters_come_out_again() -> None:
    told = text(read(one_pager(report_kit.report(title="Æbler på Øen, åbent hus"))))
    assert "Æbler på Øen, åbent hus" in told


def test_nothing_of_the_moment_or_the_machine_is_in_the_file() -> None:
    made = one_pager(report_kit.on_track())
    assert made == one_pager(report_kit.on_track())
    assert read(made).metadata["/CreationDate"].startswith("D:20270201")


HOSTILE = (
    '#read("/etc/passwd")',
    "#panic()",
    "$x^2$",
    "= head",
    "*bold* _it_ `raw`",
    "@ref <label>",
    "\\u{1F600}",
    "//",
    "#set page()",
)


@pytest.mark.parametrize("text_", HOSTILE)
def test_typsts_own_signs_are_only_letters(text_: str) -> None:
    report = report_kit.only_visits()
    lines = (replace(report.lines[0], label=text_, too_early=text_, forecast=None),)
    hostile = replace(report, title=text_, owner=text_, remarks=(text_,), proposals=(text_,), lines=lines)
    for paper in (one_pager, final_report):
        assert text(read(paper(hostile))).count(" ".join(text_.split())) >= 4


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_gives_a_paper_with_it(text_: str) -> None:
    """What the font has is shown; the rest is a square. PDF/UA would refuse a letter without a shape."""
    report = report_kit.only_visits()
    lines = (replace(report.lines[0], label=text_),)
    made = replace(report, title=f"x{text_}", owner=text_, remarks=(text_,), proposals=(text_,), lines=lines)
    for paper in (one_pager, final_report):
        assert read(paper(made)).metadata.title == legible(f"x{text_}")
