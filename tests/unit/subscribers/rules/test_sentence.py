"""What rules say, in words: two languages, nothing left out, nothing that reads two ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules_kit import RULE_CODES, a_book, books, rules

from newsletter.subscribers.rules.facts import said
from newsletter.subscribers.rules.sentence import sentence
from newsletter.subscribers.segments import Rule, Segment

BUILDING = "Bygge- og anlægsaktiviteter"
PIPES = "Installation af vvs-, varme- og klimaanlæg"
EXAMPLES = [
    (
        {"industry": "F", "size": ["0", "1", "2-4", "5-9"], "not_visited_in": "besoeg"},
        f"virksomheder i {BUILDING} (F) med under 10 ansatte, som ikke er besøgt i kampagnen »Besøg«",
        "companies in Construction (F) with fewer than 10 employees that have not been visited in the campaign “Besøg”",
    ),
    (
        {"size": ["10-19", "20-49", "100-199", "200-499", "500-999", "1000+"]},
        "virksomheder med 10-49 ansatte eller med mindst 100 ansatte",
        "companies with 10-49 employees or with at least 100 employees",
    ),
    ({"size": "0"}, "virksomheder uden ansatte", "companies without employees"),
    (
        {"size": ["1", "50-99"], "municipality": ["0751", "København"]},
        "virksomheder med 1 ansat eller med 50-99 ansatte i kommunen Aarhus eller København",
        "companies with 1 employee or with 50-99 employees in the municipality of Aarhus or København",
    ),
    (
        {"role": "HR", "industry": ["43.22"], "language": "en"},
        f"personer med rollen »HR«, som læser engelsk, i virksomheder i {PIPES} (43.22)",
        None,
    ),
    (
        {"attended": ["tema", "andet"], "subscribed_since": "2026-01-05"},
        "personer, som har tilmeldt sig den 5. januar 2026 eller senere og har deltaget i »Temadag« eller »andet«",
        "people who subscribed on 5 January 2026 or later and attended “Temadag” or “andet”",
    ),
    (
        {"invited": "tema", "not": {"declined": "tema"}},
        "personer, som er inviteret til »Temadag«, men ikke personer, som har sagt nej til »Temadag«",
        "people who have been invited to “Temadag”, but not people who have said no to “Temadag”",
    ),
    (
        {"any": [{"signed_up": "tema"}, {"absent": "tema"}]},
        "enten personer, som er tilmeldt »Temadag« eller personer, som var tilmeldt »Temadag«, men ikke kom",
        "either people who have signed up for “Temadag” or people who signed up for “Temadag” and did not come",
    ),
    (
        {"not": {"public_employer": "true"}},
        "alle undtagen virksomheder, som er offentlige arbejdsgivere",
        "everybody except companies that are public employers",
    ),
    (
        {"any": [{"industry": "A"}, {"all": [{"segment": "smaa"}, {"needs": "lager"}]}], "not": {"contact": "anna"}},
        (
            "(enten virksomheder i Landbrug, jagt, skovbrug og fiskeri (A) eller (både segmentet »Små« og virksomheder "
            "med behov for lager)), men ikke virksomheder med Anna Eksempel som fast kontakt"
        ),
        None,
    ),
]


@pytest.mark.parametrize(("rule", "danish", "english"), EXAMPLES)
def test_a_rule_reads_as_people_would_say_it(rule, danish, english):
    small = Segment.model_construct(title="Små", description=None, where=Rule.model_validate({"size": "1"}))
    book = a_book({"smaa": small})
    read = Rule.model_validate(rule)
    assert sentence(read, book, "da") == danish
    if english:
        assert sentence(read, book, "en") == english


@given(data=st.data(), book=books(), language=st.sampled_from(["da", "en"]))
def test_a_sentence_mentions_every_atom_and_closes_its_brackets(data, book, language):
    codes = RULE_CODES if book.nomenclature == "DB25" else ["A", "F", "68"]
    rule = data.draw(rules(codes, tuple(book.segments)))
    told = sentence(rule, book, language)
    assert "\n" not in told
    for atom in words_of(rule):
        assert atom in told


def words_of(rule: Rule):
    """Words that must stand in the sentence as they stand in the rule."""
    for key, value in said(rule):
        if key in ("interests", "needs", "role", "network", "postcode"):
            yield from value
        elif key in ("subscribed_since", "visited_since", "not_visited_since"):
            yield str(value.year)
        elif key in ("all", "any"):
            for each in value:
                yield from words_of(each)
        elif key == "not_":
            yield from words_of(value)


@given(rule=rules(), language=st.sampled_from(["da", "en"]))
def test_two_keys_never_melt_into_one(rule, language):
    told = sentence(rule, a_book(), language)
    assert not re.search(r"\{\d?\}|  | ,", told)
