"""Companies from CVR come in once, keep what we know ourselves, and stop being written to when they cease."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cvr_kit import CVRS, FIRST, ON, SECOND, THIRD, a_firm, a_unit, since
from register_kit import NOW, a_company, a_person
from sqlalchemy import func, insert, select, update

from newsletter.problems import Place, Problem
from newsletter.store.tables import audit, companies, company_interests, people, workplaces
from newsletter.subscribers.companies import importing
from newsletter.subscribers.companies.importing import import_companies
from newsletter.subscribers.cvr import Company, Workplace, read_companies

if TYPE_CHECKING:
    from newsletter.store.register import Register

LATER = NOW + timedelta(days=30)


def firm(cvr: str = FIRST, **values: Any) -> Company:
    return Company(**{"cvr": cvr, "name": "Eksempelmurer", "size": 5, "protected": False, **values})


def place(number: str = "1990000001", cvr: str = FIRST, **values: Any) -> Workplace:
    return Workplace(p_number=number, cvr=cvr, **values)


@pytest.fixture
def take(register: Register):
    def taken(*entries: Any, **options: Any) -> importing.Outcome:
        return import_companies(register, entries, **{"now": NOW, "actor": "eva", **options})

    return taken


def row(register: Register, cvr: str = FIRST) -> Any:
    with register.read() as connection:
        return connection.execute(select(companies).where(companies.c.cvr == cvr)).one_or_none()


def numbers(register: Register) -> dict[str, int]:
    with register.read() as connection:
        return {
            each.p_number: each.company_id
            for each in connection.execute(select(workplaces).order_by(workplaces.c.p_number))
        }


def test_a_new_company_has_what_cvr_says(register, take):
    outcome = take(firm(industry="434100", nomenclature="DB25", municipality="0101", form="ENK", cvr_status="NORMAL"))
    assert (outcome.new, outcome.changed, outcome.unchanged) == (1, 0, 0)
    found = row(register)
    assert (found.name, found.industry, found.nomenclature, found.size) == ("Eksempelmurer", "434100", "DB25", 5)
    assert (found.form, found.source, found.updated_at, found.protected) == ("ENK", "cvr", NOW, False)


def test_the_same_again_changes_nothing_at_all(register, take):
    entries = [firm(workplaces=("1990000001",)), place(name="Lageret"), firm(SECOND)]
    take(*entries)
    before = dump(register)
    outcome = take(*entries, now=LATER)
    assert (outcome.new, outcome.changed, outcome.unchanged, outcome.writes) == (0, 0, 2, 0)
    assert dump(register) == before


def dump(register: Register) -> list[Any]:
    with register.read() as connection:
        return [
            connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in (companies, workplaces, audit)
        ]


def test_what_we_know_ourselves_is_never_touched(register, take):
    take(firm())
    ours = {"contact": "anna", "stand_in": "bo", "contact_time": "om morgenen", "call_first": True, "no_visits": True}
    with register.write() as connection:
        connection.execute(update(companies).values(**ours))
        connection.execute(insert(company_interests).values(company_id=row(register).id, interest="mentor"))
    take(firm(name="Nyt navn", size=20), now=LATER)
    found = row(register)
    assert (found.name, found.size, found.updated_at) == ("Nyt navn", 20, LATER)
    assert {name: getattr(found, name) for name in ours} == ours
    with register.read() as connection:
        assert connection.scalar(select(company_interests.c.interest)) == "mentor"


def test_what_cvr_does_not_say_takes_nothing_away(register, take):
    take(
        firm(
            industry="434100", nomenclature="DB25", town="Eksempelby", postcode="9999", form="KOM", public_employer=True
        )
    )
    take(firm(size=None, protected=None))
    found = row(register)
    assert (found.size, found.industry, found.town, found.protected) == (5, "434100", "Eksempelby", False)
    assert (found.form, found.public_employer) == ("KOM", True)


def test_who_has_moved_away_leaves_no_half_an_address(register, take):
    take(firm(municipality="0101", postcode="9999", town="Eksempelby", street="Prøvevej 7"))
    take(firm(town="Exempelstad"))
    found = row(register)
    assert (found.municipality, found.postcode, found.town, found.street) == (None, None, "Exempelstad", None)


def test_a_company_that_does_not_say_whether_it_is_protected_is(register, take):
    outcome = take(firm(protected=None), firm(SECOND, protected=True), firm(THIRD))
    assert (outcome.unsaid, outcome.protected) == (1, 1)
    assert [row(register, cvr).protected for cvr in (FIRST, SECOND, THIRD)] == [True, True, False]


def test_who_stops_is_kept_and_counted_and_who_had_ceased_before_is_left_out(register, take):
    take(firm(), firm(SECOND))
    outcome = take(
        firm(state="closing", cvr_status="UNDER KONKURS"),
        firm(SECOND, state="ceased", cvr_status="OPHØRT"),
        firm(THIRD, state="ceased"),
    )
    assert (outcome.stopped, outcome.left_out) == (2, 1)
    assert [row(register, cvr).state for cvr in (FIRST, SECOND)] == ["closing", "ceased"]
    assert row(register, THIRD) is None
    assert take(firm(SECOND, state="ceased", cvr_status="OPHØRT")).stopped == 0


def test_a_company_from_another_list_becomes_one_of_cvrs(register, take):
    with register.write() as connection:
        number = a_company(connection, cvr=FIRST, name="eksempelmurer", source="import", contact="anna")
    assert take(firm()).changed == 1
    found = row(register)
    assert (found.id, found.name, found.contact) == (number, "Eksempelmurer", "anna")


def test_the_last_of_two_in_one_file_counts(register, take):
    assert take(firm(name="Først"), firm(name="Sidst")).new == 1
    assert row(register).name == "Sidst"


class TestWorkplaces:
    def test_they_come_with_their_company_or_by_themselves(self, register, take):
        outcome = take(firm(workplaces=("1990000001", "1990000002")), place("1990000002", name="Lageret"))
        assert (outcome.workplaces_new, outcome.workplaces_changed) == (2, 0)
        assert list(numbers(register)) == ["1990000001", "1990000002"]

    def test_one_that_is_no_longer_named_is_gone_and_its_people_stay(self, register, take):
        take(firm(workplaces=("1990000001", "1990000002")))
        with register.write() as connection:
            its = connection.scalar(select(workplaces.c.id).where(workplaces.c.p_number == "1990000002"))
            a_person(connection, register, "a@b.example", company_id=row(register).id, workplace_id=its)
        assert take(firm(workplaces=("1990000001",))).workplaces_closed == 1
        assert list(numbers(register)) == ["1990000001"]
        with register.read() as connection:
            person = connection.execute(select(people)).one()
        assert (person.company_id, person.workplace_id) == (row(register).id, None)

    def test_a_company_that_names_none_keeps_them(self, register, take):
        take(firm(workplaces=("1990000001",)))
        assert take(firm()).workplaces_closed == 0
        assert list(numbers(register)) == ["1990000001"]

    def test_a_closed_one_goes_and_a_new_closed_one_does_not_come(self, register, take):
        take(firm(workplaces=("1990000001",)))
        assert take(place(closed=True), place("1990000009", closed=True)).workplaces_closed == 1
        assert numbers(register) == {}

    def test_one_can_move_to_another_company(self, register, take):
        take(firm(workplaces=("1990000001",)), firm(SECOND))
        assert take(place(cvr=SECOND)).workplaces_changed == 1
        assert numbers(register) == {"1990000001": row(register, SECOND).id}

    def test_two_that_come_before_their_company_wait_and_two_without_one_are_told(self, register, take, monkeypatch):
        monkeypatch.setattr(importing, "CHUNK", 2)
        lost = [place("1990000003", THIRD), place("1990000004", THIRD)]
        outcome = take(place("1990000001"), place("1990000002"), *lost, firm())
        assert list(numbers(register)) == ["1990000001", "1990000002"]
        assert [problem.text for problem in outcome.problems] == [
            f"the workplace {each.p_number} belongs to {THIRD}, which is not in the register" for each in lost
        ]


class TestRehearsal:
    def test_it_counts_as_the_import_does_and_keeps_nothing(self, register, take, monkeypatch):
        monkeypatch.setattr(importing, "CHUNK", 2)
        entries = [place(), *(firm(cvr) for cvr in CVRS[:5]), firm(CVRS[0], name="Nyt navn")]
        rehearsed = take(*entries, rehearse=True)
        assert dump(register) == [[], [], []]
        assert replace(rehearsed) == take(*entries)
        assert rehearsed.new == 5


class TestChunks:
    def test_what_was_written_before_an_error_stays_and_the_rest_can_be_done_again(self, register, monkeypatch):
        monkeypatch.setattr(importing, "CHUNK", 2)

        def entries(*, breaks: bool):
            yield from map(firm, CVRS[:4])
            if breaks:
                raise OSError("the disk is gone")
            yield from map(firm, CVRS[4:6])

        with pytest.raises(OSError, match="gone"):
            import_companies(register, entries(breaks=True), now=NOW, actor="eva")
        assert count(register) == 4
        outcome = import_companies(register, entries(breaks=False), now=NOW, actor="eva")
        assert (outcome.new, outcome.unchanged, count(register)) == (2, 4, 6)

    def test_progress_is_told(self, register, take, monkeypatch):
        monkeypatch.setattr(importing, "CHUNK", 2)
        told: list[int] = []
        take(*map(firm, CVRS[:5]), told=told.append)
        assert told == [2, 4, 5]


def count(register: Register) -> int:
    with register.read() as connection:
        return connection.scalar(select(func.count()).select_from(companies)) or 0


def test_problems_are_counted_and_the_first_are_kept(take, monkeypatch):
    monkeypatch.setattr(importing, "KEPT_PROBLEMS", 2)
    wrong = [Problem.at(Place("a", line), "x", "wrong") for line in (1, 2)]
    odd = Problem.at(Place("a", 3), "x", "odd", severity="warning")
    outcome = take(*wrong, odd, firm())
    assert (outcome.errors, outcome.warnings, outcome.problems, outcome.new) == (2, 1, wrong, 1)


def test_the_audit_log_says_who_and_how_many_and_no_name(register, take):
    take(firm(), firm(SECOND))
    with register.read() as connection:
        (line,) = connection.execute(select(audit)).all()
    assert (line.actor, line.action, line.about, json.loads(line.detail)) == (
        "eva",
        "companies import",
        "register",
        {"rows": 2},
    )


def test_a_file_of_cvrs_goes_in_whole(register, tmp_path):
    path = tmp_path / "cvr.jsonl"
    strange = "a'); DROP TABLE companies; --"
    documents = [a_firm(), a_unit(), a_firm(SECOND, navne=[since(navn=strange)], reklamebeskyttet=True)]
    path.write_text("\n".join(map(json.dumps, documents)), "utf-8")
    outcome = import_companies(register, read_companies(path, ON), now=NOW, actor="eva")
    assert (outcome.new, outcome.protected, outcome.workplaces_new, outcome.errors) == (2, 1, 1, 0)
    assert row(register, SECOND).name == strange
    assert "@" not in repr(dump(register))


def test_two_imports_at_once_are_both_right(register, monkeypatch):
    """Each chunk waits for the other's, or meets what it has just written; nothing is there twice."""
    monkeypatch.setattr(importing, "CHUNK", 5)

    def entries():
        for number, cvr in enumerate(CVRS):
            yield firm(cvr, workplaces=(f"199000{number:04}",))
            yield place(f"199000{number:04}", cvr, name="Lageret")

    def run(_worker: int) -> importing.Outcome:
        return import_companies(register, entries(), now=NOW, actor="eva")

    with ThreadPoolExecutor(2) as workers:
        outcomes = list(workers.map(run, range(2)))
    assert count(register) == len(numbers(register)) == len(CVRS)
    assert all(outcome.new + outcome.changed + outcome.unchanged == len(CVRS) for outcome in outcomes)
