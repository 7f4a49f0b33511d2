"""As-of is what was known then: a report of the past is made again from the register, and says the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from progress_kit import a_basis, a_campaign, a_next_step, a_result, a_visit, at
from register_kit import a_company, a_person
from sqlalchemy import insert, update

from newsletter.campaigns.progress.plain import as_json
from newsletter.campaigns.progress.report import report
from newsletter.campaigns.progress.values import Report
from newsletter.store.tables import companies, enquiries, follow_ups, results, sign_ups, visits

EVERYTHING = a_campaign(
    visits={
        "total": 12,
        "by_month": {"2027-01": 6, "2027-02": 6},
        "by_industry": {"F": 6},
        "by_consultant": {"anna": 6, "bo": 6},
        "by_size": {"2-9": 6},
    },
    unique_companies=10,
    workplaces=10,
    follow_up={"within_days": 10, "share": 80},
    events=1,
    attendance=20,
    ambassadors=2,
    mentor_companies=2,
    pledges=2,
    agreements={"total": 4, "by_scheme": {"fleksjob": 2}},
    press=1,
    new_subscribers=5,
)
BUILDER = {"industry": "432200", "nomenclature": "DB25", "size": 5}


def of(told: Report, measure: str, key: str | None = None) -> float:
    return next(line.actual for line in told.lines if (line.measure, line.key) == (measure, key))


def asked(connection, day: str, campaign=EVERYTHING, **parts) -> Report:
    return report(connection, a_basis(campaign, **parts), date.fromisoformat(day))


def test_what_is_written_down_undone_and_put_right_later_changes_no_report_of_the_past(register):
    """One of each kind of row, a report, one of each kind of change, and the same bytes again."""
    with register.write() as connection:
        company = a_company(connection)
        met = a_visit(connection, "2027-01-12", company, **BUILDER)
        mistaken = a_visit(connection, "2027-01-13", **BUILDER)
        edited = a_visit(connection, "2027-01-14", company, **BUILDER)
        step = a_next_step(connection, met, company, "2027-01-12")
        moved = a_next_step(connection, edited, company, "2027-01-14", state="done", settled_at=at("2027-01-18"))
        agreed = a_result(connection, "2027-01-15", company_id=company, scheme="fleksjob")
        a_result(connection, "2027-01-15", "ambassador", company_id=company, recorded_at=None)
        coming = {"event": "kaffe", "person_id": a_person(connection, register, "a@b.example", company_id=company)}
        connection.execute(insert(sign_ups).values(**coming, signed_up_at=at("2027-01-11")))
        before = as_json(asked(connection, "2027-01-20"))
    with register.write() as connection:
        a_visit(connection, "2027-01-19", recorded_at=at("2027-01-21", "08:00"))
        a_result(connection, "2027-01-19", recorded_at=at("2027-01-21", "08:00"))
        undone = {"undone_at": at("2027-01-21", "00:00")}
        connection.execute(update(visits).where(visits.c.id == mistaken).values(**undone))
        connection.execute(update(results).where(results.c.id == agreed).values(**undone))
        connection.execute(update(visits).where(visits.c.id == edited).values(**undone))
        newer = a_visit(connection, "2027-01-15", company, replaces_id=edited, recorded_at=at("2027-01-21", "00:00"))
        connection.execute(update(follow_ups).where(follow_ups.c.id == moved).values(visit_id=newer))
        connection.execute(
            update(follow_ups).where(follow_ups.c.id == step).values(state="done", settled_at=at("2027-01-21"))
        )
        connection.execute(update(companies).where(companies.c.id == company).values(industry="472000", size=500))
        connection.execute(update(sign_ups).values(state="cancelled", cancelled_at=at("2027-01-21")))
        connection.execute(
            insert(enquiries).values(company_id=company, channel="mail", topic="x", received_at=at("2027-01-21"))
        )
        assert as_json(asked(connection, "2027-01-20")) == before
        assert as_json(asked(connection, "2027-01-21")) != before


def test_a_day_ends_at_midnight_on_the_workspaces_clock(register):
    """In Copenhagen 23:59 on 20 January is 22:59 in UTC; half an hour past midnight is 23:30 of the same UTC day."""
    with register.write() as connection:
        a_visit(connection, "2027-01-20", recorded_at=at("2027-01-20", "23:59"))
        a_visit(connection, "2027-01-20", recorded_at=at("2027-01-21", "00:30"))
        a_visit(connection, "2027-01-19", undone_at=at("2027-01-20", "23:59"))
        told = asked(connection, "2027-01-20")
    assert of(told, "visits") == 1
    assert told.later == 1


def test_an_edited_visit_counts_as_it_stood_on_each_day(register):
    """On the 20th it was Anna's; put right on the 21st it is Bo's; undone on the 25th it is nobody's."""
    with register.write() as connection:
        first = a_visit(connection, "2027-01-19", undone_at=at("2027-01-21"))
        a_visit(
            connection,
            "2027-01-19",
            consultant="bo",
            replaces_id=first,
            recorded_at=at("2027-01-21"),
            undone_at=at("2027-01-25"),
        )
        found = [asked(connection, f"2027-01-{day}") for day in (18, 20, 21, 24, 25)]
    counts = [[of(each, "visits", key) for key in (None, "anna", "bo")] for each in found]
    assert counts == [[0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1], [0, 0, 0]]
    assert [each.later for each in found] == [0, 0, 0, 0, 0]


def test_only_meetings_of_the_campaign_in_its_period_count(register):
    with register.write() as connection:
        for kind in ("visit", "online", "phone", "network-meeting"):
            a_visit(connection, "2027-01-12", kind=kind)
        a_visit(connection, "2027-01-12", campaign="en-anden")
        a_visit(connection, "2027-01-12", campaign=None)
        a_visit(connection, "2026-12-31")
        told = asked(connection, "2027-01-20")
    assert of(told, "visits") == 2
    assert "Et besøg ligger uden for kampagnens periode og tæller ikke med." in told.remarks


def test_a_company_counts_once_and_a_workplace_only_when_it_is_known(register):
    from newsletter.store.tables import workplaces

    with register.write() as connection:
        one, other = a_company(connection), a_company(connection)
        place = {"p_number": "1000000009", "company_id": one, "updated_at": at("2027-01-01")}
        number = connection.execute(insert(workplaces).values(**place).returning(workplaces.c.id)).scalar_one()
        for company, where in ((one, number), (one, number), (one, None), (other, None)):
            a_visit(connection, "2027-01-12", company, workplace_id=where)
        told = asked(connection, "2027-01-20")
    assert (of(told, "visits"), of(told, "unique_companies"), of(told, "workplaces")) == (4, 2, 1)
    assert "2 besøg har intet P-nummer og tæller ikke blandt arbejdsstederne." in told.remarks


def test_codes_of_the_other_nomenclature_count_where_the_key_leaves_no_doubt(register):
    """45.11.20 of DB07 is 46 or 47 in DB25, and both are in G; 41.20 is not in the key."""
    campaign = a_campaign(visits={"total": 9, "by_industry": {"F": 3, "43.22": 1, "G": 3}})
    with register.write() as connection:
        for nomenclature, code in (
            ("DB25", "432200"),
            ("DB25", "412000"),
            ("DB07", "432200"),
            ("DB07", "451120"),
            ("DB07", "412000"),
            ("DB25", "621000"),
            (None, None),
        ):
            a_visit(connection, "2027-01-12", nomenclature=nomenclature, industry=code)
        told = asked(connection, "2027-01-20", campaign)
    assert [of(told, "visits", key) for key in ("F", "43.22", "G")] == [3, 2, 1]
    assert told.unplanned["industry"] == {"K": 1, "unknown": 2}


@pytest.mark.parametrize(
    ("size", "band"),
    [(0, "0-1"), (1, "0-1"), (2, "2-9"), (5, "2-9"), (10, "10-49"), (49, "10-49"), (50, "50-199"), (1000, "200+")],
)
def test_each_band_of_cvr_is_in_one_of_the_campaigns(register, size, band):
    campaign = a_campaign(visits={"total": 2, "by_size": {band: 1}})
    with register.write() as connection:
        a_visit(connection, "2027-01-12", size=size)
        a_visit(connection, "2027-01-12", size=None)
        told = asked(connection, "2027-01-20", campaign)
    assert of(told, "visits", band) == 1
    assert told.unplanned["size"] == {"unknown": 1}


class TestFollowUp:
    """Within ten days: the 22nd for a visit on the 12th."""

    def kept(self, connection, day: str) -> tuple[float, int | None]:
        line = next(line for line in asked(connection, day).lines if line.measure == "follow_up")
        return line.actual, line.of

    @pytest.fixture
    def promised(self, register):
        def promise(**columns):
            with register.write() as connection:
                company = a_company(connection)
                visit = a_visit(connection, "2027-01-12", company)
                a_next_step(connection, visit, company, "2027-01-12", **columns)

        return promise

    def test_a_visit_is_not_counted_before_its_days_are_over(self, register, promised):
        promised()
        with register.read() as connection:
            assert [self.kept(connection, f"2027-01-{day}") for day in (12, 21, 22)] == [(0, 0), (0, 0), (0, 1)]

    def test_nor_is_one_without_a_next_step(self, register):
        with register.write() as connection:
            a_visit(connection, "2027-01-12")
            assert self.kept(connection, "2027-02-01") == (0, 0)

    def test_what_is_done_in_time_counts_at_once(self, register, promised):
        promised(state="done", settled_at=at("2027-01-15"))
        with register.read() as connection:
            assert [self.kept(connection, f"2027-01-{day}") for day in (14, 15, 30)] == [(0, 0), (100, 1), (100, 1)]

    @pytest.mark.parametrize(("clock", "share"), [("23:59", 100), ("23:59:59.700", 100), ("00:00", 0)])
    def test_the_last_day_ends_at_midnight(self, register, promised, clock, share):
        promised(state="done", settled_at=at("2027-01-22" if share else "2027-01-23", clock))
        with register.read() as connection:
            assert self.kept(connection, "2027-02-01") == (share, 1)

    def test_also_when_the_clocks_have_changed_meanwhile(self, register):
        """On 28 March 2027 clocks go forward: a visit on the 24th has until 3 April 23:59, which is 21:59 in UTC."""
        with register.write() as connection:
            for moment in (at("2027-04-03", "23:59"), at("2027-04-04", "00:01"), at("2027-04-03", "00:30")):
                company = a_company(connection)
                visit = a_visit(connection, "2027-03-24", company)
                a_next_step(connection, visit, company, "2027-03-24", state="done", settled_at=moment)
            early = a_visit(connection, "2027-01-12", company)
            a_next_step(connection, early, company, "2027-01-12", state="done", settled_at=at("2027-01-22", "23:59"))
            assert self.kept(connection, "2027-04-10") == (75.0, 4)

    def test_what_was_dropped_in_time_asks_for_nothing_and_later_it_was_not_kept(self, register, promised):
        promised(state="dropped", settled_at=at("2027-01-15"))
        with register.read() as connection:
            assert self.kept(connection, "2027-02-01") == (0, 0)
        promised(state="dropped", settled_at=at("2027-01-25"))
        with register.read() as connection:
            assert self.kept(connection, "2027-02-01") == (0, 1)

    def test_of_several_steps_one_in_time_is_enough(self, register):
        with register.write() as connection:
            company = a_company(connection)
            visit = a_visit(connection, "2027-01-12", company)
            a_next_step(connection, visit, company, "2027-01-12")
            a_next_step(connection, visit, company, "2027-01-12", state="done", settled_at=at("2027-01-14"))
            assert self.kept(connection, "2027-02-01") == (100, 1)

    @pytest.mark.parametrize("moves", [True, False])
    def test_a_visit_that_was_put_right_twice_keeps_its_next_step(self, register, moves):
        """Whether the step goes with the newest visit or stays with the first."""
        with register.write() as connection:
            company = a_company(connection)
            first = a_visit(connection, "2027-01-12", company, undone_at=at("2027-01-13"))
            second = a_visit(
                connection,
                "2027-01-12",
                company,
                replaces_id=first,
                recorded_at=at("2027-01-13"),
                undone_at=at("2027-01-14"),
            )
            third = a_visit(connection, "2027-01-12", company, replaces_id=second, recorded_at=at("2027-01-14"))
            visit = third if moves else first
            a_next_step(connection, visit, company, "2027-01-12", state="done", settled_at=at("2027-01-12"))
            assert [self.kept(connection, f"2027-01-{day}") for day in (12, 13, 14)] == [(100, 1)] * 3


def test_new_subscribers_are_those_who_never_were_before(register):
    from newsletter.store.tables import consents

    with register.write() as connection:

        def says(person: int, kind: str, day: str, recorded: str | None = None) -> None:
            moment = {"at": at(day), "recorded_at": at(recorded or day)}
            connection.execute(
                insert(consents).values(
                    person_id=person, kind=kind, basis="consent", source="form", actor="bo", **moment
                )
            )

        new, back, late, asking, early = (a_person(connection, register, f"{name}@b.example") for name in "abcde")
        says(new, "requested", "2027-01-10")
        says(new, "confirmed", "2027-01-11")
        says(new, "withdrawn", "2027-01-12")
        says(new, "given", "2027-01-13")
        says(back, "given", "2026-03-01")
        says(back, "withdrawn", "2026-04-01")
        says(back, "given", "2027-01-12")
        says(late, "given", "2027-01-12", recorded="2027-02-01")
        says(asking, "requested", "2027-01-12")
        says(early, "given", "2026-12-31")
        found = [of(asked(connection, day), "new_subscribers") for day in ("2027-01-10", "2027-01-20", "2027-02-01")]
    assert found == [0, 1, 2]


def test_results_are_counted_each_as_it_says(register):
    """Agreements and mentions add up; of ambassadors, mentors and pledges a company counts once, and a person each."""
    with register.write() as connection:
        company, other = a_company(connection), a_company(connection)
        a_result(connection, "2027-01-11", company_id=company, scheme="fleksjob", number=2)
        a_result(connection, "2027-01-12", company_id=company, scheme="praktik")
        a_result(connection, "2027-01-12", "press", number=2)
        for measure in ("ambassador", "mentor", "pledge"):
            a_result(connection, "2027-01-12", measure, company_id=company)
            a_result(connection, "2027-01-14", measure, company_id=company)
        a_result(connection, "2027-01-12", "mentor", company_id=other)
        a_result(connection, "2027-01-12", "ambassador")
        a_result(connection, "2027-01-12", "ambassador")
        told = asked(connection, "2027-01-20")
        first = asked(connection, "2027-01-11")
    counts = {line.measure: line.actual for line in told.lines if line.by is None}
    assert [counts[each] for each in ("agreements", "press")] == [3, 2]
    assert [counts[each] for each in ("ambassadors", "mentor_companies", "pledges")] == [3, 2, 1]
    assert of(told, "agreements", "fleksjob") == 2
    assert of(first, "agreements") == 2


def test_events_held_and_who_came(register):
    """Morning coffee on the 14th is held, June's is not. Who is noted later did not come yet; old rows tell no time."""
    from datetime import datetime

    events = {"kaffe": datetime(2027, 1, 14, 10), "juni": datetime(2027, 6, 1, 10)}  # noqa: DTZ001
    with register.write() as connection:
        for place, (came, noted, seats) in enumerate(
            [
                (True, "2027-01-14", 2),
                (True, "2027-01-21", 1),
                (False, "2027-01-14", 1),
                (None, None, 1),
                (True, None, 4),
            ]
        ):
            person = a_person(connection, register, f"{place}@b.example")
            connection.execute(
                insert(sign_ups).values(
                    event="kaffe",
                    person_id=person,
                    seats=seats,
                    attended=came,
                    attended_noted_at=at(noted) if noted else None,
                    signed_up_at=at("2027-01-10"),
                )
            )
        found = [asked(connection, f"2027-01-{day}", events=events) for day in (13, 14, 21)]
    assert [of(each, "events") for each in found] == [0, 1, 1]
    assert [of(each, "attendance") for each in found] == [0, 6, 7]


def test_later_is_told_beside_the_report_and_not_in_its_json(register):
    with register.write() as connection:
        a_visit(connection, "2027-01-12")
        before = asked(connection, "2027-01-20")
        a_visit(connection, "2027-01-12", recorded_at=at("2027-01-20") + timedelta(days=1))
        after = asked(connection, "2027-01-20")
    assert (before.later, after.later) == (0, 1)
    assert as_json(before) == as_json(after)
