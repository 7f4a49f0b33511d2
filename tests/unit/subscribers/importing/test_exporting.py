"""The register's people as a list again."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_kit import NONE, NOW, OTHER, act, join, said
from register_kit import a_company, a_person
from sqlalchemy import update

from newsletter.store.tables import companies
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.importing.apply import import_rows
from newsletter.subscribers.importing.columns import guess_columns
from newsletter.subscribers.importing.exporting import default_columns, export_rows, extent
from newsletter.subscribers.importing.fields import FIELD_NAMES
from newsletter.subscribers.importing.readers import Rules
from newsletter.subscribers.importing.rows import Subscriber, check_rows
from newsletter.subscribers.importing.sheets import read_sheet
from newsletter.subscribers.importing.writing import ENDINGS, write_list, write_text
from newsletter.subscribers.people import suppress, unsubscribe

CVR, OTHER_CVR = "13748136", "25313763"
LIST = """\
E-mail;Navn;Rolle;Sprog;Virksomhed;CVR;P-nummer;Branchekode;Nomenklatur;Antal ansatte;Kommune;Postnummer;By;Adresse;\
Interesser;Behov;Netværk;Fast kontakt;Stedfortræder;Offentlig arbejdsgiver;Ring først;Kontakttid;Samtykkedato
søren@firma.example;'=Søren Holm;chef;en;Bageriet ApS;13748136;1013456789;432200;DB25;10-19;Aarhus;8000;Aarhus C;\
Nygade 1;"fleksjob; løntilskud";;Netværk Nord;mette-holm;bo-by;nej;ja;formiddag;01-02-2026
bo@firma.example;Bo;;da;Nord;25313763;;451110;DB07;1000+;København;0800;;;;;;;;ja;nej;;20-11-2026
"""


def read(path):
    sheet = read_sheet(path)
    columns = guess_columns(sheet.headings, sheet.sample())
    return columns, list(check_rows(sheet, columns, Rules()))


def export(register, names=FIELD_NAMES):
    with register.read() as connection:
        return [dict(zip(names, cells, strict=True)) for cells in export_rows(connection, names, NOW)]


def addresses(register):
    return [row["address"] for row in export(register)]


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_what_was_imported_is_written_back_in_its_columns(register, tmp_path, ending):
    path = tmp_path / "liste.csv"
    path.write_text(LIST, "utf-8")
    columns, rows = read(path)
    assert [type(row) for row in rows] == [Subscriber, Subscriber], rows
    import_rows(register, rows, said(date(2026, 11, 20)), now=NOW, actor="maja")
    out = tmp_path / f"ud{ending}"
    with register.read() as connection:
        cells = export_rows(connection, [*columns.values()], NOW)
        assert write_list(out, ENDINGS[ending], [*columns], cells) == 2
    assert out.stat().st_mode & 0o777 == 0o600
    again, rows_again = read(out)
    assert again == columns
    assert [row._replace(line=0) for row in rows_again] == [row._replace(line=0) for row in rows]
    assert import_rows(register, rows_again, said(), now=NOW, actor="maja").writes == 0
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_every_column_can_be_written_and_read_again(register):
    assert set(default_columns().values()) == set(FIELD_NAMES) - {"first_name", "last_name"}
    row = Subscriber(2, parse_address("anna@b.dk"), name="Anna Lind Hansen", first_name="Anna", cvr=CVR, size=0)
    import_rows(register, [row], NONE, now=NOW, actor="maja")
    (told,) = export(register)
    assert (told["first_name"], told["last_name"], told["size"]) == ("Anna", "Lind Hansen", "0")
    assert told["consented_on"] == told["interests"] == told["p_number"] == ""


def test_the_place_is_that_of_the_workplace_and_else_of_the_company(register):
    anna = {"company": "Nord", "town": "Vejle", "size": 50, "industry": "432200", "nomenclature": "DB25"}
    bo = {"p_number": "1013456789", "town": "Aarhus", "industry": "451110", "nomenclature": "DB07"}
    rows = [
        Subscriber(2, parse_address("a@b.dk"), cvr=CVR, **anna),
        Subscriber(3, parse_address("b@b.dk"), cvr=CVR, **bo),
    ]
    import_rows(register, rows, said(), now=NOW, actor="maja")
    found = [(row["town"], row["size"], row["industry"], row["nomenclature"]) for row in export(register)]
    assert found == [("Vejle", "50-99", "432200", "DB25"), ("Aarhus", "50-99", "451110", "DB07")]


def test_who_said_no_is_in_no_list(register):
    for name in "abc":
        join(register, f"{name}@b.dk")
    join(register, "d@b.dk", NONE)
    with act(register) as doing:
        unsubscribe(doing, "a@b.dk", "en mail")
        suppress(doing, "b@b.dk", "bounced")
    assert addresses(register) == ["c@b.dk", "d@b.dk"]
    with register.read() as connection:
        counted = extent(connection, NOW)
        assert (counted.people, counted.said_no, counted.protected) == (2, 2, 0)
        late = NOW + timedelta(days=3000)
        assert extent(connection, late).people == 3


def test_people_of_a_protected_company_are_in_no_list_without_their_own_consent(register):
    rows = [("a@b.dk", CVR, said()), ("b@b.dk", CVR, OTHER), ("c@b.dk", CVR, NONE), ("d@b.dk", OTHER_CVR, OTHER)]
    for address, cvr, basis in rows:
        row = Subscriber(2, parse_address(address), cvr=cvr, company=f"Firma {cvr}")
        import_rows(register, [row], basis, now=NOW, actor="maja")
    with register.write() as connection:
        connection.execute(update(companies).where(companies.c.cvr == CVR).values(protected=True))
    assert addresses(register) == ["a@b.dk", "d@b.dk"]
    with register.read() as connection:
        assert extent(connection, NOW).protected == 2


def test_more_people_than_one_part_are_all_listed(register, monkeypatch):
    monkeypatch.setattr("newsletter.subscribers.importing.exporting._PART", 3)
    with register.write() as connection:
        company = a_company(connection, cvr=CVR)
        for number in range(10):
            a_person(connection, register, f"p{number}@b.dk", company_id=company)
    assert addresses(register) == [f"p{number}@b.dk" for number in range(10)]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_no_cell_of_a_list_is_a_formula(table):
    written = io.StringIO(newline="")
    write_text(written, "csv", ["=Navn", "Note"], table)
    for cells in csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";"):
        assert not any(cell[:1] in tuple("=+-@\t\r") for cell in cells if cell)


def test_no_cell_of_a_workbook_is_a_formula(tmp_path):
    from openpyxl import load_workbook

    write_list(tmp_path / "a.xlsx", "xlsx", ["Navn"], [["=1+1"], ["12345678"]])
    cells = [row[0] for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows()]
    assert [(cell.value, cell.data_type) for cell in cells] == [("Navn", "s"), ("'=1+1", "s"), ("12345678", "s")]


def test_a_file_that_cannot_be_written_whole_is_not_written(tmp_path):
    def rows():
        yield ["a"]
        raise RuntimeError

    (tmp_path / "a.csv").write_text("før")
    with pytest.raises(RuntimeError):
        write_list(tmp_path / "a.csv", "csv", ["Navn"], rows())
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "før"
