"""Colours that stand together can be told apart, by the formula of WCAG 2.1."""

from __future__ import annotations

from pathlib import Path

import pytest
from checks_kit import said
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.contrast import contrast_ratio, luminance
from newsletter.checks.subjects import ThemeSubject
from newsletter.fields import read_yaml, validate
from newsletter.layouts.theme import THEME_FILE, Theme
from newsletter.source import Source, read_source
from newsletter.workspace import Page

ROOT = Path(__file__).parents[3]
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def a_theme(*changes: tuple[str, str]) -> ThemeSubject:
    source = read_source(ROOT, THEME_FILE)
    text = source.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    source = Source(path=THEME_FILE, text=text, digest="")
    document = read_yaml(source)
    return ThemeSubject(theme=Page(value=validate(Theme, document), source=source, document=document))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1.0),
    ],
)
def test_known_ratios(one, other, ratio):
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOURS, COLOURS)
def test_a_ratio_is_the_same_both_ways_and_from_1_to_21(one, other):
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1 <= contrast_ratio(one, other) <= 21.0000001
    assert 0 <= luminance(one) <= 1.0000001


def test_the_starters_colours_pass():
    assert said("contrast", a_theme()) == []


def test_pairs_that_are_too_alike_are_refused_in_light_and_dark():
    text = a_theme().theme.source.text
    light, dark = text.split("dark:")
    line = light.split("muted:")[0].count("\n") + 1
    dark_line = line + light.split("muted:")[1].count("\n") + dark.split("link:")[0].count("\n")
    muted = light.split('muted: "')[1][:7]
    link = dark.split('link: "')[1][:7]
    subject = a_theme((f'muted: "{muted}"', 'muted: "#777777"'), (f'link: "{link}"', 'link: "#1a2a2f"'))
    found = said("contrast", subject)
    assert f"{line}:10 light: muted on card has a contrast of 4.47 to 1; 4.5 to 1 is needed" in found
    assert any(each.startswith(f"{dark_line}:9 dark: link on card") for each in found)


def test_the_hint_says_which_way():
    from newsletter.checks.run import check_theme

    theme = a_theme()
    card = theme.theme.value.dark.card
    text = theme.theme.value.dark.text
    problems = check_theme(a_theme((text, card)))
    assert {problem.severity for problem in problems} == {"error"}
    assert {problem.hint for problem in problems} >= {"make text lighter, or change card"}
