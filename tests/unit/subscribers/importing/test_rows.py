"""Rows of a list as subscribers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.cpr import holds_cpr, without_cpr
from newsletter.subscribers.importing.columns import guess_columns
from newsletter.subscribers.importing.mend import MendFile
from newsletter.subscribers.importing.readers import Rules
from newsletter.subscribers.importing.rows import BadRow, Checker, Subscriber, check_rows
from newsletter.subscribers.importing.sheets import read_sheet

HEADINGS = ("E-mail", "Navn", "CVR", "Branchekode", "Antal ansatte", "Kommune", "P-nummer", "Samtykkedato", "Note")


def check(rules: Rules | None = None, /, **cells: str) -> Subscriber | BadRow | None:
    columns = guess_columns([*cells], [[*cells.values()]])
    return Checker([*cells], columns, rules or Rules()).check(7, [*cells.values()])


def wrong(rules: Rules | None = None, /, **cells: str) -> list[tuple[str, str]]:
    found = check(rules, **cells)
    assert isinstance(found, BadRow), found
    assert {problem.line for problem in found.problems} == {7}
    assert all(problem.cure for problem in found.problems)
    return [(problem.column, problem.reason) for problem in found.problems]


def test_a_row_is_a_subscriber_with_everything_in_its_normal_form():
    found = check(
        Rules(contacts={"metteholm": "mette-holm"}),
        Mail="Anna Hansen <Anna@Firma.example>",
        Navn=" Anna  Hansen",
        Rolle="Direktør",
        Sprog="dansk",
        Firma="Bageriet ApS",
        CVR="DK 13 74 81 36",
        P_nr="1013456789",
        Branchekode="43.22.00",
        Ansatte="12",
        Kommune="Århus",
        Postnr="8000",
        By="Aarhus C",
        Adresse="Nygade 1",
        Interesser="Fleksjob; Løntilskud",
        Behov="praktik",
        Netværk="Netværk Nord",
        Konsulent="Mette Holm",
        Offentlig="nej",
        Ring_først="ja",
        Kontakttid="formiddag",
        Tilmeldt="01-02-2026",
    )
    assert found == Subscriber(
        line=7,
        address=parse_address("Anna@firma.example"),
        name="Anna Hansen",
        first_name="Anna",
        role="Direktør",
        language="da",
        company="Bageriet ApS",
        cvr="13748136",
        p_number="1013456789",
        industry="432200",
        nomenclature="DB25",
        size=10,
        municipality="0751",
        postcode="8000",
        town="Aarhus C",
        street="Nygade 1",
        interests=("fleksjob", "løntilskud"),
        needs=("praktik",),
        networks=("Netværk Nord",),
        contact="mette-holm",
        public_employer=False,
        call_first=True,
        contact_time="formiddag",
        consented_on=date(2026, 2, 1),
    )


def test_every_problem_of_a_row_is_told():
    found = wrong(Mail="anna", CVR="13748137", Ansatte="02-apr", Kommune="Arhus", Postnr="80", Branchekode="99.99")
    assert [column for column, _ in found] == ["Mail", "CVR", "Ansatte", "Kommune", "Postnr", "Branchekode"]


def test_the_same_bad_cell_is_bad_in_every_row():
    checker = Checker(["Mail", "Ansatte"], {"Mail": "address", "Ansatte": "size"}, Rules())
    found = [checker.check(line, ["a@b.dk", "mange"]) for line in (2, 3)]
    assert [(row.line, row.problems[0].line) for row in found] == [(2, 2), (3, 3)]


@pytest.mark.parametrize(
    "cell", ["010190-1234", "0101901234", "Anna, 01 01 90 1234", "01.01.90–1234", "010190\u200b-1234"]
)
@pytest.mark.parametrize("heading", ["Mail", "Navn", "CVR", "Ansatte", "Kommune", "Note", "P_nr", "Branchekode"])
def test_a_cpr_number_is_refused_in_every_column_and_never_told_back(heading, cell):
    cells = {"Mail": "a@b.dk", "Navn": "Anna", "CVR": "13748136", "Note": "x", heading: cell}
    found = wrong(**cells)
    assert found[0][0] == heading
    assert "1234" not in str(found)
    if heading != "P_nr":
        assert found[0][1] == "this looks like a CPR number"


def test_a_p_number_that_looks_like_a_cpr_number_is_right_in_its_own_column_only():
    assert check(Mail="a@b.dk", CVR="13748136", P_nr="1003456789").p_number == "1003456789"
    assert wrong(Mail="a@b.dk", CVR="13748136", Note="1003456789") == [("Note", "this looks like a CPR number")]


def test_a_row_is_about_a_person_or_a_company():
    assert check(Mail="", CVR="13748136").address is None
    assert check(Mail=" ", CVR="") is None, "an empty row is nobody's"
    assert wrong(Mail="", CVR="", Navn="I alt 12") == [("Mail", "the row has neither an address nor a CVR number")]
    assert [column for column, _ in wrong(Mail="anna", CVR="", Navn="Anna")] == ["Mail"], "not told twice"


def test_a_p_number_needs_its_company():
    assert wrong(Mail="a@b.dk", P_nr="1013456789") == [("P_nr", "a P-number needs its company")]
    assert check(Mail="a@b.dk", P_nr="1013456789", Firma="Bageriet").company == "Bageriet"


@pytest.mark.parametrize("name", [{"Fornavn": "Anna", "Efternavn": "Hansen"}, {"Navn": "Anna Hansen"}])
def test_names_are_whole_and_in_parts(name):
    found = check(Mail="a@b.dk", **name)
    assert (found.name, found.first_name) == ("Anna Hansen", "Anna")


def test_a_name_written_backwards_gives_no_first_name():
    assert check(Mail="a@b.dk", Navn="Hansen, Anna").first_name is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Branchekode": "432200"}, ("432200", "DB25")),
        ({"Branchekode (DB07)": "432200"}, ("432200", "DB07")),
        ({"Branchekode": "432200", "Nomenklatur": "DB07"}, ("432200", "DB07")),
        ({"Branchekode": "432200", "Nomenklatur": ""}, ("432200", "DB25")),
        ({"Branchekode": "", "Nomenklatur": "DB07"}, (None, None)),
        ({"Branchekode": "999999"}, (None, None)),
    ],
)
def test_an_industry_code_is_kept_with_its_nomenclature(cells, expected):
    found = check(Mail="a@b.dk", **cells)
    assert (found.industry, found.nomenclature) == expected


def test_a_code_is_checked_against_the_nomenclature_of_its_row():
    assert check(Mail="a@b.dk", Branchekode="451110", Nomenklatur="DB07").industry == "451110"
    assert wrong(Mail="a@b", Branchekode="451110", Nomenklatur="DB25")[1][0] == "Branchekode"
    assert [column for column, _ in wrong(Mail="a@b.dk", Branchekode="451110", Nomenklatur="x")] == ["Nomenklatur"]


def test_an_unknown_contact_is_told_with_a_guess():
    rules = Rules(contacts={"metteholm": "mette-holm", "boby": "bo-by"})
    found = check(rules, Mail="a@b.dk", Konsulent="mette-hom", Stedfortræder="x y")
    assert found.problems[0].cure == "did you mean 'mette-holm'?"
    assert len(found.problems) == 2


def test_a_consent_of_tomorrow_is_refused():
    rules = Rules(today=date(2026, 11, 22))
    assert check(rules, Mail="a@b.dk", Tilmeldt="22-11-2026").consented_on == date(2026, 11, 22)
    assert wrong(rules, Mail="a@b.dk", Tilmeldt="23-11-2026")[0][0] == "Tilmeldt"


LIST = (
    "E-mail;Navn;CVR;Note;Telefon\n"
    "a@b.dk;Åse;13748136;;1\n"
    "b@b;=Bo;13748137;cpr 010190-1234;=1\n"
    "Carl\n"
    "d@b.dk;Dorte;;;2\n"
)


def read(path):
    sheet = read_sheet(path)
    return sheet, list(check_rows(sheet, guess_columns(sheet.headings, sheet.sample()), Rules()))


def test_bad_rows_go_to_a_file_to_mend_and_import_again(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text(LIST, "utf-8")
    sheet, checked = read(path)
    assert [type(row).__name__ for row in checked] == ["Subscriber", "BadRow", "BadRow", "Subscriber"]
    with MendFile(tmp_path / "imports", sheet.name, sheet.headings) as mend:
        for row in checked:
            if isinstance(row, BadRow):
                mend.add(row)
    assert mend.path == tmp_path / "imports" / "liste-fejl.csv"
    assert mend.path.stat().st_mode & 0o777 == 0o600
    text = mend.path.read_text("utf-8-sig")
    assert "010190" not in text
    assert "'=Bo" in text
    lines = text.splitlines()
    assert lines[0] == "E-mail;Navn;CVR;Note;Telefon;linje;fejl"
    assert lines[1].startswith("b@b;'=Bo;13748137;cpr «CPR-nummer fjernet»;'=1;3;")
    assert "E-mail: this is not a mail address" in lines[1]
    assert "Note: this looks like a CPR number" in lines[1]
    assert "13748137" in lines[1]
    assert lines[2].startswith('Carl;;;;;4;"the row has 1 cells, and')


def test_a_mended_file_is_imported_and_its_own_columns_are_not_read(tmp_path):
    path = tmp_path / "liste-fejl.csv"
    path.write_text("E-mail;Navn;linje;fejl\nb@b.dk;Bo;3;forkert\nx;Åse;4;forkert\n;;5;kun fejl\n", "utf-8")
    sheet, checked = read(path)
    assert [row.line for row in checked] == [2, 3]
    assert checked[0].address.key == "b@b.dk"
    with MendFile(tmp_path, sheet.name, sheet.headings) as mend:
        mend.add(checked[1])
    assert mend.path == tmp_path / "liste-fejl-2.csv", "what is being read is not written over"
    assert mend.path.read_text("utf-8-sig").splitlines()[0] == "E-mail;Navn;linje;fejl"


def test_no_file_is_made_when_all_rows_are_good(tmp_path):
    with MendFile(tmp_path / "imports", "a.csv", ["E-mail"]) as mend:
        pass
    assert (mend.path, mend.count, (tmp_path / "imports").exists()) == (None, 0, False)


@given(st.lists(st.text(max_size=30), min_size=len(HEADINGS), max_size=len(HEADINGS)))
def test_any_row_is_a_subscriber_or_has_cures(cells):
    found = Checker(HEADINGS, guess_columns(HEADINGS, []), Rules()).check(2, cells)
    if isinstance(found, BadRow):
        assert found.problems
        assert all(problem.reason for problem in found.problems)
    elif found:
        assert found.address or found.cvr
    else:
        assert not any(cell.strip() for cell in cells)


@given(st.text("0123456789-. \u00a0x", max_size=16))
def test_a_text_without_its_cpr_numbers_holds_none(text):
    assert not holds_cpr(without_cpr(text))
    assert holds_cpr(text) or without_cpr(text) == text
