"""What the columns of a list hold."""

from __future__ import annotations

import pytest

from newsletter.subscribers.importing.columns import guess_columns, parse_map, told_columns
from newsletter.subscribers.importing.fields import FIELD_NAMES, FIELDS, fold
from newsletter.subscribers.importing.rows import Subscriber


def guessed(*headings: str, rows: list[list[str]] | None = None) -> dict[str, str]:
    return dict(guess_columns(headings, rows or []))


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_every_field_is_known_by_its_titles_and_its_own_name(name):
    for heading in (FIELDS[name].danish, FIELDS[name].english, name):
        rows = [["anna@firma.example" if name == "address" else "x"]]
        assert guessed(heading, rows=rows) == {heading: name}


def test_no_heading_means_two_things():
    spellings = [heading for each in FIELDS.values() for heading in each.headings]
    assert len(spellings) == len(set(spellings))
    assert set(FIELDS) == set(FIELD_NAMES) <= set(Subscriber._fields)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("E-MAIL", "address"),
        ("e-post", "address"),
        ("Mail adresse", "address"),
        ("CVR-nr.", "cvr"),
        ("P-nr", "p_number"),
        ("Branchekode (DB07)", "industry"),
        ("Virksomhedens navn", "company"),
        ("Postnr.", "postcode"),
        ("Virksomhedsnvan", "company"),
        ("Antal_ansatte", "size"),
    ],
)
def test_headings_are_known_however_they_are_written(heading, name):
    assert guessed(heading) == {heading: name}


def test_what_nobody_knows_is_not_read():
    assert guessed("Telefon", "Bemærkninger", "linje", "fejl", rows=[["86123456", "x", "2", "a@b.dk"]]) == {}


def test_adresse_is_a_street_unless_mail_goes_there():
    assert guessed("Adresse", rows=[["Nygade 1"]]) == {"Adresse": "street"}
    assert guessed("Adresse", rows=[["a@b.dk"], ["c@d.dk"]]) == {"Adresse": "address"}
    assert guessed("Adresse", "E-mail", rows=[["Nygade 1", "a@b.dk"]]) == {"Adresse": "street", "E-mail": "address"}


def test_a_name_beside_a_contact_person_is_the_companys():
    assert guessed("Navn", "Kontaktperson") == {"Navn": "company", "Kontaktperson": "name"}
    assert guessed("Navn", "Firma") == {"Navn": "name", "Firma": "company"}


def test_a_thing_stands_in_one_column():
    assert guessed("E-mail", "E-mail (2)", rows=[["a@b.dk", "c@d.dk"]]) == {"E-mail": "address"}


def test_a_column_without_a_telling_heading_is_known_by_its_values():
    rows = [
        ["anna@firma.example", "13748136", "1013456789", "10-19"],
        ["bo@firma.example", "DK 25313763", "1014456789", "2-4 ansatte"],
        ["x", "10150817", "1003456789", "1000+"],
        ["carl@firma.example", "29189889", "1015456789", "5-9"],
        ["dorte@firma.example", "61056416", "1016456789", "10-19"],
    ]
    assert list(guessed("a", "b", "c", "d", rows=rows).values()) == ["address", "cvr", "p_number", "size"]
    assert guessed("b", rows=[[row[1]] for row in rows[:3]]) == {}, "three numbers may fit by chance"


def test_numbers_that_may_all_be_cpr_numbers_are_no_p_numbers():
    assert guessed("c", rows=[["1001901234"], ["1112801234"], ["1203701234"], ["1304601234"], ["1405501234"]]) == {}


def test_a_mapping_can_be_told():
    headings = ("E-post", "Firma, by", "Tlf")
    assert parse_map("E-post=address, tlf=-,", headings) == {"E-post": "address", "Tlf": None}
    assert parse_map("E-post=Navn", headings) == {"E-post": "name"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("E-post", r"'E-post' is no pair; write for example E-post=address"),
        ("E-pots=address", r"the list has no column 'E-pots'; did you mean 'E-post'\?"),
        ("E-post=adress", r"there is no field 'adress'; did you mean 'address'\?"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_a_guess(text, message):
    with pytest.raises(ValueError, match=message):
        parse_map(text, ("E-post", "Firma"))


def test_what_is_told_goes_before_what_is_guessed():
    guesses = {"E-mail": "address", "Navn": "name", "Firma": "company"}
    assert told_columns(guesses, {"Navn": "company", "E-mail": None}) == {"Navn": "company"}
    with pytest.raises(ValueError, match="two columns are told to hold 'name'"):
        told_columns(guesses, {"Navn": "name", "Firma": "name"})


def test_headings_are_compared_by_their_letters_and_digits():
    assert fold(" E-Mail: Ærø_1 ") == "emailærø1"
