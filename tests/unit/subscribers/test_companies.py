"""Companies are found, given contacts, listed and shown; advertising-protected ones never stand together in a list."""

from __future__ import annotations

import json
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from register_kit import NOW, a_company, a_person
from sqlalchemy import insert, literal, select, true

from newsletter.problems import Refused
from newsletter.store.tables import (
    audit,
    companies,
    company_interests,
    company_needs,
    enquiries,
    follow_ups,
    network_members,
    networks,
    results,
    sign_ups,
    visits,
    workplaces,
)
from newsletter.subscribers.companies.choosing import digits_of, find_companies, find_company, fitting
from newsletter.subscribers.companies.contacts import NOBODY, set_contact, without_contact
from newsletter.subscribers.companies.exporting import HEADINGS, export_companies
from newsletter.subscribers.companies.listing import Numbers, band_of, listed, numbers
from newsletter.subscribers.companies.showing import CompanyFacts, show
from newsletter.subscribers.industries import load
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.segments import Rule

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.store.register import Register


@pytest.fixture
def add(register: Register):
    def added(**columns: Any) -> int:
        with register.write() as connection:
            return a_company(connection, **columns)

    return added


@pytest.fixture
def reader(register: Register):
    def made(address: str, **columns: Any) -> int:
        with register.write() as connection:
            return a_person(connection, register, address, **columns)

    return made


def refused(register: Register, text: str) -> Refused:
    with register.read() as connection, pytest.raises(Refused) as caught:
        find_company(connection, text)
    return caught.value


def found(register: Register, text: str) -> int:
    with register.read() as connection:
        return find_company(connection, text).id


class TestFinding:
    @pytest.mark.parametrize("text", ["13748136", "DK13748136", "13 74 81 36", "13-74-81-36", " dk 13748136 "])
    def test_a_cvr_number_in_any_form(self, register, add, text):
        number = add(cvr="13748136")
        assert found(register, text) == number

    @pytest.mark.parametrize("text", ["1374813", "137481366", "x13748136", "", "１３７４８１３６"])
    def test_what_is_no_number_is_a_name(self, text):
        assert digits_of(text) is None

    @pytest.mark.parametrize("text", ["Ørnens Bageri ApS", "ørnens bageri aps", "ØRNENS", "bageri", "  nens   bag "])
    def test_a_name_or_a_part_of_it_whatever_its_case(self, register, add, text):
        number = add(name="Ørnens Bageri ApS")
        add(name="Åens Tømrer A/S")
        assert found(register, text) == number

    def test_the_whole_name_comes_before_a_part(self, register, add):
        number = add(name="Bageriet")
        add(name="Bageriet ved åen")
        assert found(register, "bageriet") == number

    def test_several_are_told_by_number_and_the_protected_ones_are_only_counted(self, register, add):
        add(name="Bageriet Nord", cvr="13748136")
        add(name="Bageriet Syd", cvr="10000009")
        add(name="Bageriet Hemmelig", cvr="10000017", protected=True)
        error = refused(register, "bageriet")
        assert error.text == "3 companies are called something like 'bageriet'"
        assert "13748136 Bageriet Nord; 10000009 Bageriet Syd" in error.hint
        assert "Hemmelig" not in error.hint
        assert "1 advertising-protected" in error.hint

    def test_a_slip_gets_a_guess_which_is_never_a_protected_one(self, register, add):
        add(name="Eksempelbageriet")
        add(name="Eksempelslagteren", protected=True)
        assert refused(register, "eksempelbagriet").hint == "did you mean 'Eksempelbageriet'?"
        assert "slagteren" not in refused(register, "eksempelslagterne").hint

    @pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "\\", "x%' OR '1'='1"])
    def test_signs_that_mean_something_in_sql_are_signs(self, register, add, text):
        add(name="Bageriet")
        assert refused(register, text).text.startswith("no company")

    def test_two_numbers_that_are_not_there_are_both_told(self, register, add):
        add(cvr="13748136")
        with register.read() as connection:
            assert [each.cvr for each in find_companies(connection, ["13748136", "DK13748136"])] == ["13748136"]
            with pytest.raises(Refused, match="not in the register: 10000009, xyz"):
                find_companies(connection, ["10000009", "13748136", "xyz"])

    def test_a_rule_chooses_companies_through_their_people_too(self, register, add, reader, tmp_path):
        first, second = add(postcode="8000"), add(postcode="9000")
        reader("hr@a.example", role="hr", company_id=first)
        reader("hr2@a.example", role="hr", company_id=first)
        book = Book(industries=load(tmp_path))

        def chosen(**rule: Any) -> list[int]:
            statement = select(companies.c.id).where(fitting(Rule.model_validate(rule), book)).order_by(companies.c.id)
            with register.read() as connection:
                return list(connection.scalars(statement))

        assert chosen(role="hr") == [first]
        assert chosen(postcode="9000-9999") == [second]
        assert chosen(**{"not": {"postcode": "7000"}}) == [first, second]


class TestContacts:
    def give(self, register: Register, chosen: Any = true(), **values: Any):  # noqa: B008
        return set_contact(register, chosen, **{"now": NOW, "actor": "eva", **values})

    def contacts(self, register: Register) -> list[tuple[str | None, str | None]]:
        with register.read() as connection:
            columns = (companies.c.contact, companies.c.stand_in)
            return [tuple(row) for row in connection.execute(select(*columns).order_by(companies.c.id))]

    def test_contact_and_stand_in_each_by_itself(self, register, add):
        add(contact="bo"), add()
        assert self.give(register, contact="anna").changed == 2
        given = self.give(register, companies.c.contact == "anna", stand_in="bo")
        assert (given.changed, given.unchanged) == (2, 0)
        assert self.contacts(register) == [("anna", "bo"), ("anna", "bo")]
        assert self.give(register, contact="anna", stand_in="bo").unchanged == 2

    def test_taken_away_again(self, register, add):
        add(contact="bo", stand_in="anna")
        self.give(register, contact=NOBODY, stand_in=NOBODY)
        assert self.contacts(register) == [(None, None)]

    def test_the_audit_log_names_a_few_and_counts_many_and_says_nothing_of_nothing(self, register, add):
        for _ in range(101):
            add()
        self.give(register, companies.c.id <= 2, contact="anna")
        self.give(register, companies.c.id <= 2, contact="anna")
        self.give(register, contact="bo")
        with register.read() as connection:
            lines = connection.execute(select(audit).order_by(audit.c.id)).all()
        assert [(line.about, line.about_id) for line in lines] == [("company", 1), ("company", 2), ("register", None)]
        assert json.loads(lines[2].detail) == {"companies": 101, "contact": "bo"}

    def test_who_has_none_can_be_listed(self, register, add):
        add(contact="anna"), add(name="Alene")
        with register.read() as connection:
            assert [row["name"] for row in listed(connection, without_contact())] == ["Alene"]


class TestListing:
    def test_protected_ones_are_counted_unless_somebody_there_has_consented(self, register, add, reader):
        add(name="Åben")
        add(name="Hemmelig", protected=True)
        reader("a@b.example", company_id=add(name="Sagt ja", protected=True), state="subscribed", basis="consent")
        reader("b@b.example", company_id=add(name="Anden grund", protected=True), state="subscribed", basis="other")
        reader("c@b.example", company_id=add(name="Sagt nej", protected=True), state="unsubscribed")
        with register.read() as connection:
            assert {row["name"] for row in listed(connection, true())} == {"Åben", "Sagt ja"}
            assert numbers(connection, true()) == Numbers(2, 3)

    def test_a_list_is_by_name_and_has_bands(self, register, add):
        add(name="B", size=5), add(name="A", size=1000), add(name="C", size=None)
        with register.read() as connection:
            assert [(row["name"], row["size"]) for row in listed(connection, true())] == [
                ("A", "1000+"),
                ("B", "5-9"),
                ("C", None),
            ]
            assert len(list(listed(connection, true(), limit=2))) == 2
        assert band_of(3) == "3"


class TestExport:
    ROW: Any = dict.fromkeys(HEADINGS) | {"name": '=HYPERLINK("x")', "cvr": "00123456", "protected": False}

    def test_what_looks_like_a_formula_comes_back_harmless(self, tmp_path):
        assert export_companies([self.ROW], tmp_path / "a.csv") == 1
        text = (tmp_path / "a.csv").read_text("utf-8")
        assert text.startswith("\ufeffcvr;name;")
        assert '00123456;"\'=HYPERLINK(""x"")";' in text

    def test_a_workbook_keeps_codes_as_text(self, tmp_path):
        export_companies([self.ROW], tmp_path / "a.xlsx")
        headings, row = load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
        assert headings == HEADINGS
        assert row[:2] == ("00123456", '\'=HYPERLINK("x")')

    def test_json_lines_keep_everything_as_it_is(self, tmp_path):
        export_companies([self.ROW, self.ROW], tmp_path / "a.JSONL")
        assert [json.loads(line) for line in (tmp_path / "a.JSONL").read_text("utf-8").splitlines()] == [self.ROW] * 2

    def test_only_its_owner_reads_it_and_a_broken_one_leaves_nothing(self, tmp_path):
        path = tmp_path / "a.csv"
        export_companies([self.ROW], path)
        assert path.stat().st_mode & 0o777 == 0o600

        def breaks():
            yield self.ROW
            raise OSError("gone")

        with pytest.raises(OSError, match="gone"):
            export_companies(breaks(), tmp_path / "b.csv")
        assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def facts(register: Register, company: int, folder: Path) -> CompanyFacts:
    with register.read() as connection:
        return show(connection, company, load(folder), UTC)


class TestShowing:
    def test_a_company_nobody_knows_anything_of(self, register, add, tmp_path):
        told = facts(register, add(), tmp_path)
        assert list(told) == list(CompanyFacts.__annotations__)
        assert (told["industry"], told["size"], told["people"], told["natural_person"]) == (None, None, [], False)
        json.dumps(told)

    def test_everything_that_is_known(self, register, add, reader, tmp_path):
        number = add(industry="432200", nomenclature="DB25", size=5, municipality="0751", form="ENK", contact="anna")
        other = add(name="En anden")
        person = reader("eva@vvs.example", name="Eva Eksempel", company_id=number, state="pending")
        reader("x@anden.example", company_id=other)
        with register.write() as connection:
            everything(connection, number, person)
            visit = {"consultant": "bo", "kind": "phone", "visited_on": date(2026, 11, 3), "recorded_by": "bo"}
            gone = {**visit, "company_id": number, "recorded_at": NOW, "undone_at": NOW}
            connection.execute(insert(visits).values(**gone))
        told = facts(register, number, tmp_path)
        assert told["natural_person"]
        assert told["municipality_name"] == "Aarhus"
        assert told["industry"]
        assert (told["industry"]["section"], told["industry"]["nomenclature"]) == ("F", "DB25")
        assert [each["name"] for each in told["people"]] == ["Eva Eksempel"]
        assert [(each["consultant"], each["visited_on"]) for each in told["visits"]] == [("anna", "2026-11-02")]
        for part in ("networks", "workplaces", "follow_ups", "enquiries", "sign_ups", "results", "needs", "interests"):
            assert len(told[part]) == 1, part
        assert told["workplaces"][0]["size"] == "2-4"
        json.dumps(told)
        assert not any(facts(register, other, tmp_path)[part] for part in ("visits", "networks", "workplaces"))


def everything(connection: Any, company: int, person: int) -> None:
    """One row about the company in each table there is."""
    visit = {"consultant": "anna", "kind": "visit", "visited_on": date(2026, 11, 2), "recorded_by": "anna"}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (company_interests, {"interest": "mentor"}),
        (company_needs, {"need": "lager", "heard_on": date(2026, 11, 2)}),
        (workplaces, {"p_number": "1990000001", "size": 2, "updated_at": NOW}),
        (visits, {**visit, "recorded_at": NOW}),
        (follow_ups, {"what": "Ring", "consultant": "anna", "due_on": date(2026, 11, 9), "created_at": NOW}),
        (enquiries, {"person_id": person, "channel": "mail", "topic": "fleksjob", "received_at": NOW}),
        (sign_ups, {"event": "morgenmoede", "person_id": person, "signed_up_at": NOW}),
        (results, {"campaign": "vejen", "measure": "agreement", "happened_on": date(2026, 11, 9)}),
    ]
    for table, values in rows:
        connection.execute(insert(table).values(**values, company_id=company))
    network = insert(networks).values(slug="netvaerket", title="Netværket").returning(networks.c.id)
    member = {"network_id": connection.execute(network).scalar_one(), "company_id": company}
    connection.execute(insert(network_members).values(**member))


def test_no_condition_is_never_a_word_in_sql(register, add):
    """A contact's name is bound like any other value."""
    add()
    strange = "anna'); DROP TABLE companies; --"
    set_contact(register, literal(True), contact=strange, now=NOW, actor="eva")
    with register.read() as connection:
        assert connection.scalar(select(companies.c.contact)) == strange
