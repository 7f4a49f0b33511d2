"""What is typed: signs nobody sees, slots nobody knows, HTML, old words. The body of a test file begins on line 6."""

from __future__ import annotations

import pytest
from checks_kit import a_file, places, said
from hypothesis import given
from hypothesis import strategies as st

from newsletter.layouts.slots import READER_SLOTS


@pytest.mark.parametrize("body", ["", "æøå – »« …\n\n\tkode\n", "§\u00a056 og ar\u00adbejde \U0001f600 \u2028"])
def test_ordinary_signs_pass(body):
    assert said("control-character", a_file(body)) == []


def test_control_characters_are_refused_wherever_they_stand():
    subject = a_file("Et\x0bord og et\x92 andet\n\n\ufffe", 'source: {title: "a\\x07b \\u0090"}\n')
    assert said("control-character", subject) == [
        "5:17 the invisible character U+0007, written as an escape",
        "5:17 the invisible character U+0090, written as an escape",
        "7:3 the invisible character U+000B",
        "7:13 the invisible character U+0092",
        "9:1 the invisible character U+FFFE",
    ]


@given(st.sampled_from(["", "Hej ", "**"]), st.sampled_from([*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0)]))
def test_every_control_character_is_found(before, code):
    subject = a_file(f"{before}{chr(code)}")
    assert said("control-character", subject) == [f"6:{len(before) + 1} the invisible character U+{code:04X}"]


@pytest.mark.parametrize("name", READER_SLOTS)
def test_every_slot_of_the_reader_passes(name):
    body = f"Hej {{{{ reader.{name} }}}} {{{{reader.{name}}}}} { {1: 2} } [x]({{{{ reader.{name} }}}})"
    assert said("unknown-slot", a_file(body, f'source: {{title: "{{{{ reader.{name} }}}}"}}\n')) == []


def test_slots_nobody_knows_are_refused_with_a_guess():
    from newsletter.checks.run import check_item

    subject = a_file("{{ first_name }} {{ reader.firstname }}\n{{ edition.web_url }} {{ reader.name }\n{{}}")
    problems = [problem for problem in check_item(subject) if problem.code == "unknown-slot"]
    assert [(problem.line, problem.column, problem.text, problem.hint[:32]) for problem in problems] == [
        (6, 1, "no slot is called 'first_name'", "did you mean 'reader.first_name'"),
        (6, 18, "no slot is called 'reader.firstname'", "did you mean 'reader.first_name'"),
        (7, 1, "no slot is called 'edition.web_url'", problems[2].hint[:32]),
        (7, 23, "{{ begins a slot that does not end", "close it on the same line: {{ re"),
        (8, 1, "no slot is called ''", "known are: reader.company, reade"),
    ]


def test_slots_in_front_matter_are_looked_at_too():
    extra = 'source: {title: "{{ x }}", url: "https://a.dk/{{x}}"}\n'
    assert places("unknown-slot", a_file("", extra)) == ["5:17", "5:33"]


@pytest.mark.parametrize(
    "body",
    [
        *("a < b og c > d", "`<b>`", "```\n<b>x</b>\n```", "\\<b>", "&lt;b&gt;", "<!-- <b> -->", "<3", "1<2>1"),
        *("<https://a.dk>", "<a@b.dk>", "``a <b> ` c``"),
    ],
)
def test_text_and_code_pass(body):
    assert said("raw-html", a_file(body)) == []


def test_html_tags_are_warned_about_once_for_each_tag():
    body = "`<b>` en<br>to<br/>tre <b>fire</b>\n\n<div class='x'\nid='y'>fem</div> <B>"
    assert said("raw-html", a_file(body)) == [
        "6:9 the tag <br> is shown to the reader as it stands",
        "6:24 the tag <b> is shown to the reader as it stands",
        "8:1 the tag <div> is shown to the reader as it stands",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "I 2022 var 76,3 % i job.",
        "Løn 50 kroner",
        "I 2022:\n\n- 76 %\n- 85 %",
        "Tal fra 2022\n\n| A | B |\n|---|---|\n| x | 76 % |",
        "| A | I job i 2022 |\n|---|---|\n| x | 76 % |",
        "Mellem 1990 og 2100 steg det 5 procent.",
    ],
)
def test_a_percentage_with_its_year_passes(body):
    assert said("undated-figure", a_file(body)) == []


@pytest.mark.parametrize("folder", ["schemes", "events", "issues"])
def test_only_stories_and_articles_are_asked_for_years(folder):
    assert said("undated-figure", a_file("76 % er i job", folder=folder)) == []


def test_percentages_without_a_year_are_warned_about():
    body = "I 2022 var det 76 %.\n\nNu er det 76 % og 5 %.\n\nI 1989 var det 7,5 procent.\n\n- 3 pct.\n- 12022 %"
    assert said("undated-figure", a_file(body)) == [
        "8:11 the figure '76 %' has no year",
        "10:16 the figure '7,5 procent' has no year",
        "12:3 the figure '3 pct' has no year",
    ]


@pytest.mark.parametrize(
    "body",
    [
        *("mennesker med handicap", "handicappede", "de handicappedes organisation", "virksomhedspraktik"),
        *("Revalidering er lukket for nye sager siden 1. februar 2026.", "I 2012 hed det arbejdsprøvning."),
    ],
)
def test_words_of_today_pass(body):
    assert said("term", a_file(body)) == []


def test_old_words_are_warned_about():
    body = (
        "De handicappede og den Handicappede fra 2026.\nArbejdsprøvningen og\nrevalidering.\n\nI dag: en handicappet."
    )
    assert said("term", a_file(body, 'source: {title: "De handicappede"}\n')) == [
        "5:17 'De handicappede' puts the disability before the person",
        "7:1 'De handicappede' puts the disability before the person",
        "7:20 'den Handicappede' puts the disability before the person",
        "8:1 'Arbejdsprøvningen' is an old name",
        "9:1 'revalidering' is an old name",
        "11:8 'en handicappet' puts the disability before the person",
    ]
