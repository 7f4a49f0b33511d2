"""What people write about a visit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visits_kit import a_campaign

from newsletter.campaigns.visits.importing.fields import FIELD_NAMES, FIELDS, columns_of
from newsletter.campaigns.visits.outcomes import KINDS, OUTCOMES, kind, outcome, title_of
from newsletter.campaigns.visits.reading import Rules, readers
from newsletter.store.tables.contacts import VISIT_KINDS
from newsletter.subscribers.cpr import holds_cpr

RULES = Rules(
    today=date(2027, 1, 15),
    contacts={"annaeksempel": "anna-eksempel", "anna": "anna-eksempel"},
    campaigns={"besoeg": a_campaign()},
    needs=("koekken", "chauffoer"),
    interests=("mentor",),
)


def read(name, text, rules=RULES):
    return readers(rules)[name](text)


def wrong(name, text, rules=RULES):
    with pytest.raises(ValueError, match=r".+") as caught:
        read(name, text, rules)
    reason, _, cure = str(caught.value).partition("; ")
    assert cure, "what is wrong has a cure"
    return reason, cure


def test_outcomes_and_kinds_go_by_their_code_and_their_titles_in_both_languages():
    for code, title in OUTCOMES.items():
        for word in (code, code.upper(), title.da, title.en, *title.also):
            assert outcome(word) == code
    for code, title in KINDS.items():
        assert {kind(word) for word in (code, title.da, title.en, *title.also)} == {code}
    assert set(KINDS) == set(VISIT_KINDS)
    assert (title_of("thinking", "da"), title_of("phone", "en"), title_of("new", "da"), title_of(None, "da")) == (
        *("Tænker over det", "Phone call"),
        *("new", ""),
    )


def test_a_word_that_is_no_outcome_and_one_that_is_no_kind_get_a_guess():
    assert "did you mean 'interested'?" in wrong("outcome", "interestet")[1]
    assert "known are: network-meeting, online, phone, visit" in wrong("kind", "brevdue")[1]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("visited_on", "14-01-2027", date(2027, 1, 14)),
        ("visited_on", "2027-01-15", date(2027, 1, 15)),
        ("consultant", "Anna", "anna-eksempel"),
        ("campaign", "Besøg", "besoeg"),
        ("campaign", "ingen", ""),
        ("announced", "uanmeldt", False),
        ("announced", "ja", True),
        ("needs", "Køkken, chauffør; Truckfører", ("koekken", "chauffoer", "truckfører")),
        ("interests", "MENTOR", ("mentor",)),
        ("note", " to \n linjer ", "to linjer"),
        ("due_on", "1/2-2027".replace("/", "-"), date(2027, 2, 1)),
    ],
)
def test_what_is_written_is_read(name, text, value):
    assert read(name, text) == value


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_nothing_is_nothing(name):
    assert not read(name, "  ")


@pytest.mark.parametrize(
    ("name", "text", "cure"),
    [
        ("visited_on", "2027-01-16", "write the day of the visit"),
        ("consultant", "Ana Eksempel", "did you mean 'anna-eksempel'?"),
        ("campaign", "besøgt", "did you mean 'besoeg'?"),
        ("announced", "måske", "write ja or nej"),
        ("needs", "koken", "did you mean 'koekken'? --new-words takes it as it stands"),
        ("note", "x" * 2001, "keep to what the next visitor must know"),
        ("note", "a\x00b", "delete it and write the text anew"),
        ("cvr", "13748137", "check digit"),
    ],
)
def test_what_cannot_be_has_a_cure(name, text, cure):
    assert cure in wrong(name, text)[1]


def test_a_word_nearly_in_use_can_be_meant_as_it_stands():
    rules = Rules(today=RULES.today, needs=RULES.needs, new_words=True)
    assert read("needs", "koken,køkken", rules) == ("koken", "koekken")


@given(
    st.sampled_from([name for name in FIELD_NAMES if name not in ("cvr", "p_number")]),
    st.dates(date(1920, 1, 1), date(2019, 12, 31)),
    st.sampled_from(("", "-", " ")),
    st.sampled_from(("", "Fru Holm ", "se ")),
)
def test_what_looks_like_a_cpr_number_is_refused_in_every_field_and_never_told_back(name, born, mark, before):
    number = f"{born:%d%m%y}{mark}1234"
    reason, cure = wrong(name, f"{before}{number}")
    assert "CPR" in reason
    assert not holds_cpr(reason + cure)


def test_a_cpr_number_is_no_cvr_number_and_no_p_number_either():
    for name in ("cvr", "p_number"):
        assert "010190" not in "".join(wrong(name, "010190-1234"))


def test_columns_go_by_their_headings_and_by_what_is_told():
    headings = ["Besøgsdato", "Firma", "CVR-nr.", "Konsulenter", "Noter", "Tlf", "linje", "fejl"]
    assert columns_of(headings) == {
        "Besøgsdato": "visited_on",
        "Firma": "company",
        "CVR-nr.": "cvr",
        "Konsulenter": "consultant",
        "Noter": "note",
    }
    told = columns_of(headings, "Tlf=note,Firma=-")
    assert (told["Tlf"], "Noter" in told, "Firma" in told) == ("note", False, False)
    with pytest.raises(ValueError, match=r"did you mean 'note'\?"):
        columns_of(headings, "Tlf=noten")
    with pytest.raises(ValueError, match="no column 'Mobil'"):
        columns_of(headings, "Mobil=note")


def test_no_two_fields_share_a_heading():
    spelt = [heading for each in FIELDS.values() for heading in each.headings]
    assert len(spelt) == len(set(spelt))
    assert set(FIELDS) == set(FIELD_NAMES)
