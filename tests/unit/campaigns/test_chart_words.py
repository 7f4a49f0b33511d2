"""Numbers, dates and sentences as readers write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import Formatter

import pytest
import report_kit

from newsletter.campaigns.charts import sentences
from newsletter.campaigns.charts.words import WORDS
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.progress.values import Forecast

DANISH, ENGLISH = WORDS["da"], WORDS["en"]


def test_numbers_have_a_comma_a_dot_and_a_real_minus_in_danish() -> None:
    assert [DANISH.number(each) for each in (1234, 12.5, -3, 0.04, -0.04, 12.96)] == [
        "1.234",
        "12,5",
        "−3",
        "0",
        "0",
        "13",
    ]
    assert [ENGLISH.number(each) for each in (1234, 12.5, -3)] == ["1,234", "12.5", "−3"]
    assert DANISH.value(81.5, "percent") == "81,5\u00a0%"
    assert DANISH.value(None) == "–"


def test_a_forecast_is_told_in_whole_numbers_and_once_when_its_ends_are_one() -> None:
    assert DANISH.span(Forecast(low=95.6, mid=110, high=130.5)) == "96–131"
    assert DANISH.span(Forecast(low=12, mid=12, high=12.2)) == "12"


@pytest.mark.parametrize(
    ("monday", "week"),
    [
        (date(2026, 12, 28), "uge 53"),
        (date(2027, 1, 4), "uge 1"),
        (date(2024, 12, 30), "uge 1"),
        (date(2028, 2, 28), "uge 9"),
    ],
)
def test_weeks_are_those_of_iso_also_at_new_year(monday: date, week: str) -> None:
    assert DANISH.week(monday) == week


def test_days() -> None:
    assert (DANISH.short_day(date(2028, 2, 29)), ENGLISH.short_day(date(2028, 2, 29))) == (
        "29. feb. 2028",
        "29 Feb 2028",
    )
    assert (DANISH.shortest_day(date(2026, 11, 3)), DANISH.month(date(2026, 5, 1))) == ("3. nov.", "maj 2026")


def test_both_languages_have_the_same_texts_with_the_same_values() -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for danish, english in ((DANISH.texts, ENGLISH.texts), (LABELS["da"], LABELS["en"])):
        assert danish.keys() == english.keys()
        assert {key for key in danish if values(danish[key]) != values(english[key])} == set()


@pytest.mark.parametrize(
    ("example", "headline", "says"),
    [
        ("on_track", "Besøg: 4 foran planen", "58 besøg til og med 1. feb. 2027. Efter planen skulle der være 54 nu."),
        ("behind", "Besøg: 12 bagud", "Fortsætter det som hidtil, ender kampagnen på 84–102 besøg."),
        ("ended", "Besøg: 98 af 120 ved kampagnens slutning", "der manglede 22 i målet på 120."),
        ("not_begun", "Besøg: kampagnen begynder 1. okt. 2026", "Målet er 120 besøg til og med 30. jun. 2027."),
        ("no_visits", "Besøg: 6 bagud", "Der er ingen besøg endnu at regne en prognose af."),
        ("no_target", "Besøg over tid", "Kampagnen har ikke lovet et antal besøg."),
        (
            "english",
            "Visits: 4 ahead of the plan",
            "If things go on as they have, the campaign ends at 118–139 visits.",
        ),
    ],
)
def test_the_burn_up_in_words(example: str, headline: str, says: str) -> None:
    told = sentences.over_time(report_kit.EXAMPLES[example]())
    assert told[0] == headline
    assert says in told[1]


def test_an_ended_campaign_goes_on_no_longer() -> None:
    """Its forecast is what it has, and is not told."""
    assert sentences.over_time(report_kit.ended())[1] == (
        "Kampagnen sluttede 30. jun. 2027 med 98 besøg; der manglede 22 i målet på 120."
    )


def test_a_reached_target_and_a_campaign_without_a_plan_in_words() -> None:
    report = report_kit.report(actual=124)
    assert sentences.over_time(report)[0] == "Målet på 120 besøg er nået"
    bare = replace(report, lines=(report_kit.line("visits", "Besøg", 120, 7),))
    assert sentences.over_time(bare)[0] == "Besøg: 7 af 120"


def test_the_bars_in_words() -> None:
    """The furthest behind by its gap: 9 - 16.6 = -7.6 in F, 13 - 19.4 = -6.4 in R."""
    says = (
        "2 af 5 brancher er bagud. Længst bagud er Bygge og anlæg: 9 af 30, ventet indtil nu 17. "
        "Uden mål: Undervisning 4; uoplyst 2."
    )
    assert sentences.parts(report_kit.on_track(), "industry") == ("Besøg efter branche", says)
    assert sentences.parts(report_kit.on_track(), "consultant", "follow_up") == (
        "Opfølgning til tiden efter konsulent",
        "Ingen af 2 konsulenter er bagud.",
    )
    assert sentences.parts(report_kit.ended(), "industry")[1].startswith("1 af 5 brancher nåede målet.")
    assert sentences.parts(report_kit.not_begun(), "industry")[1] == "Kampagnen begynder 1. okt. 2026."
    assert sentences.parts(report_kit.only_visits(), "industry")[1] == "Kampagnen har ikke lovet noget efter branche."


def test_the_weeks_in_words() -> None:
    """Weeks 40 to 5: 3 5 2 4 6 0 1 9, again, and 3 5 of... until 1 February; the first of the busiest is told."""
    assert sentences.weeks(report_kit.on_track())[1] == "Flest besøg i uge 47: 9. Uger uden besøg til nu: 2."
    assert sentences.weeks(report_kit.no_visits())[1] == "Der er ingen besøg endnu."


def test_the_funnel_in_words() -> None:
    says = "Har fået mail: 240, I dialog: 84, Besøgt: 58, Har en aftale: 9 virksomheder."
    assert sentences.funnel(report_kit.on_track())[1] == says
    assert sentences.funnel(report_kit.not_begun())[1] == "Der er ingen virksomheder at tælle endnu."


def test_a_share_of_nothing_yet_is_a_dash() -> None:
    """Anna kept 23 of 25 (92 %); Bo has none whose time is over."""
    anna, bo = report_kit.on_track().of("follow_up", "consultant")
    assert DANISH.standing(anna) == "92\u00a0% (mål 90\u00a0%)"
    assert DANISH.standing(bo) == "– (mål 90\u00a0%)"


def test_what_was_done_without_a_target_has_a_name_too() -> None:
    told = [
        ("month", "2027-03"),
        ("industry", "Q"),
        ("size", "200+"),
        ("consultant", "bo-proevesen"),
        ("size", "unknown"),
    ]
    assert [DANISH.part_of(by, key, {}) for by, key in told] == [
        "marts 2027",
        "branche Q",
        "200+ ansatte",
        "bo-proevesen",
        "uoplyst",
    ]
    names = {"Q": "Undervisning", "bo-proevesen": "Bo Prøvesen"}
    assert [DANISH.part_of(by, key, names) for by, key in told[1:4]] == ["Undervisning", "200+ ansatte", "Bo Prøvesen"]
