"""Single cells of a list."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.importing import convert

READERS = [
    convert.text,
    convert.cvr,
    convert.p_number,
    convert.size,
    convert.postcode,
    convert.municipality,
    convert.code_text,
    convert.language,
    convert.yes_or_no,
    convert.day,
    convert.words,
    convert.titles,
    convert.nomenclature,
]


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (convert.text, "  Åse \u00a0 Ærø\n", "Åse Ærø"),
        (convert.text, "A\u030ase\u200b", "Åse"),
        (convert.cvr, "13748136", "13748136"),
        (convert.cvr, "DK13748136", "13748136"),
        (convert.cvr, "DK-13 74 81 36", "13748136"),
        (convert.cvr, "13-74-81-36", "13748136"),
        (convert.cvr, "CVR-nr. 13748136", "13748136"),
        (convert.cvr, "13748136.0", "13748136"),
        (convert.cvr, "'13748136", "13748136"),
        (convert.p_number, "1003456789", "1003456789"),
        (convert.p_number, "P-nr. 1 003 456 789", "1003456789"),
        (convert.size, "0", 0),
        (convert.size, "3", 2),
        (convert.size, "12 ansatte", 10),
        (convert.size, "ca. 1.200", 1000),
        (convert.size, "12,5", 10),
        (convert.size, "2-4", 2),
        (convert.size, "10 – 19 medarbejdere", 10),
        (convert.size, "20 til 49", 20),
        (convert.size, "ANTAL_50_99", 50),
        (convert.size, "ANTAL_1_1", 1),
        (convert.size, "ANTAL_1000_999999", 1000),
        (convert.size, "1000+", 1000),
        (convert.size, "over 1.000", 1000),
        (convert.size, "1000 og derover", 1000),
        (convert.postcode, "8000", "8000"),
        (convert.postcode, "DK-8000 Aarhus C", "8000"),
        (convert.postcode, "800", "0800"),
        (convert.municipality, "Aarhus Kommune", "0751"),
        (convert.municipality, "751", "0751"),
        (convert.code_text, "432200 VVS og blik", "432200"),
        (convert.code_text, "43.22", "43.22"),
        (convert.language, "DA", "da"),
        (convert.language, "en-GB", "en"),
        (convert.language, "Engelsk", "en"),
        (convert.yes_or_no, "Ja", True),
        (convert.yes_or_no, "SAND", True),
        (convert.yes_or_no, "x", True),
        (convert.yes_or_no, "no", False),
        (convert.yes_or_no, "FALSK", False),
        (convert.day, "31-12-2026", date(2026, 12, 31)),
        (convert.day, "1.2.2026", date(2026, 2, 1)),
        (convert.day, "31/12/2026 kl. 09:30", date(2026, 12, 31)),
        (convert.day, "2026-12-31T09:30:00", date(2026, 12, 31)),
        (convert.words, "Løntilskud; FLEKSJOB,løntilskud|", ("løntilskud", "fleksjob")),
        (convert.titles, "Netværk Nord, Netværk Syd", ("Netværk Nord", "Netværk Syd")),
        (convert.nomenclature, "db 25", "DB25"),
    ],
)
def test_a_cell_is_read_as_people_and_programs_write_it(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("cell", ["", "  ", "\u00a0"])
def test_an_empty_cell_says_nothing(read, cell):
    assert read(cell) is None


@pytest.mark.parametrize(
    ("read", "cell", "message"),
    [
        (convert.text, "x" * 301, "longer than 300 signs; shorten"),
        (convert.text, "B\0o", "control character stands here; delete"),
        (convert.text, "#I/T", "Excel says #I/T here; mend the formula"),
        (convert.cvr, "13748137", "not a CVR number; a CVR number has 8 digits"),
        (convert.cvr, "1,3748E+07", "Excel has shortened the number; format the column as text"),
        (convert.cvr, "1374813", "not a CVR number; a CVR number has 8 digits"),
        (convert.p_number, "2003456789", "not a P-number; a P-number has 10 digits"),
        (convert.p_number, "1,00346E+09", "Excel has shortened the number; format the column as text"),
        (convert.size, "02-apr", "Excel has made a date of a band such as 2-4; format"),
        (convert.size, "2026-04-02", "Excel has made a date of a band such as 2-4; format"),
        (convert.size, "5-9-2026", "Excel has made a date of a band such as 2-4; format"),
        (convert.size, "10-49", "CVR has no such band of employees; write a number, or one of 0, 1, 2-4"),
        (convert.size, "mange", "neither a number of employees nor a band; write a number, or one of 0, 1, 2-4"),
        (convert.postcode, "80", "not a postcode; write four digits"),
        (convert.postcode, "0000", "not a postcode; write four digits"),
        (convert.municipality, "Arhus", "did you mean 'Aarhus'"),
        (convert.language, "klingon", "not known here; write da, en"),
        (convert.yes_or_no, "måske", "neither yes nor no; write ja or nej"),
        (convert.day, "12-31-2026", "not a date; write day-month-year"),
        (convert.day, "31-12-26", "not a date; write day-month-year"),
        (convert.day, "01-01-0026", "a slip; write day-month-year"),
        (convert.nomenclature, "DB93", "no such nomenclature; write DB25 or DB07"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_a_cure(read, cell, message):
    with pytest.raises(ValueError, match=message):
        read(cell)


@pytest.mark.parametrize("read", READERS)
@given(st.text(max_size=400) | st.text("0123456789-.,E+ DK", max_size=20))
def test_any_cell_is_a_value_or_has_a_cure(read, cell):
    value, reason = outcome(read, cell)
    assert not reason or "; " in reason
    if isinstance(value, str):
        assert value.isprintable()
        assert value


def outcome(read, cell):
    try:
        return read(cell), ""
    except ValueError as error:
        return None, str(error)
