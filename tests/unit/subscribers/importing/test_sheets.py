"""Lists in files of all kinds, as rows of text."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.problems import Invalid
from newsletter.subscribers.importing.cells import harmless, plain
from newsletter.subscribers.importing.sheets import Sheet, read_sheet

LINES = ["E-mail;Navn", "a@b.dk;Åse Ærø"]
ROWS = [(2, ["a@b.dk", "Åse Ærø"], "")]


def sheet(folder: Path, data: bytes | str, name: str = "liste.csv") -> Sheet:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_sheet(path)


def rows(read: Sheet) -> list[tuple[int, list[str], str]]:
    return [(line, [*cells], reason) for line, cells, reason in read.rows()]


def problem(folder: Path, data: bytes | str, name: str = "liste.csv"):
    with pytest.raises(Invalid) as caught:
        sheet(folder, data, name)
    (found,) = caught.value.problems
    assert found.hint
    return found


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_file_is_read_however_it_is_written(tmp_path, delimiter, newline, encoding):
    text = newline.join([*LINES, ""]).replace(";", delimiter)
    read = sheet(tmp_path, text.encode(encoding))
    assert (read.kind, read.headings) == ("csv", ("E-mail", "Navn"))
    assert rows(read) == ROWS
    assert rows(read) == ROWS, "as often as asked for"


def test_the_form_of_a_file_is_told(tmp_path):
    assert sheet(tmp_path, "\r\n".join(LINES).encode("cp1252")).form == "CSV with semicolons, Windows-1252"


@pytest.mark.parametrize("first", ["sep=,", '"sep=,"', "SEP=,"])
def test_excels_first_line_says_what_parts_the_cells(tmp_path, first):
    read = sheet(tmp_path, f"{first}\nE-mail,Navn;titel\na@b.dk,Åse;chef\n")
    assert read.headings == ("E-mail", "Navn;titel")
    assert rows(read) == [(3, ["a@b.dk", "Åse;chef"], "")]


def test_commas_in_cells_do_not_mislead(tmp_path):
    text = "Navn;Emner;E-mail\nHansen, Åse;a, b, c;a@b.dk\nJensen, Bo;a, b, c;b@b.dk\n"
    assert sheet(tmp_path, text).headings == ("Navn", "Emner", "E-mail")


def test_a_list_of_one_column_is_a_list(tmp_path):
    assert rows(sheet(tmp_path, "E-mail\na@b.dk\nb@b.dk\n")) == [(2, ["a@b.dk"], ""), (3, ["b@b.dk"], "")]


def test_rows_are_told_by_the_line_they_begin_on(tmp_path):
    text = 'Navn;Emner\n\n"Firma ""Nord""\nApS";"a;b"\n;\n   ;\nÅse;c\n'
    assert rows(sheet(tmp_path, text)) == [(3, ['Firma "Nord"\nApS', "a;b"], ""), (7, ["Åse", "c"], "")]


def test_empty_columns_at_the_end_are_left_out_and_others_named(tmp_path):
    read = sheet(tmp_path, "Navn;;Navn; Emner \r\nÅse;x;y;z;;\r\n")
    assert read.headings == ("Navn", "column 2", "Navn (2)", "Emner")
    assert rows(read) == [(2, ["Åse", "x", "y", "z"], "")]
    assert sheet(tmp_path, "Navn;E-mail;;\nÅse;a@b.dk;;\n").headings == ("Navn", "E-mail")


def test_rows_that_do_not_fit_their_headings_are_told(tmp_path):
    found = rows(sheet(tmp_path, "Navn;E-mail\nÅse\nBo;b@b.dk\nCarl;c;c@b.dk\n"))
    assert [(line, reason.partition(";")[0]) for line, _, reason in found] == [
        (2, "the row has 1 cells, and the headings are 2"),
        (3, ""),
        (4, "the row has 3 cells, and the headings are 2"),
    ]
    assert "holds semicolons" in found[0][2]


def test_quotes_that_go_wrong_cost_their_own_row_only(tmp_path):
    text = 'Navn;E-mail\n"Firma "Nord" ApS";a@b.dk\nBo;b@b.dk\n"Aldrig lukket;c@b.dk\nDorte;d@b.dk\n'
    found = rows(sheet(tmp_path, text))
    assert [line for line, _, _ in found] == [2, 3, 4]
    assert "a quote stands inside a cell" in found[0][2]
    assert found[1][2] == ""
    assert "a quote is opened here and never closed, so lines 4 to 5 are not read" in found[2][2]


def test_a_quote_that_is_never_closed_does_not_take_the_whole_file(tmp_path, monkeypatch):
    monkeypatch.setattr("newsletter.subscribers.importing.delimited.MAX_CELL", 2000)
    text = 'Navn;E-mail\n"Åse;a@b.dk\n' + "Bo;b@b.dk\n" * 400
    found = rows(sheet(tmp_path, text))
    assert "never closed" in found[0][2]
    assert len(found) > 100
    assert found[-1] == (402, ["Bo", "b@b.dk"], "")


def test_a_cell_may_hold_a_megabyte_and_a_nul(tmp_path):
    cell = "å" * 1_000_000
    assert rows(sheet(tmp_path, f"Navn;Note\nÅse;{cell}\nB\0o;x\n")) == [(2, ["Åse", cell], ""), (3, ["B\0o", "x"], "")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "the file is empty"),
        (b"%PDF-1.7", "this is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this Excel file has a password, or is of the old kind"),
        (b"PK\x03\x04nothing", "the file is broken"),
        ("a@b.dk;Åse\nb@b.dk;Bo\n", "the first row holds an address, headings are expected"),
        (";;\n;\n", "the file is empty"),
        ('"Navn;E-mail\nÅse;a@b.dk\n', "a quote is opened here and never closed"),
        ("Navn\nÅse\n".encode("utf-16")[:-1], "the file begins as UTF-16 but breaks off"),
    ],
)
def test_a_file_without_a_list_is_refused_with_a_cure(tmp_path, data, text):
    assert text in problem(tmp_path, data).text


def test_two_encodings_in_one_file_are_told_with_the_line(tmp_path):
    data = "Navn;By\nÅse;Ærø\n".encode() + "Bo;Tønder\n".encode("cp1252")
    assert problem(tmp_path, data).line == 3
    data = "Navn;By\nBo;Tønder\n".encode("cp1252") + "Åse;Ærø\n".encode()
    assert problem(tmp_path, data).line == 2
    data = "Navn;By\nBo;Tønder\n".encode("cp1252") + b"Bo;\x81\n"
    assert problem(tmp_path, data).line == 3


def test_excels_habits_are_undone(tmp_path):
    read = sheet(tmp_path, 'Navn;CVR\n\'=Nord;="0123"\n\'t Hooft;"=""45"""\n')
    assert rows(read) == [(2, ["=Nord", "0123"], ""), (3, ["'t Hooft", "45"], "")]


@given(st.text())
def test_a_cell_made_harmless_is_the_same_when_read(cell):
    assert plain(harmless(cell)) == cell
    assert harmless(cell)[:1] not in [*"=+-@\t\r"]


CELLS = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=3, max_size=3), max_size=8)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@given(CELLS)
def test_cells_written_harmless_are_read_as_they_were(tmp_path, delimiter, table):
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(["Navn", "Emner", "Note"])
    writer.writerows([[harmless(cell) for cell in cells] for cells in table])
    read = sheet(tmp_path, written.getvalue().encode())
    assert read.headings == ("Navn", "Emner", "Note")
    assert [cells for _, cells, _ in rows(read)] == [cells for cells in table if any(cell.strip() for cell in cells)]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_a_problem(tmp_path, data):
    try:
        read = sheet(tmp_path, data)
    except Invalid:
        return
    for line, cells, reason in read.rows():
        assert line > 0
        assert reason or len(cells) == len(read.headings)


def workbook(path: Path, *tables: list[list[object]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number, table in enumerate(tables):
        page = book.create_sheet(f"Ark{number + 1}")
        for row in table:
            page.append(row)
    book.save(path)
    return path


def test_the_first_sheet_with_rows_of_a_workbook_is_read(tmp_path):
    table = [
        [None],
        ["E-mail", "Navn", None],
        ["a@b.dk", "Åse", None, None],
        [None, None],
        ["b@b.dk"],
        ["c@b.dk", "Carl", None, "x"],
    ]
    read = read_sheet(workbook(tmp_path / "a.xlsx", [], table, [["Navn"]]))
    assert (read.kind, read.form, read.headings) == ("xlsx", "Excel, sheet «Ark2»", ("E-mail", "Navn"))
    found = rows(read)
    assert found[:2] == [(3, ["a@b.dk", "Åse"], ""), (5, ["b@b.dk", ""], "")]
    assert found[2][0] == 6
    assert "a cell stands beyond the headings" in found[2][2]


def test_cells_of_a_workbook_are_texts_as_people_type_them(tmp_path):
    values = [12345678.0, 12.5, 7, True, date(2026, 12, 31), datetime(2026, 12, 31, 9, 30), "'=x", " å "]  # noqa: DTZ001
    read = read_sheet(workbook(tmp_path / "a.xlsx", [[f"h{n}" for n in range(len(values))], values]))
    assert rows(read) == [(2, ["12345678", "12.5", "7", "ja", "2026-12-31", "2026-12-31 09:30", "=x", " å "], "")]


def test_an_empty_workbook_is_refused(tmp_path):
    workbook(tmp_path / "a.xlsx", [], [[None]])
    with pytest.raises(Invalid, match="no sheet of the workbook holds rows"):
        read_sheet(tmp_path / "a.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("newsletter.subscribers.importing.excel.MAX_UNPACKED", 100)
    workbook(tmp_path / "a.xlsx", [["Navn"]])
    with pytest.raises(Invalid, match="larger than can be read"):
        read_sheet(tmp_path / "a.xlsx")


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr("hej.txt", "hej")
    with pytest.raises(Invalid, match="this is no Excel workbook"):
        read_sheet(tmp_path / "a.xlsx")


def test_json_lines_are_read_by_their_keys(tmp_path):
    lines = [
        {"E-mail": "a@b.dk", "CVR": 13748136, "Offentlig": True},
        {"E-mail": "b@b.dk", "Emner": ["a", "b"], "CVR": None},
        {},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines)
    read = sheet(tmp_path, text, "liste.jsonl")
    assert (read.kind, read.headings) == ("jsonl", ("E-mail", "CVR", "Offentlig", "Emner"))
    assert rows(read) == [(1, ["a@b.dk", "13748136", "ja", ""], ""), (3, ["b@b.dk", "", "", "a; b"], "")]


def test_json_lines_that_are_wrong_are_told_one_by_one(tmp_path):
    text = '{"a": 1}\n{"a": {"b": 1}}\n[1]\n{"a": \n{"a": 1, "a": 2}\n{"a": NaN}\n{"a": 12345678.0}\n'
    found = rows(sheet(tmp_path, text, "liste.jsonl"))
    assert [(line, reason.partition(";")[0]) for line, _, reason in found] == [
        (1, ""),
        (2, "a: a text or a number is expected"),
        (3, "the line holds no object"),
        (4, "the line is not JSON"),
        (5, "the line is not JSON: a key stands twice"),
        (6, "the line is not JSON: NaN is no number"),
        (7, ""),
    ]
    assert found[-1][1] == ["12345678"]


def test_json_that_is_not_utf_8_or_holds_no_object_is_refused(tmp_path):
    assert "not UTF-8" in problem(tmp_path, b'{"a": "\xe5"}\n', "a.jsonl").text
    assert "no line of the file holds an object" in problem(tmp_path, '{"": 1}\n', "a.jsonl").text


def test_the_first_rows_are_a_sample(tmp_path):
    read = sheet(tmp_path, "Navn;E-mail\nÅse\n" + "Bo;b@b.dk\n" * 9)
    assert read.sample(3) == [["Bo", "b@b.dk"]] * 3
