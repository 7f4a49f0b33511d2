"""What speaks for a company: points by hand, and the words for them."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from next_kit import TODAY, a_company, an_ask
from rules_kit import a_book

from newsletter.campaigns.campaign import Campaign
from newsletter.campaigns.next.gaps import Done, Gap, gaps
from newsletter.campaigns.next.scoring import suggest
from newsletter.campaigns.next.weights import Next
from newsletter.campaigns.next.words import told
from newsletter.speech import Speech


def points(company, ask) -> dict[str, int]:
    return {reason.code: reason.points for reason in suggest(company, ask).reasons}


def test_every_reason_gives_its_points_and_the_strongest_comes_first():
    ask = an_ask(industries={"F": 24}, sizes={"10-49": 7})
    company = a_company(
        industry="432200",
        nomenclature="DB25",
        size=20,
        asked_on=date(2027, 3, 1),
        promised_for=date(2027, 2, 1),
        event="tema",
        needs=("lager",),
        interests=("fleksjob",),
        in_audience=True,
    )
    found = suggest(company, ask)
    assert [(reason.code, reason.points) for reason in found.reasons] == [
        ("asked", 25),
        ("industry-behind", 24),
        ("overdue", 15),
        ("came", 15),
        ("need", 15),
        ("interest", 10),
        ("audience", 10),
        ("never-visited", 10),
        ("size-behind", 7),
    ]
    assert found.score == 25 + 24 + 15 + 15 + 15 + 10 + 10 + 10 + 7


@pytest.mark.parametrize(("days", "expected"), [(364, {}), (365, {"long-ago": 8}), (1000, {"long-ago": 8})])
def test_a_visit_is_long_ago_from_the_365th_day_on(days, expected):
    assert points(a_company(last_visit=TODAY - timedelta(days=days)), an_ask()) == expected


def test_a_weight_of_0_takes_the_reason_out():
    ask = an_ask(weights=Next.model_validate({"never_visited": 0, "asked": 0}))
    assert suggest(a_company(asked_on=TODAY), ask).reasons == ()


def test_of_equals_the_larger_comes_first_then_the_industry_code_then_the_number():
    companies = [
        a_company(id=1),
        a_company(id=2, size=5),
        a_company(id=3, size=5, industry="432200", nomenclature="DB25"),
        a_company(id=4, size=5, industry="011100", nomenclature="DB25"),
        a_company(id=5, size=50),
        a_company(id=6, size=0),
        a_company(id=7, size=5, industry="011100", nomenclature="DB25"),
        a_company(id=8, asked_on=TODAY),
    ]
    ranked = sorted((suggest(each, an_ask()) for each in companies), key=lambda each: each.rank)
    assert [each.company.id for each in ranked] == [8, 5, 4, 7, 3, 2, 6, 1]


CAMPAIGN = {
    "title": "Besøg",
    "summary": "Vi besøger.",
    "period": {"first": "2027-01-01", "last": "2027-06-30"},
    "owner": "Lederen",
    "schedule": {"on": "first tuesday", "at": "09:00"},
    "targets": {
        "visits": {
            "total": 40,
            "by_industry": {"F": 20, "43": 10, "G": 10},
            "by_size": {"2-9": 30, "10-49": 8, "200+": 2},
        }
    },
}
DONE = [
    Done("432200", "DB25", 2, 4),
    Done("410000", "DB25", 10, 1),
    Done("472000", "DB25", 20, 5),
    Done("451120", "DB07", 5, 2),
    Done(None, None, None, 3),
]


def test_a_gap_is_the_part_of_the_wanted_visits_that_is_missing():
    """Half of each promise is wanted. F: 4 + 1 of 10, 43: 4 of 5, G: 5 + 2 of 5, which is enough.

    2-9: 4 + 2 of 15, 10-49: 1 + 5 of 4, 200+: 0 of 1. DB07's 45.11.20 lies in G by the key, beyond doubt.
    """
    found = gaps(Campaign.model_validate(CAMPAIGN), 0.5, DONE, a_book())
    assert found.industries == [
        Gap(key="F", actual=5, wanted=10, points=15),
        Gap(key="43", actual=4, wanted=5, points=6),
    ]
    assert found.sizes == [
        Gap(key="200+", actual=0, wanted=1, points=15),
        Gap(key="2-9", actual=6, wanted=15, points=9),
    ]


def test_a_company_that_helps_to_close_two_gaps_gets_the_points_of_the_wider_one():
    found = gaps(Campaign.model_validate(CAMPAIGN), 0.5, DONE, a_book())
    gap = found.of_industry("432200", "DB25")
    assert gap is not None
    assert (gap.key, gap.points) == ("F", 15)
    assert found.of_industry("472000", "DB25") is None
    assert found.of_industry(None, None) is None
    assert [found.of_size(size) is not None for size in (None, 1, 2, 9, 10, 199, 200, 1000)] == [
        False,
        False,
        True,
        True,
        False,
        False,
        True,
        True,
    ]


def test_before_anything_is_wanted_nothing_is_behind():
    found = gaps(Campaign.model_validate(CAMPAIGN), 0.0, [], a_book())
    assert (found.industries, found.sizes) == ([], [])


def test_the_reasons_in_words():
    ask = an_ask(industries={"F": 24}, sizes={"10-49": 7})
    company = a_company(
        industry="432200",
        nomenclature="DB25",
        size=20,
        asked_on=date(2027, 3, 1),
        asked_topic="fleksjob",
        asked_open=True,
        promised_for=date(2027, 2, 1),
        promised="Ring om praktik",
        event="tema",
        attended=True,
        needs=("lager", "pleje"),
        in_audience=True,
        last_visit=date(2026, 1, 2),
    )
    reasons = suggest(company, ask).reasons
    assert [told(reason, ask, "en") for reason in reasons] == [
        "asked us about fleksjob on 2027-03-01 and has no answer yet",
        "F (Construction): 1 of the 4 visits planned by 2027-03-29",
        "was promised by 2027-02-01: Ring om praktik",
        "came to Temadag",
        "needs lager, pleje",
        "in the campaign's audience",
        "last visited on 2026-01-02, 14 months ago",
        "10-49 employees: 1 of the 4 visits planned by 2027-03-29",
    ]
    assert [told(reason, ask, "da", Speech(language="da").day) for reason in reasons] == [
        "spurgte os om fleksjob den 1. marts 2027 og har ikke fået svar endnu",
        "F (Bygge- og anlægsaktiviteter): 1 af de 4 besøg, der er planlagt til og med den 29. marts 2027",
        "skulle have hørt fra os senest den 1. februar 2027: Ring om praktik",
        "kom til Temadag",
        "har brug for lager, pleje",
        "hører til kampagnens målgruppe",
        "sidst besøgt den 2. januar 2026, for 14 måneder siden",
        "10-49 ansatte: 1 af de 4 besøg, der er planlagt til og med den 29. marts 2027",
    ]


def test_days_at_the_edge_of_a_leap_year_and_of_the_clock_change():
    ask = an_ask(today=date(2028, 2, 29))
    assert ask.long_ago == date(2027, 3, 1)
    assert an_ask(today=date(2027, 1, 1)).too_soon == date(2026, 11, 2)
    spring = an_ask(today=date(2027, 4, 10))
    assert spring.asked_since.astimezone(UTC).isoformat() == "2027-03-10T23:00:00+00:00"  # winter time there
