"""CVR's JSON is read as it comes: tolerant of what is missing, strict about what it takes, blind to people."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from cvr_kit import FIRST, ON, SECOND, THIRD, a_firm, a_street, a_unit, answer, since
from hypothesis import given
from hypothesis import strategies as st

from newsletter.problems import Problem
from newsletter.subscribers.cvr import Company, Workplace, read_companies, state_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def read(tmp_path: Path):
    """Read a text, bytes, or an object written as JSON."""

    def reader(content: Any, **options: Any) -> list[Company | Workplace | Problem]:
        path = tmp_path / "cvr.json"
        text = content if isinstance(content, str | bytes) else json.dumps(content, **options)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_companies(path, ON))

    return reader


@pytest.fixture
def one(read):
    """The company that an object makes, without a problem."""

    def reader(**fields: Any) -> Company:
        (company,) = read(a_firm(**fields))
        assert isinstance(company, Company)
        return company

    return reader


def lines(*documents: Any) -> str:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in documents)


class TestForms:
    """One object, a list, lines, a search answer: pretty or on one line, with or without its wrapping."""

    @pytest.mark.parametrize("indent", [None, 2])
    @pytest.mark.parametrize(
        "wrap",
        [
            lambda *each: list(each),
            lambda *each: [{"Vrvirksomhed": one} for one in each],
            lambda *each: [{"_source": {"Vrvirksomhed": one}} for one in each],
            answer,
        ],
        ids=["list", "named", "source", "answer"],
    )
    def test_all_forms_say_the_same(self, read, wrap, indent):
        found = read(wrap(a_firm(FIRST), a_firm(SECOND)), indent=indent)
        assert [company.cvr for company in found] == [FIRST, SECOND]

    def test_an_object_for_each_line(self, read):
        found = read(lines(a_firm(FIRST), {"Vrvirksomhed": a_firm(SECOND)}, answer(a_firm(THIRD), a_unit())) + "\n\n")
        assert [each.cvr for each in found] == [FIRST, SECOND, THIRD, FIRST]
        assert isinstance(found[3], Workplace)

    def test_one_object_over_many_lines_and_a_byte_order_mark(self, read):
        text = json.dumps(a_firm(), indent=1)
        assert [company.cvr for company in read(b"\xef\xbb\xbf" + text.encode())] == [FIRST]

    def test_an_empty_file_and_an_empty_answer_hold_nothing(self, read):
        assert read("") == read("\n \n") == read([]) == read(answer()) == []


class TestBroken:
    def test_two_broken_lines_are_told_and_the_others_are_read(self, read):
        found = read(lines(a_firm(FIRST)) + '\n{"cvrNummer": \n' + lines(a_firm(SECOND)) + "\n[1, 2")
        assert [each.cvr for each in found if isinstance(each, Company)] == [FIRST, SECOND]
        problems = [each for each in found if isinstance(each, Problem)]
        assert (problems[0].line, problems[0].code) == (2, "cvr-json")
        assert problems[-1].line == 4

    def test_a_list_that_was_cut_off_gives_what_stands_before(self, read):
        whole = json.dumps([a_firm(FIRST), a_firm(SECOND)], indent=1)
        first, problem = read(whole[: whole.rindex('"navn"')])
        assert first.cvr == FIRST
        assert problem.code == "cvr-json"
        assert problem.line > 10
        first, second, problem = read(whole[:-2])
        assert (first.cvr, second.cvr, problem.text) == (FIRST, SECOND, "the file ends before its list does")

    def test_a_forgotten_comma_and_a_second_object_are_told(self, read):
        one = json.dumps(a_firm())
        assert read(f"[{one}\n {one}]")[1].text == "a comma is missing here"
        pretty = json.dumps(a_firm(), indent=1)
        (problem,) = read(f"{pretty}\n{pretty}")
        assert problem.text == "more follows where the object ends"

    @pytest.mark.parametrize(
        "text", ["nonsense", "[" * 100_000, '{"cvrNummer": ' + "9" * 5000 + "}", '"a', "{", "[,]", "\x0b"]
    )
    def test_no_nonsense_breaks_the_reader(self, read, text):
        assert all(isinstance(each, Problem) for each in read(text))

    def test_another_encoding_is_told_with_its_line(self, read):
        found = read(json.dumps(a_firm(), ensure_ascii=False, indent=1).encode("cp1252"))
        assert [(each.code, each.line > 1) for each in found] == [("encoding", True)]

    def test_what_is_neither_company_nor_workplace_is_told_twice_when_it_is_there_twice(self, read):
        found = read([1, {"name": "x"}], indent=1)
        assert [(each.line, each.column, each.code) for each in found] == [(2, 2, "cvr-object"), (3, 2, "cvr-object")]

    @given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
    @pytest.mark.parametrize("field", list(a_firm()))
    def test_any_value_in_any_field_gives_a_company_or_a_problem(self, read, field, value):
        found = read(a_firm(**{field: value}))
        assert found
        assert isinstance(found[-1], Company | Problem)


class TestNumbers:
    def test_a_wrong_cvr_number_and_a_missing_name_are_problems_with_a_place(self, read):
        found = read([a_firm("99999999"), a_firm(SECOND, navne=[])])
        assert [(each.code, each.severity) for each in found] == [("cvr-number", "error"), ("cvr-name", "error")]
        assert found[0].text.startswith("'99999999' is not a CVR number")
        assert found[1].text.startswith(SECOND)

    @pytest.mark.parametrize("number", [1, True, None, "DK", 1.5, [FIRST], 10**40])
    def test_what_is_no_number_is_refused(self, read, number):
        (problem,) = read(a_firm(cvrNummer=number))
        assert problem.code == "cvr-number"

    def test_a_p_number_is_held_to_its_shape(self, read):
        found = read([a_unit(2_990_000_001), a_unit(199)])
        assert [each.code for each in found] == ["p-number", "p-number"]

    def test_a_workplace_without_a_company_is_a_problem(self, read):
        (problem,) = read(a_unit(virksomhedsrelation=[]))
        assert (problem.code, problem.text[:11]) == ("cvr-number", "1990000001:")


class TestPeriods:
    def test_the_value_of_today_counts(self, one):
        names = [
            since("2030-01-01", navn="Navnet i morgen"),
            since("2024-01-01", navn="Navnet i dag"),
            since("2010-01-01", "2023-12-31", navn="Navnet i går"),
        ]
        assert one(navne=names).name == "Navnet i dag"
        assert one(navne=names[2:]).name == "Navnet i går"
        assert one(navne=names[1]).name == "Navnet i dag"

    def test_an_end_in_the_future_has_not_come(self, one):
        assert one(livsforloeb=[since("2020-01-01", "2026-11-22")]).state == "active"
        assert one(livsforloeb=[since("2020-01-01", "2026-11-21")]).state == "ceased"

    def test_workplaces_of_today_only(self, one):
        assert one().workplaces == ("1990000001",)


class TestStatus:
    @pytest.mark.parametrize(
        ("word", "state"),
        [
            ("NORMAL", "active"),
            ("Aktiv", "active"),
            ("UNDER KONKURS", "closing"),
            ("UNDERKONKURS", "closing"),
            ("UNDER TVANGSOPLØSNING", "closing"),
            ("UNDER FRIVILLIG LIKVIDATION", "closing"),
            ("UNDER REKONSTRUKTION", "closing"),
            ("OPHØRT", "ceased"),
            ("TVANGSOPLØST", "ceased"),
            ("OPLØST EFTER KONKURS", "ceased"),
            ("OPLØST EFTER FUSION", "ceased"),
            ("SLETTET", "ceased"),
            ("UDEN RETSVIRKNING", "ceased"),
        ],
    )
    def test_words_of_cvr(self, one, word, state):
        assert state_of(word) == state
        company = one(virksomhedsstatus=[since(status=word)])
        assert (company.state, company.cvr_status) == (state, word)

    def test_an_unknown_word_stops_contact_and_is_said(self, read):
        problem, company = read(a_firm(virksomhedsstatus=[since(status="PÅ MÅNEN")]))
        assert (problem.code, problem.severity) == ("cvr-status", "warning")
        assert (company.state, company.cvr_status) == ("closing", "PÅ MÅNEN")

    def test_a_sole_trader_has_no_status_but_a_lifetime(self, one):
        fields: dict[str, Any] = {"virksomhedsstatus": [], "virksomhedsform": [since(kortBeskrivelse="ENK")]}
        assert one(**fields).state == "active"
        assert one(**fields, virksomhedMetadata={"sammensatStatus": "Aktiv"}).cvr_status == "Aktiv"
        assert one(**fields, livsforloeb=[since("2020-01-01", "2021-01-01")]).state == "ceased"
        assert one(**fields, livsforloeb=[]).state is None


class TestFacts:
    def test_everything_that_is_taken(self, one):
        assert asdict(one()) == {
            "cvr": FIRST,
            "name": "Eksempelmurer Prøve ApS",
            "industry": "434100",
            "nomenclature": "DB25",
            "size": 5,
            "municipality": "0101",
            "postcode": "9999",
            "town": "Eksempelby",
            "street": "Prøvevej 7",
            "form": "APS",
            "public_employer": False,
            "state": "active",
            "cvr_status": "NORMAL",
            "protected": False,
            "workplaces": ("1990000001",),
        }

    def test_no_address_to_write_to_and_no_name_of_a_person_is_taken(self, read):
        taken = repr(read([a_firm(), a_unit(elektroniskPost=[since(kontaktoplysning="lager@murer.example")])]))
        assert "@" not in taken
        assert "Eva" not in taken

    def test_people_among_the_objects_are_passed_over_in_silence(self, read):
        person = {"enhedsNummer": 1, "enhedstype": "PERSON", "navne": [since(navn="Eva Eksempel")]}
        assert read([{"Vrdeltagerperson": person}, {"_source": {"Vrdeltagerperson": person}}, person]) == []

    @pytest.mark.parametrize(("flag", "protected"), [(True, True), (False, False), (None, None), ("nej", None)])
    def test_protection_is_never_guessed(self, one, flag, protected):
        assert one(reklamebeskyttet=flag).protected is protected

    @pytest.mark.parametrize(("code", "public"), [(250, True), (230, True), (245, True), (80, False), ("x", False)])
    def test_public_employers_are_known_by_their_form(self, one, code, public):
        assert one(virksomhedsform=[since(virksomhedsformkode=code, kortBeskrivelse="X")]).public_employer is public

    def test_signs_no_database_keeps_are_taken_out(self, one):
        assert one(navne=[since(navn="A\u0000B\ud800  C\u200b\ne\u0301")]).name == "A B? C é"
        assert one(beliggenhedsadresse=[a_street(vejnavn="x" * 400)]).street is None

    def test_an_address_with_a_letter_and_a_floor(self, one):
        company = one(beliggenhedsadresse=[a_street(bogstavFra="B", etage="2", sidedoer="tv")])
        assert company.street == "Prøvevej 7B, 2 tv"

    def test_an_address_abroad_has_what_it_has(self, one):
        street = a_street(landekode="SE", kommune=None, postnummer=None, vejnavn=None, postdistrikt=None)
        company = one(beliggenhedsadresse=[street])
        assert (company.municipality, company.postcode, company.town, company.street) == (None,) * 4

    def test_a_workplace(self, read):
        (place,) = read(a_unit())
        assert asdict(place) == {
            "p_number": "1990000001",
            "cvr": FIRST,
            "name": "Eksempelmurer Prøve, lageret",
            "industry": "434100",
            "nomenclature": "DB25",
            "size": 2,
            "municipality": "0101",
            "postcode": "9995",
            "town": "Eksempelstrand",
            "street": "Lagervej 7",
            "closed": False,
        }
        assert read(a_unit(livsforloeb=[since("2020-01-01", "2021-01-01")]))[0].closed


class TestBands:
    @pytest.mark.parametrize(
        ("word", "size"),
        [
            ("ANTAL_0_0", 0),
            ("ANTAL_1_1", 1),
            ("ANTAL_2_4", 2),
            ("ANTAL_5_9", 5),
            ("ANTAL_500_999", 500),
            ("ANTAL_1000_999999", 1000),
            ("ANTAL_1000_", 1000),
        ],
    )
    def test_the_lower_end_counts(self, one, word, size):
        assert one(maanedsbeskaeftigelse=[{"aar": 2026, "maaned": 1, "intervalKodeAntalAnsatte": word}]).size == size

    def test_the_newest_counts_and_the_month_before_the_year(self, one):
        year = [{"aar": 2025, "intervalKodeAntalAnsatte": "ANTAL_50_99"}]
        quarter = [{"aar": 2026, "kvartal": 1, "intervalKodeAntalAnsatte": "ANTAL_20_49"}]
        month = [{"aar": 2025, "maaned": 12, "intervalKodeAntalAnsatte": "ANTAL_10_19"}]
        assert one(aarsbeskaeftigelse=year, kvartalsbeskaeftigelse=quarter, maanedsbeskaeftigelse=month).size == 20
        assert one(aarsbeskaeftigelse=year, maanedsbeskaeftigelse=month).size == 10

    def test_a_number_without_a_band_gives_its_band(self, one):
        assert one(maanedsbeskaeftigelse=[{"aar": 2026, "maaned": 9, "antalAnsatte": 7}]).size == 5

    @pytest.mark.parametrize("number", [True, -1, 10**40, "7", None])
    def test_what_is_no_number_of_employees_says_nothing(self, one, number):
        assert one(aarsbeskaeftigelse=[], maanedsbeskaeftigelse=[{"aar": 2026, "antalAnsatte": number}]).size is None

    def test_two_unknown_bands_are_said_and_the_companies_kept(self, read):
        strange = [{"aar": 2026, "maaned": 9, "intervalKodeAntalAnsatte": "ANTAL_3_4"}]
        found = read([a_firm(FIRST, maanedsbeskaeftigelse=strange), a_firm(SECOND, maanedsbeskaeftigelse=strange)])
        assert [getattr(each, "code", None) for each in found] == ["cvr-band", None, "cvr-band", None]
        assert found[1].size is found[3].size is None

    def test_without_a_word_about_employees_the_size_is_unknown(self, one):
        assert one(aarsbeskaeftigelse=None, maanedsbeskaeftigelse=[]).size is None


class TestIndustry:
    def test_the_period_tells_the_nomenclature(self, one):
        older = one(hovedbranche=[since("2019-05-01", branchekode="681000")])
        newer = one(hovedbranche=[since("2025-01-01", branchekode="681100")])
        assert (older.nomenclature, newer.nomenclature) == ("DB07", "DB25")

    def test_without_a_beginning_it_is_of_today(self, one):
        assert one(hovedbranche=[{"branchekode": "681100"}]).nomenclature == "DB25"

    def test_a_code_that_is_only_in_the_other_one_belongs_there(self, one):
        assert one(hovedbranche=[since("2025-03-01", branchekode="451110")]).nomenclature == "DB07"

    def test_a_lost_zero_comes_back(self, one):
        assert one(hovedbranche=[since("2025-01-01", branchekode=14100)]).industry == "014100"

    @pytest.mark.parametrize("code", [None, "", "999999", "000000"])
    def test_no_industry_is_no_problem(self, one, code):
        company = one(hovedbranche=[since("2025-01-01", branchekode=code)])
        assert (company.industry, company.nomenclature) == (None, None)

    def test_two_codes_that_are_nowhere_are_said_and_the_companies_kept(self, read):
        strange = [since("2025-01-01", branchekode="040000")]
        found = read([a_firm(FIRST, hovedbranche=strange), a_firm(SECOND, hovedbranche=strange)])
        assert [getattr(each, "code", None) for each in found] == ["cvr-industry", None, "cvr-industry", None]
        assert found[1].industry is None
