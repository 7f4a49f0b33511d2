"""What every chart keeps: well-formed, named, told in words, the same bytes each time, nothing outside the picture."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import report_kit
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import MAIL, NARROW, PRINT, SLIDE, WIDE, Form
from newsletter.campaigns.charts.funnel import funnel
from newsletter.campaigns.charts.lettering import width
from newsletter.campaigns.charts.scale import Scale, month_starts, ticks
from newsletter.campaigns.charts.svg import number
from newsletter.campaigns.charts.weeks import heat_map, shade
from newsletter.campaigns.progress.values import Report

FORMS = [WIDE, NARROW, PRINT, MAIL, SLIDE]
CHARTS: dict[str, Callable[[Report, Form], str]] = {
    "burn-up": burn_up,
    "industries": lambda report, form: bars(report, "industry", form),
    "months": lambda report, form: bars(report, "month", form),
    "schemes": lambda report, form: bars(report, "scheme", form, "agreements"),
    "weeks": heat_map,
    "funnel": funnel,
}
SVG = "{http://www.w3.org/2000/svg}"
ALL = pytest.mark.parametrize("chart", CHARTS)


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in etree.fromstring(svg).iter(f"{SVG}text")]


@ALL
@pytest.mark.parametrize("example", report_kit.EXAMPLES)
def test_a_chart_is_a_picture_with_a_name_and_words(chart: str, example: str) -> None:
    report = report_kit.EXAMPLES[example]()
    for form in FORMS:
        root = etree.fromstring(CHARTS[chart](report, form))
        assert root.get("role") == "img"
        title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert (title.text, desc.text) != (None, None)
        assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), desc.get("id"))
        ids = [each.get("id") for each in root.iter() if each.get("id")]
        assert len(ids) == len(set(ids))


@ALL
def test_the_same_report_gives_the_same_bytes(chart: str) -> None:
    for form in FORMS:
        assert CHARTS[chart](report_kit.on_track(), form) == CHARTS[chart](report_kit.on_track(), form)


@ALL
@pytest.mark.parametrize("example", report_kit.EXAMPLES)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_nothing_is_drawn_outside_the_picture(chart: str, example: str, form: Form) -> None:
    """Every text and every spot of a path lies inside; also a browser's wider letters do, by the form's slack."""
    root = etree.fromstring(CHARTS[chart](report_kit.EXAMPLES[example](), form))
    _, _, wide, tall = map(float, root.get("viewBox").split())
    for each in root.iter(f"{SVG}text"):
        bold = each.get("font-weight") == "600"
        long = width(each.text or "", float(each.get("font-size")), bold=bold) * form.slack
        share = {"end": 1.0, "middle": 0.5}.get(each.get("text-anchor"), 0.0)
        start = float(each.get("x")) - long * share
        assert start >= -0.5, each.text
        assert start + long <= wide + 0.5, each.text
        assert 0 < float(each.get("y")) <= tall, each.text
    for each in root.iter(f"{SVG}path"):
        spots = [float(value) for value in re.findall(r"-?[\d.]+", each.get("d"))]
        assert all(-6 <= x <= wide + 6 for x in spots[::2])
        assert all(-6 <= y <= tall + 6 for y in spots[1::2])


def test_a_slide_is_as_large_as_a_slide_and_tells_what_it_leaves_out() -> None:
    svg = bars(report_kit.many_industries(), "industry", SLIDE)
    assert 'viewBox="0 0 960 540"' in svg
    shown = [each for each in texts(svg) if each in report_kit.SECTIONS.values()]
    assert 8 < len(shown) < 22
    assert f"Her vises {len(shown)} af 22, valgt efter hvor langt de er bagud." in " ".join(texts(svg))
    assert "Internationale organisationer" in shown


def test_late_is_told_by_hatching_and_a_word_and_not_by_colour_alone() -> None:
    svg = bars(report_kit.on_track(), "industry", WIDE)
    late = [each for each in texts(svg) if each.endswith(", bagud")]
    assert late == ["9 af 30, bagud", "13 af 35, bagud"]
    assert svg.count('fill="url(#late-visits-by-industry-wide)"') == len(late)


def test_the_burn_up_names_its_lines_where_they_are() -> None:
    told = texts(burn_up(report_kit.on_track(), WIDE))
    assert {"Mål: 120", "Besøg 58", "Plan 54", "Prognose", "118–139", "opgjort 1. feb."} <= set(told)


def test_a_campaign_not_begun_has_a_plan_and_no_today() -> None:
    told = texts(burn_up(report_kit.not_begun(), WIDE))
    assert "Plan" in told
    assert not [each for each in told if each.startswith(("opgjort", "Besøg", "Prognose"))]


def test_an_ended_campaign_is_marked_at_its_end_with_the_year_it_was_looked_at() -> None:
    told = texts(burn_up(report_kit.ended(), WIDE))
    assert "opgjort 31. jul. 2027" in told
    assert "Prognose" not in told


def test_weeks_lie_in_the_month_of_their_thursday() -> None:
    """Monday 28 December 2026 begins week 53, whose Thursday is 31 December; week 1 begins on 4 January."""
    told = texts(heat_map(report_kit.new_year(), WIDE))
    december, january = told.index("december 2026"), told.index("januar 2027")
    assert december < told.index("uge 53") < january < told.index("uge 1")


def test_a_week_to_come_shows_no_number() -> None:
    told = texts(heat_map(report_kit.new_year(), WIDE))
    assert told[told.index("uge 53") + 1] == "4"
    assert told[told.index("uge 1") + 1] == "uge 2"


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_shade_is_none_only_for_no_visits_and_full_only_at_the_most(visits: int, most: int) -> None:
    most = max(visits, most)
    assert (shade(visits, most) == 0) == (visits == 0)
    assert 0 <= shade(visits, most) <= 5
    assert shade(most, most) == 5


@given(st.floats(0, 1e6))
def test_an_axis_reaches_its_values_in_few_round_steps(top: float) -> None:
    found = ticks(top)
    assert found[0] == 0
    assert found[-1] >= top
    assert 2 <= len(found) <= 6
    assert len({later - former for former, later in itertools.pairwise(found)}) == 1


def test_months_begin_with_the_period_and_pass_new_year_and_a_leap_day() -> None:
    starts = month_starts(date(2027, 11, 15), date(2028, 3, 1))
    assert starts == [date(2027, 11, 15), date(2027, 12, 1), date(2028, 1, 1), date(2028, 2, 1), date(2028, 3, 1)]
    assert month_starts(date(2028, 2, 29), date(2028, 2, 29)) == [date(2028, 2, 29)]


def test_a_campaign_of_one_day_can_be_drawn() -> None:
    day = date(2028, 2, 29)
    report = report_kit.report(day, 3, first=day, last=day)
    assert "Besøg 3" in texts(burn_up(report, WIDE))
    assert Scale(low=1, high=1, start=5, end=9).at(1) == 5


def test_thousands_of_visits_have_room_beside_the_last_day() -> None:
    made = report_kit.report(report_kit.LAST, 12345)
    svg = etree.fromstring(burn_up(made, NARROW))
    (done,) = (each for each in svg.iter(f"{SVG}text") if each.text == "Besøg 12.345")
    assert float(done.get("x")) + width(done.text, 14, bold=True) * NARROW.slack <= NARROW.width


def test_a_slide_without_a_target_is_a_slide() -> None:
    assert 'viewBox="0 0 960 540"' in burn_up(report_kit.no_target(), SLIDE)


def test_numbers_in_a_picture_are_short() -> None:
    assert [number(each) for each in (1, 0.1 + 0.2, -0.001, 12.345, -2.5, 100)] == [
        "1",
        "0.3",
        "0",
        "12.35",
        "-2.5",
        "100",
    ]


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_label_is_only_a_label(text: str) -> None:
    """Markup, quotes and the writer's own signs in a name stay a name."""
    report = report_kit.on_track()
    lines = tuple(replace(each, label=f'<a href="@ink">{text}" fill="@late') for each in report.lines)
    stages = tuple(replace(each, label=f"]]>&{text}") for each in report.funnel)
    for form in (WIDE, MAIL):
        for svg in (bars(replace(report, lines=lines), "industry", form), funnel(replace(report, funnel=stages), form)):
            assert not list(etree.fromstring(svg).iter(f"{SVG}a"))
