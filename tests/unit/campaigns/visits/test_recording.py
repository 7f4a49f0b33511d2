"""Visits are written down once, put right and taken back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from people_kit import refusal
from register_kit import NOW, a_company, a_person
from sqlalchemy import select, update
from visits_kit import a_list_says, a_step, a_visit, changed, is_done, known_for, recorded, steps_of, undone

from newsletter.campaigns.visits.cautions import cautions
from newsletter.campaigns.visits.listing import Wanted, listed
from newsletter.campaigns.visits.visit import BACKWARDS, Step
from newsletter.problems import Refused
from newsletter.store.tables import audit, companies, follow_ups, visits
from newsletter.subscribers.companies.choosing import find_company
from newsletter.subscribers.cpr import holds_cpr

LATER = NOW + timedelta(days=2)


@pytest.fixture
def company(register):
    with register.write() as connection:
        return a_company(connection, cvr="13748136", industry="432200", nomenclature="DB25", size=10)


def row(register, number):
    with register.read() as connection:
        return connection.execute(select(visits).where(visits.c.id == number)).one()


def page(register, **wanted):
    with register.read() as connection:
        return listed(connection, Wanted(**wanted), limit=50)


class TestAdding:
    def test_what_was_told_is_kept_with_the_company_as_it_was_that_day(self, register, company):
        number = recorded(register, a_visit(company, outcome="interested", note="Ring først", announced=True))
        with register.write() as connection:
            connection.execute(update(companies).values(industry="411000", nomenclature="DB07", size=200))
        told = row(register, number)
        assert (told.industry, told.nomenclature, told.size) == ("432200", "DB25", 10)
        assert (told.outcome, told.note, told.announced, told.recorded_by) == ("interested", "Ring først", True, "maja")

    def test_needs_and_interests_go_to_the_company_and_a_step_to_the_follow_ups(self, register, company):
        a_list_says(register, company, need="lager")
        number = recorded(register, a_visit(company, needs=("lager", "it"), interests=("mentor",), step=a_step()))
        day = date(2026, 11, 20)
        assert known_for(register, company) == {
            ("need", "lager"): None,
            ("need", "it"): day,
            ("interest", "mentor"): None,
        }
        assert steps_of(register, number) == [("Send faktaark", date(2026, 12, 4), "anna", "open")]

    def test_the_same_visit_twice_is_refused_with_its_number_unless_there_were_two(self, register, company):
        first = recorded(register, a_visit(company))
        told = refusal(lambda: recorded(register, a_visit(company, outcome="thinking", note="noget andet")))
        assert f"visit {first} is to the same company" in told
        assert "--again" in told
        for other in ({"consultant": "bo"}, {"kind": "phone"}, {"visited_on": date(2026, 11, 19)}):
            recorded(register, a_visit(company, **other))
        assert recorded(register, a_visit(company), again=True) != first
        undone(register, first)
        assert page(register).total == 4

    def test_two_who_write_the_same_down_at_once_write_one(self, register, company):
        def write(_):
            try:
                return recorded(register, a_visit(company))
            except Refused:
                return None

        with ThreadPoolExecutor(4) as pool:
            numbers = [number for number in pool.map(write, range(8)) if number]
        assert len(numbers) == 1
        assert page(register).total == 1

    def test_the_audit_log_has_who_and_which_and_nothing_that_was_said(self, register, company):
        number = recorded(register, a_visit(company, note="Hemmeligt", step=a_step("Ring til Eva")))
        undone(register, number)
        with register.read() as connection:
            lines = connection.execute(select(audit).where(audit.c.about == "company")).all()
        assert [(line.actor, line.action, line.about_id) for line in lines] == [
            ("maja", "visit add", company),
            ("maja", "visits undo", company),
        ]
        assert [json.loads(line.detail) for line in lines] == [{"visit": number}, {"visit": number}]

    @pytest.mark.parametrize(
        "told",
        [
            {"note": "Se 010190-1234"},
            {"step": Step(what="Ring om 010190 1234", due_on=date(2026, 12, 1))},
            {"needs": ("0101901234",)},
            {"interests": ("01.01.90-1234",)},
        ],
    )
    def test_no_visit_holds_a_cpr_number(self, told):
        with pytest.raises(ValueError, match="CPR") as caught:
            a_visit(1, **told)
        assert not holds_cpr(str(caught.value))

    @pytest.mark.parametrize(
        ("told", "message"),
        [
            ({"kind": "letter"}, "unknown kind"),
            ({"outcome": "fine"}, "unknown kind"),
            ({"step": a_step(due_on=date(2026, 11, 19))}, BACKWARDS),
        ],
    )
    def test_a_visit_cannot_be_in_a_bad_state(self, told, message):
        with pytest.raises(ValueError, match=message):
            a_visit(1, **told)


class TestPuttingRight:
    def test_the_new_row_takes_the_place_of_the_old_one(self, register, company):
        first = recorded(register, a_visit(company, outcome="thinking"))
        with register.write() as connection:
            connection.execute(update(companies).values(size=200))
        second = changed(register, first, a_visit(company, outcome="agreement"), LATER)
        old, new = row(register, first), row(register, second)
        assert (old.undone_at, old.outcome, new.replaces_id, new.outcome) == (LATER, "thinking", first, "agreement")
        assert new.size == 10, "frozen on the day it was first written down"
        assert [each["number"] for each in page(register).visits] == [second]
        assert [each["number"] for each in page(register, undone=True).visits] == [first]

    def test_what_is_open_goes_along_and_what_was_done_stays_done(self, register, company):
        first = recorded(register, a_visit(company, step=a_step()))
        second = changed(register, first, a_visit(company, outcome="thinking", step=a_step()), LATER)
        assert steps_of(register, second) == [("Send faktaark", date(2026, 12, 4), "anna", "open")]
        assert [each[3] for each in steps_of(register, first)] == ["dropped"]
        is_done(register, second, LATER)
        third = changed(register, second, a_visit(company, outcome="agreement"), LATER)
        assert [each[3] for each in steps_of(register, third)] == ["done"]

    def test_a_step_that_was_handed_on_stays_with_whom_it_was_handed_to(self, register, company):
        first = recorded(register, a_visit(company, step=a_step()))
        with register.write() as connection:
            connection.execute(update(follow_ups).values(consultant="bo"))
        second = changed(register, first, a_visit(company, outcome="thinking", step=a_step("Ring")), LATER)
        assert steps_of(register, second)[0][::2] == ("Ring", "bo")

    def test_another_company_gets_what_was_heard_and_is_frozen_as_it_is(self, register, company):
        with register.write() as connection:
            other = a_company(connection, name="En anden", size=2)
        first = recorded(register, a_visit(company, needs=("it",)))
        second = changed(register, first, a_visit(other, needs=("it",)), LATER)
        assert row(register, second).size == 2
        assert known_for(register, company) == {}
        assert [*known_for(register, other)] == [("need", "it")]

    def test_nothing_different_another_one_like_it_and_one_that_is_gone_are_refused(self, register, company):
        first = recorded(register, a_visit(company, step=a_step()))
        second = recorded(register, a_visit(company, kind="phone"))
        assert "says just that already" in refusal(lambda: changed(register, first, a_visit(company, step=a_step())))
        assert f"visit {second} is to the same" in refusal(
            lambda: changed(register, first, a_visit(company, kind="phone"))
        )
        third = changed(register, first, a_visit(company, outcome="thinking"))
        told = refusal(lambda: changed(register, first, a_visit(company)))
        assert f"visit {first} was undone" in told
        assert f"visit {third} takes its place" in told
        assert "there is no visit 999999" in refusal(lambda: undone(register, 999999))


class TestTakingBack:
    def test_what_only_it_said_goes_and_what_others_said_stays(self, register, company):
        a_list_says(register, company, need="lager", interest="praktik")
        first = recorded(register, a_visit(company, needs=("lager", "it", "butik"), interests=("praktik", "mentor")))
        recorded(register, a_visit(company, kind="phone", needs=("it",), visited_on=date(2026, 11, 2)))
        undone(register, first, LATER)
        assert known_for(register, company) == {
            ("need", "lager"): None,
            ("need", "it"): date(2026, 11, 2),
            ("interest", "praktik"): None,
        }

    def test_what_it_promised_is_dropped_and_what_was_done_is_not(self, register, company):
        first = recorded(register, a_visit(company, step=a_step()))
        second = recorded(register, a_visit(company, kind="phone", step=a_step()))
        is_done(register, second)
        undone(register, first, LATER)
        undone(register, second, LATER)
        assert (steps_of(register, first)[0][3], steps_of(register, second)[0][3]) == ("dropped", "done")

    def test_when_the_audit_log_has_forgotten_the_words_stay(self, register, company):
        first = recorded(register, a_visit(company, interests=("mentor",)))
        with register.write() as connection:
            connection.execute(audit.delete())
        undone(register, first)
        assert [*known_for(register, company)] == [("interest", "mentor")]


class TestListing:
    def test_the_newest_first_a_page_at_a_time(self, register, company):
        numbers = [recorded(register, a_visit(company, visited_on=date(2026, 11, day))) for day in (3, 5, 4)]
        with register.read() as connection:
            pages = [listed(connection, Wanted(), limit=2, page=number) for number in (1, 2, 3)]
        shown = [[each["number"] for each in found.visits] for found in pages]
        assert shown == [[numbers[1], numbers[2]], [numbers[0]], []]
        assert {found.total for found in pages} == {3}

    def test_all_that_is_said_must_fit(self, register, company):
        with register.write() as connection:
            other = a_company(connection)
        ours = recorded(register, a_visit(company, campaign="vejen", needs=("it",), step=a_step()))
        recorded(register, a_visit(other, campaign="vejen", consultant="bo", visited_on=date(2026, 11, 1)))
        recorded(register, a_visit(other, visited_on=date(2026, 11, 9)))
        for wanted, total in (
            ({"campaign": "vejen"}, 2),
            ({"campaign": ""}, 1),
            ({"campaign": "vejen", "consultant": "anna"}, 1),
            ({"company_id": other}, 2),
            ({"since": date(2026, 11, 9)}, 2),
            ({"until": date(2026, 11, 9)}, 2),
            ({"since": date(2026, 11, 2), "until": date(2026, 11, 10)}, 1),
        ):
            assert page(register, **wanted).total == total, wanted
        told = page(register, number=ours).visits[0]
        assert (told["needs"], told["promised"], told["cvr"]) == (["it"], True, "13748136")

    def test_protected_companies_are_shown_and_counted_until_somebody_there_consents(self, register):
        with register.write() as connection:
            protected = a_company(connection, protected=True)
        recorded(register, a_visit(protected))
        found = page(register)
        assert (found.total, found.protected) == (1, 1)
        with register.write() as connection:
            a_person(connection, register, "eva@x.example", company_id=protected, state="subscribed", basis="consent")
        assert page(register).protected == 0


def test_wishes_and_states_are_told_all_together(register):
    with register.write() as connection:
        wishes = {"no_visits": True, "call_first": True, "protected": True, "state": "ceased"}
        company, other = a_company(connection, **wishes), a_company(connection)
        told = cautions(connection, company)
        assert cautions(connection, other) == []
    assert [word in text for word, text in zip(("no visits", "ceased", "protected", "call first"), told, strict=True)]


def test_a_p_number_finds_the_workplace_and_is_not_told_back(register, company):
    from newsletter.store.tables import workplaces

    with register.write() as connection:
        values = {"p_number": "1012345678", "company_id": company, "updated_at": NOW}
        place = connection.execute(workplaces.insert().values(**values).returning(workplaces.c.id)).scalar_one()
        found = find_company(connection, "P-nr. 10 12 34 56 78")
        assert (found.id, found.workplace_id) == (company, place)
        assert "1003031234" not in refusal(lambda: find_company(connection, "1003031234"))
        told = refusal(lambda: find_company(connection, "Eva 010190-1234"))
        assert "CPR" in told
        assert "1234" not in told


def test_a_visit_put_right_is_the_one_that_is_read(register, company):
    """What `edit` is given is what `counting` reads afterwards."""
    from newsletter.campaigns.visits.recording import counting

    told = a_visit(company, outcome="thinking", needs=("it",), step=a_step())
    number = recorded(register, told)
    after = changed(register, number, replace(told, note="Ny"))
    with register.read() as connection:
        assert counting(connection, after) == replace(told, note="Ny")
