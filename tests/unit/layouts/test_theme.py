"""Colours and the prose sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import FILES, lines, problems_of, source

from newsletter.fields import read_yaml, validate
from newsletter.layouts.theme import Theme, prose_sheet

THEME = FILES["layouts/theme.yml"]


def theme(text: str = THEME) -> Theme:
    return validate(Theme, read_yaml(source(text, "layouts/theme.yml")))


def sheet(css: str) -> str:
    return prose_sheet(source(css, "layouts/prose.css"), theme())


def test_colours_are_six_digits_in_small_letters():
    assert theme(THEME.replace("#0b5563", "#0B5563")).light.link == "#0b5563"


@pytest.mark.parametrize("colour", ["red", "#fff", "0b5563", "#0b55631", "#gggggg", "rgb(0,0,0)", "#0b5563;x"])
def test_what_is_no_colour_is_told(colour):
    (problem,) = problems_of(lambda: theme(THEME.replace('link: "#0b5563"', f'link: "{colour}"')))
    assert "is not a colour" in problem.text


def test_two_errors_are_both_told():
    text = THEME.replace('card: "#ffffff"', "card: white").replace('soft: "#000000"', 'sofft: "#000000"')
    assert [line.split(" ")[1] for line in lines(problems_of(lambda: theme(text)))] == [
        "value",
        "missing-key",
        "unknown-key",
    ]


def test_the_prose_sheet_takes_the_light_colours_and_the_font():
    assert sheet("a { color: var(--link); font: var(--font) }") == "a { color: #0b5563; font: Arial, sans-serif }"
    assert sheet("a { color: var(--on_accent) }") == "a { color: #ffffff }"


def test_every_unknown_colour_is_told_with_its_place_and_a_guess():
    problems = problems_of(lambda: sheet("a { color: var(--lnk); }\n\np { color: var(--frame) }"))
    assert lines(problems) == ["layouts/prose.css:1:12 unknown-colour", "layouts/prose.css:3:12 unknown-colour"]
    assert problems[0].hint == "did you mean 'link'?"


@given(st.text())
def test_any_sheet_without_variables_stays_as_it_is(css):
    if "var(--" not in css:
        assert sheet(css) == css
