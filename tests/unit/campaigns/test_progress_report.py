"""A small campaign's report, with every sum written out; and reports at the edges of the calendar."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import TYPE_CHECKING

import pytest
from progress_kit import a_basis, a_campaign, a_next_step, a_result, a_visit, at
from register_kit import a_company, a_person
from sqlalchemy import insert
from support import REPOSITORY

from newsletter.campaigns.progress.advice import later_remark
from newsletter.campaigns.progress.measures import MEASURES, definition
from newsletter.campaigns.progress.plain import as_json
from newsletter.campaigns.progress.report import report
from newsletter.campaigns.progress.values import Forecast
from newsletter.store.tables import batches, deliveries, enquiries, sends, sign_ups

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.progress.values import Line, Report
    from newsletter.store.register import Register

GOLDEN = REPOSITORY / "tests/golden/campaign/report.json"
SMALL = a_campaign(
    "2027-01-01",
    "2027-02-28",
    visits={
        "total": 12,
        "by_month": {"2027-01": 6, "2027-02": 6},
        "by_industry": {"F": 8, "G": 4},
        "by_consultant": {"anna": 8, "bo": 4},
        "by_size": {"2-9": 8, "10-49": 4},
    },
    unique_companies=8,
    follow_up={"within_days": 10, "share": 80},
    agreements={"total": 8, "by_scheme": {"fleksjob": 4}},
    press=1,
)
"""January 2027 has 20 working days (the 1st is off), February 20: 40 in all."""
FRIDAY = date(2027, 1, 22)
"""15 working days are over, 25 to come: five in January, twenty in February."""


@pytest.fixture
def told(register) -> Report:
    """The report of a Friday in January."""
    with register.write() as connection:
        fill(connection, register)
    with register.read() as connection:
        return report(connection, a_basis(SMALL, issues=("2027-01",)), FRIDAY)


def fill(connection: Connection, register: Register) -> None:
    """Six visits that count, three that do not, and what came of them."""
    builder = {"industry": "432200", "nomenclature": "DB25", "size": 5}
    shop = {"industry": "472000", "nomenclature": "DB25", "size": 20}
    firm = {"industry": "621000", "nomenclature": "DB25", "size": 0}
    a, b, c, d, e = (a_company(connection, name=name) for name in "ABCDE")
    first = a_visit(connection, "2027-01-05", a, **builder)
    second = a_visit(connection, "2027-01-12", a, consultant="bo", **builder)
    third = a_visit(connection, "2027-01-13", b, **shop)
    a_visit(connection, "2027-01-14", c, consultant="bo", kind="online", **firm)
    fifth = a_visit(connection, "2027-01-19", a, **builder)
    a_visit(connection, "2027-01-20", d)
    a_visit(connection, "2027-01-20", b, kind="phone")
    a_visit(connection, "2027-01-21", b, undone_at=at("2027-01-21", "17:00"))
    a_visit(connection, "2027-01-21", e, recorded_at=at("2027-01-25"))
    a_next_step(connection, first, a, "2027-01-05", state="done", settled_at=at("2027-01-08"))
    a_next_step(connection, second, a, "2027-01-12", consultant="bo")
    a_next_step(connection, third, b, "2027-01-13")
    a_next_step(connection, fifth, a, "2027-01-19", state="done", settled_at=at("2027-01-21"))
    a_result(connection, "2027-01-18", company_id=a, scheme="fleksjob")
    readers = [a_person(connection, register, f"{name}@b.example", company_id=name) for name in (a, e)]
    send(connection, readers)
    connection.execute(
        insert(enquiries).values(company_id=a, channel="mail", topic="fleksjob", received_at=at("2027-01-11"))
    )
    connection.execute(insert(sign_ups).values(event="kaffe", person_id=readers[1], signed_up_at=at("2027-01-12")))


def send(connection: Connection, readers: list[int]) -> None:
    """January's issue, accepted for the readers; and a rehearsal of it, which is no mail."""
    row = {"issue": "2027-01", "digest": "0" * 64, "audience_size": 2, "state": "done", "approved_by": "lis"}
    row |= {"approved_at": at("2027-01-04"), "send_at": at("2027-01-05")}
    connection.execute(insert(sends), [{"id": 1, **row, "kind": "issue"}, {"id": 2, **row, "kind": "test"}])
    connection.execute(insert(batches), [{"send_id": each, "number": 1, "state": "done"} for each in (1, 2)])
    delivery = {"batch": 1, "edition": "alle", "state": "accepted", "at": at("2027-01-05", "09:00")}
    for place, person in enumerate(readers):
        ids = {"root_id": 1, "send_id": 1, "person_id": person, "address_hash": bytes([place] * 16)}
        connection.execute(insert(deliveries).values(**delivery, **ids))


def line(told: Report, measure: str, key: str | None = None) -> Line:
    return next(each for each in told.lines if (each.measure, each.key) == (measure, key))


def facts(each: Line) -> tuple[float, float, float | None, float | None, float | None, str]:
    return each.target, each.actual, each.expected, each.gap, each.pace_needed, each.state


class TestByHand:
    """The sums of the golden report. Of all that is planned by months, 6/12 x 15/20 = 0.375 is due."""

    def test_visits(self, told):
        """Due: 12 x 0.375 = 4.5; gap 6 - 4.5; the 6 to come over 25 days are 6 / 25 x 5 = 1.2 a week."""
        assert facts(line(told, "visits")) == (12, 6, 4.5, 1.5, 1.2, "on-track")

    def test_months(self, told):
        """January: 6 x 15/20 = 4.5 due, and all six are there. February: nothing due, 6 / 20 x 5 = 1.5 a week."""
        assert facts(line(told, "visits", "2027-01")) == (6, 6, 4.5, 1.5, None, "reached")
        assert facts(line(told, "visits", "2027-02")) == (6, 0, 0, 0, 1.5, "not-begun")

    def test_industries(self, told):
        """F: 8 x 0.375 = 3 due, A three times; 5 / 25 x 5 = 1. G: 4 x 0.375 = 1.5, B once; 3 / 25 x 5 = 0.6."""
        assert facts(line(told, "visits", "F")) == (8, 3, 3, 0, 1, "on-track")
        assert facts(line(told, "visits", "G")) == (4, 1, 1.5, -0.5, 0.6, "on-track")
        assert told.unplanned["industry"] == {"K": 1, "unknown": 1}
        assert told.names.keys() == {"K"}
        assert told.names["K"].startswith("Telekommunikation, computerprogrammering")

    def test_consultants(self, told):
        """Anna: 8 x 0.375 = 3 due, four made; 4 / 25 x 5 = 0.8. Bo: 1.5 due, two made; 2 / 25 x 5 = 0.4."""
        assert facts(line(told, "visits", "anna")) == (8, 4, 3, 1, 0.8, "on-track")
        assert facts(line(told, "visits", "bo")) == (4, 2, 1.5, 0.5, 0.4, "on-track")

    def test_sizes(self, told):
        """2-9: A three times. 10-49: B once, 1.5 due. C has nobody employed, D's size is not known."""
        assert facts(line(told, "visits", "2-9")) == (8, 3, 3, 0, 1, "on-track")
        assert facts(line(told, "visits", "10-49")) == (4, 1, 1.5, -0.5, 0.6, "on-track")
        assert told.unplanned["size"] == {"0-1": 1, "unknown": 1}

    def test_companies(self, told):
        """A, B, C and D: 4 of 8; 8 x 0.375 = 3 due; 4 / 25 x 5 = 0.8."""
        assert facts(line(told, "unique_companies")) == (8, 4, 3, 1, 0.8, "on-track")

    def test_follow_up(self, told):
        """The visit of the 5th was followed up on the 8th, that of the 19th on the 21st; that of the 12th had until
        the 22nd; that of the 13th has until the 23rd and does not count yet: 2 of 3, 66.7 %, 13.3 below 80.
        """
        assert facts(line(told, "follow_up")) == (80, 66.7, 80, -13.3, None, "behind")
        assert line(told, "follow_up").of == 3

    def test_agreements(self, told):
        """Spread over all 40 days: 8 x 15/40 = 3 due, 1 made; 7 / 25 x 5 = 1.4. Fleksjob: 4 x 15/40 = 1.5; 0.6."""
        assert facts(line(told, "agreements")) == (8, 1, 3, -2, 1.4, "behind")
        assert facts(line(told, "agreements", "fleksjob")) == (4, 1, 1.5, -0.5, 0.6, "on-track")

    def test_press(self, told):
        """1 x 15/40 = 0.375: nobody makes half a mention, so it keeps to its plan."""
        assert facts(line(told, "press")) == (1, 0, 0.4, -0.4, 0.2, "on-track")

    def test_forecast(self, told):
        """The whole weeks so far are those of the 4th and the 11th, 1.5 planned in each, 1 and 3 made.

        Pace (4 + 1) / (3 + 1) = 1.25, so 1.875 in each; Pearson's sum 0.875^2 / 1.875 + 1.125^2 / 1.875 = 1.0833.
        Dispersion (2 x 1.15 + 1.0833) / 3 = 1.1278, and for being estimated x (1 + 1.3212 / 3) = 1.6244.
        Shape 3 + 6 / 1.6244 = 6.6937, weight 3 + 4.5 / 1.6244 = 5.7702; 12 - 4.5 = 7.5 are to come.
        Mean 7.5 x 6.6937 / 5.7702 = 8.7003; variance 1.6244 x 8.7003 + 6.6937 x (7.5 / 5.7702)^2 = 25.44.
        At most 2: 7.3 %, at most 7: 46.6 %, at most 8: 54.9 %, at most 14: 87.3 %. From 3 to 14 are 80.0 %.
        """
        chances = negative_binomial(8.7003, 25.44)
        below = [round(sum(chances[: number + 1]), 3) for number in (2, 7, 8, 14)]
        assert below == [0.073, 0.466, 0.549, 0.873]
        assert line(told, "visits").forecast == Forecast(low=6 + 3, mid=6 + 8, high=6 + 14)

    def test_funnel(self, told):
        """Mail: A and E. Dialogue: A asked, E signed up. Visited: A, B, C, D, of which A in dialogue. Agreement: A."""
        assert [(each.name, each.companies, each.of_previous) for each in told.funnel] == [
            ("mail", 2, 0),
            ("dialogue", 2, 2),
            ("visit", 4, 1),
            ("agreement", 1, 1),
        ]

    def test_weeks_and_burn_up(self, told):
        assert [(f"{week.monday}", week.visits) for week in told.weeks] == [
            ("2026-12-28", 0),
            ("2027-01-04", 1),
            ("2027-01-11", 3),
            ("2027-01-18", 2),
        ]
        points = {f"{point.day}": (point.plan, point.actual) for point in told.burn_up}
        assert points["2027-01-01"] == (0, 0)
        assert points["2027-01-10"] == (1.5, 1)
        assert points["2027-01-22"] == (4.5, 6)
        assert points["2027-01-24"] == (4.5, None)
        assert points["2027-02-28"] == (12, None)
        assert told.burn_up[-1].forecast == line(told, "visits").forecast

    def test_words(self, told):
        assert told.proposals == (
            "Bo Eksempel: et besøg venter på et næste skridt, der er over fristen. Tag det først.",
            "Opfølgning: 66,7 % er fulgt op til tiden; målet er 80 %.",
            "Aftaler: 1 mod 3 ventet indtil nu.",
        )
        assert told.remarks == ()
        later = "Et besøg til og med rapportens dag er skrevet ned senere og er ikke med i tallene."
        assert later_remark(told) == later

    def test_all_of_it(self, told):
        """The whole report; what changed is looked at, and then written anew."""
        assert as_json(told) + "\n" == GOLDEN.read_text("utf-8")


def negative_binomial(mean: float, variance: float) -> list[float]:
    """The probabilities of 0, 1, 2 …, by another way than the forecast's."""
    size, kept = mean**2 / (variance - mean), mean / variance
    ways = (math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1) for k in range(200))
    return [math.exp(way) * kept**size * (1 - kept) ** k for k, way in enumerate(ways)]


class TestEdges:
    """Days on which a report is easily wrong."""

    def report(self, register, day: str, campaign=SMALL, visits: tuple[str, ...] = (), **parts) -> Report:
        with register.write() as connection:
            for each in visits:
                a_visit(connection, each)
            return report(connection, a_basis(campaign, **parts), date.fromisoformat(day))

    def test_a_day_before_the_campaign(self, register):
        told = self.report(register, "2026-12-31", visits=("2026-12-30",))
        assert {each.state for each in told.lines} == {"not-begun"}
        assert facts(line(told, "visits")) == (12, 0, 0, 0, 1.5, "not-begun")
        assert line(told, "visits").too_early == "Kampagnen er ikke begyndt."
        assert {point.actual for point in told.burn_up} == {None}
        assert (told.weeks, told.proposals) == ((), ())
        assert told.remarks[0] == "Kampagnen begynder den 1. januar 2027."
        assert json.loads(as_json(told))["targets"][0]["forecast"] is None

    def test_new_years_day_is_the_first_and_no_working_day(self, register):
        told = self.report(register, "2027-01-01", visits=("2027-01-01",))
        assert facts(line(told, "visits")) == (12, 1, 0, 1, 1.4, "on-track")

    def test_a_campaign_over_new_year_goes_on(self, register):
        """From 28 December to 8 January are 3 and 5 working days; 3 of 8 are due at New Year."""
        campaign = a_campaign("2026-12-28", "2027-01-08", visits={"total": 8})
        told = self.report(register, "2027-01-03", campaign, ("2026-12-29", "2027-01-01"))
        assert facts(line(told, "visits")) == (8, 2, 3, -1, 6, "behind")
        assert [(f"{week.monday}", week.visits) for week in told.weeks] == [("2026-12-28", 2)]
        assert told.unplanned["month"] == {"2026-12": 1, "2027-01": 1}

    def test_a_leap_day(self, register):
        """28 and 29 February and 1 March 2028 are a Monday, a Tuesday and a Wednesday: 2 of 3 are due on the 29th."""
        campaign = a_campaign("2028-02-28", "2028-03-01", visits={"total": 3, "by_month": {"2028-02": 2}})
        told = self.report(register, "2028-02-29", campaign, ("2028-02-29",))
        assert facts(line(told, "visits", "2028-02")) == (2, 1, 2, -1, None, "ended-short")
        even = a_campaign("2028-02-28", "2028-03-01", visits={"total": 3})
        assert facts(line(self.report(register, "2028-02-29", even), "visits")) == (3, 1, 2, -1, 10, "behind")

    @pytest.mark.parametrize("day", ["2027-02-28", "2027-05-05"])
    def test_a_campaign_that_ended(self, register, day):
        """The last day is over at its end; what comes after does not count, what is written down later does."""
        told = self.report(register, day, visits=("2027-01-12", "2027-02-28", "2027-03-01"))
        assert facts(line(told, "visits")) == (12, 2, 12, -10, None, "ended-short")
        assert line(told, "visits").forecast.low == line(told, "visits").forecast.high == 2
        assert line(told, "unique_companies").state == "ended-short"
        assert told.remarks[0].startswith("Kampagnen sluttede den 28. februar 2027.")
        assert not told.proposals
        assert {point.forecast for point in told.burn_up} == {None}

    def test_no_visits_at_all(self, register):
        told = self.report(register, "2027-01-22")
        assert "Der er ingen besøg endnu." in told.remarks
        assert facts(line(told, "visits")) == (12, 0, 4.5, -4.5, 2.4, "behind")
        assert line(told, "follow_up").of == 0
        assert facts(line(told, "follow_up")) == (80, 0, None, None, None, "on-track")
        assert "mindst 5" in line(told, "visits").too_early
        assert [each.companies for each in told.funnel] == [0, 0, 0, 0]

    def test_no_targets_beyond_the_visits(self, register):
        told = self.report(register, "2027-03-01", a_campaign(), visits=("2027-01-12",))
        assert [(each.measure, each.by) for each in told.lines] == [("visits", None)]
        assert [each.measure for each in told.definitions] == ["visits", "funnel", "cooperation_rate"]

    def test_a_target_of_nothing_is_reached(self, register):
        told = self.report(register, "2027-03-01", a_campaign(visits={"total": 0}))
        assert facts(line(told, "visits")) == (0, 0, 0, 0, None, "reached")

    def test_a_period_without_a_working_day_expects_nothing(self, register):
        campaign = a_campaign("2027-01-02", "2027-01-03", visits={"total": 2, "by_month": {"2027-01": 2}})
        told = self.report(register, "2027-01-02", campaign, ("2027-01-02",))
        assert {facts(each) for each in told.lines} == {(2, 1, None, None, None, "unplanned")}

    def test_too_early_is_the_first_three_weeks(self, register):
        days = ("2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08", "2027-01-11")
        before = self.report(register, "2027-01-21", visits=days)
        after = self.report(register, "2027-01-22")
        assert "15 arbejdsdage" in line(before, "visits").too_early
        assert line(before, "visits").forecast is None
        assert line(after, "visits").too_early == ""
        assert line(after, "visits").forecast is not None

    def test_what_is_behind_says_so_in_english_too(self, register):
        """Of all, 6/12 + 6/12 x 10/20 = 0.75 is due on 12 February; 2 made in 30 days are 2 / 30 x 5 = 0.3 a week."""
        told = self.report(register, "2027-02-12", visits=("2027-01-12", "2027-01-13"), language="en")
        assert told.proposals[:3] == (
            "Visits are behind: 2 against 9 expected by now.",
            "5 visits a week are needed for the rest of the period; up to now there were 0.3 a week.",
            "If it goes on like this, the campaign ends with 2 to 5 visits; the target is 12.",
        )
        short = "Construction (6 visits short of the plan) and Wholesale and retail trade (3 visits short of the plan)"
        assert told.proposals[3] == f"Visit more companies in {short}."


def test_every_measure_is_told_in_both_languages():
    for measure in MEASURES:
        da, en = definition(measure, "da"), definition(measure, "en")
        for told in (da, en):
            assert all((told.title, told.numerator, told.denominator, told.source, told.how_often))
        assert da.numerator != en.numerator


def test_the_official_rate_is_told_and_never_reckoned():
    told = definition("cooperation_rate", "da")
    assert "én gang" in told.numerator
    assert "mindst én ansat" in told.denominator
    assert "Jobindsats" in told.source
