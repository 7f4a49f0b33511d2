"""The report as HTML: one file that needs no other, its headings in order, every figure in a table."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
import report_kit
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from newsletter.campaigns.documents import html_page

EXAMPLES = pytest.mark.parametrize("example", report_kit.EXAMPLES)


def page(report: object) -> html.HtmlElement:
    return html.document_fromstring(html_page(report).decode())


@EXAMPLES
def test_one_h1_and_no_level_skipped(example: str) -> None:
    levels = [int(each.tag[1]) for each in page(report_kit.EXAMPLES[example]()).iter("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - former <= 1 for former, later in itertools.pairwise(levels))


@EXAMPLES
def test_nothing_is_fetched_and_nothing_runs(example: str) -> None:
    made = html_page(report_kit.EXAMPLES[example]()).decode()
    outside = re.sub(r'xmlns="http://www\.w3\.org/2000/svg"', "", made)
    assert not re.search(r"https?:|//[a-z]|url\((?!#)|@import|<script|<link|<img|\son\w+=", outside)


@EXAMPLES
def test_a_tables_cells_have_their_heads(example: str) -> None:
    for table in page(report_kit.EXAMPLES[example]()).iter("table"):
        assert "".join(table.find("caption").itertext())
        heads = table.findall("thead/tr/th")
        assert [each.get("scope") for each in heads] == ["col"] * len(heads)
        for row in table.findall("tbody/tr"):
            assert [each.tag for each in row] == ["th"] + ["td"] * (len(heads) - 1)
            assert row[0].get("scope") == "row"


@EXAMPLES
def test_no_id_stands_twice_and_every_reference_is_met(example: str) -> None:
    tree = page(report_kit.EXAMPLES[example]())
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    named = {each.get(name) for each in tree.iter() for name in ("aria-labelledby", "aria-describedby")} - {None}
    assert named <= set(ids)


def test_the_figures_of_a_chart_stand_in_the_table_below_it() -> None:
    tree = page(report_kit.on_track())
    (table,) = (each for each in tree.iter("table") if each.getparent().get("aria-labelledby") == "industry-caption")
    rows = [[cell.text_content() for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["Branche", "Mål", "Nået", "Ventet indtil nu", "Forskel", "Status"]
    assert rows[2] == ["Bygge og anlæg", "30", "9", "16,6", "−7,6", "bagud"]
    assert rows[-1] == ["uoplyst", "–", "2", "–", "–", "uden mål"]


def test_what_a_number_counts_is_told_beside_it() -> None:
    tree = page(report_kit.on_track())
    first = next(each for each in tree.iter("small"))
    assert first.getparent().text == "Besøg"
    assert first.text == "Tæller: Besøg hos virksomheder, på stedet eller på skærm."


def test_weeks_and_burn_up_over_new_year() -> None:
    told = page(report_kit.new_year()).text_content()
    assert "uge 53" in told
    assert "28. dec. 2026" in told
    assert "3. jan. 2027" in told


def test_remarks_and_proposals_come_before_the_figures() -> None:
    heads = [each.text for each in page(report_kit.on_track()).iter("h2")]
    assert heads[:4] == ["Værd at vide", "Det foreslår vi", "Overblik", "Besøg over tid"]


def test_what_is_not_there_has_no_section() -> None:
    heads = [each.text for each in page(report_kit.no_target()).iter("h2")]
    assert "Besøg over tid" not in heads
    assert "Fra mail til aftale" not in heads


def test_in_english() -> None:
    tree = page(report_kit.english())
    assert tree.get("lang") == "en"
    assert "Visits over time" in [each.text for each in tree.iter("h2")]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_text_stays_text(text: str) -> None:
    report = report_kit.only_visits()
    hostile = f'</title><script>x</script>"{text}'
    tree = page(replace(report, title=hostile, remarks=(hostile,), proposals=(hostile,), owner=hostile))
    assert not list(tree.iter("script"))
    assert "<script>x</script>" in tree.find(".//h1").text_content()


def test_the_same_report_gives_the_same_bytes() -> None:
    assert html_page(report_kit.on_track()) == html_page(report_kit.on_track())
