"""The Danish municipalities."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.facts import rows
from newsletter.subscribers.municipalities import municipality, name_of
from newsletter.subscribers.postcodes import postcodes

TABLE = list(rows("municipalities.tsv"))


def test_there_are_98_and_christiansoe():
    assert len({code for code, *_ in TABLE}) == len({name for _, name, _ in TABLE}) == 99
    assert name_of("0411") == "Christiansø"
    assert {region for *_, region in TABLE} == {"Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland"}


@pytest.mark.parametrize(("code", "name", "region"), TABLE)
def test_each_is_known_by_every_form_of_its_name_and_code(code, name, region):
    forms = [code, code.lstrip("0"), int(code), name, name.upper(), f"{name} Kommune", f"  {name}s  kommune"]
    assert {municipality(form) for form in forms} == {code}
    assert name_of(code) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Århus", "Aarhus"),
        ("Faaborg Midtfyn", "Faaborg-Midtfyn"),
        ("Bornholms Regionskommune", "Bornholm"),
        ("Koebenhavn", "København"),
        ("Nordfyn", "Nordfyns"),
    ],
)
def test_other_spellings(text, name):
    assert name_of(municipality(text)) == name


def test_what_is_none_is_told_with_a_guess():
    told = []
    for text in ("Aahus", "0999", "Atlantis", "1" * 90_000):
        with pytest.raises(ValueError, match=r"^no municipality .*; ") as error:
            municipality(text)
        told.append(str(error.value)[:90])
    assert told[0] == "no municipality is called 'Aahus'; did you mean 'Aarhus'?"
    assert told[1] == "no municipality has the code 0999; write a name, or a code such as 0751 (Aarhus)"
    assert told[2].startswith("no municipality is called 'Atlantis'; ")


@given(st.text())
def test_any_text_is_one_or_a_value_error(text):
    with suppress(ValueError):
        assert name_of(municipality(text))


def test_an_unknown_code_has_no_name():
    assert name_of("0999") == ""


def test_a_postcode_is_one_or_a_range():
    assert postcodes("8000") == ("8000", "8000")
    assert postcodes("8000-8299") == ("8000", "8299")
    for text, hint in [("800", "write four digits"), ("8299-8000", "write 8000-8299"), ("8000-8299-1", "write four")]:
        with pytest.raises(ValueError, match=f"; {hint}"):
            postcodes(text)
