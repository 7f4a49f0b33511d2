"""Danish typography for plain typing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.content.markdown import parse_markdown
from newsletter.content.tree import text_of
from newsletter.content.typography import danish, danish_text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('"Det gik," siger hun', "”Det gik,” siger hun"),
        ("Lars' bil, 'her'", "Lars’ bil, ’her’"),
        ("ord - ord -- ord", "ord – ord – ord"),
        ("kl. 9-11 og 9.00-11.30", "kl.\xa09–11 og 9.00–11.30"),
        ("vent...", "vent…"),
        ("§ 56, stk. 2, nr. 4", "§\xa056, stk.\xa02, nr.\xa04"),
        ("den 1. juli, 24. dec. og 3. gang", "den 1.\xa0juli, 24.\xa0dec. og 3. gang"),
        ("1.234 kr. og 5 % af 2 mio. kr.", "1.234\xa0kr. og 5\xa0% af 2\xa0mio. kr."),
        ("linje\n- strofe", "linje\n- strofe"),
    ],
)
def test_plain_typing_becomes_print(typed, printed):
    assert danish_text(typed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-05",
        "2027-01",
        "12-34-56-78",
        "010203-1234",
        "covid-19",
        "24-12",
        "B12-15",
        "....",
        "5-pct.",
        "-5",
        "x-y",
    ],
)
def test_what_is_no_range_or_ellipsis_stays(text):
    assert danish_text(text) == text


@pytest.mark.parametrize("text", ["https://x.dk/9-11...", "www.x.dk/'a'", "{{ reader.first_name }}", "a-1-2@x.dk"])
def test_addresses_and_slots_stay(text):
    assert danish_text(f"{text} 'x'") == f"{text} ’x’"


def test_code_stays():
    root = danish(parse_markdown('`"a" - b` "c"\n\n```\n"d" ...\n```'))
    assert text_of(root) == '"a" - b ”c”"d" ...'


def test_a_dash_may_stand_beside_emphasis():
    assert text_of(danish(parse_markdown("**Fleksjob** - *støtte*"))) == "Fleksjob – støtte"


TYPED = st.one_of(st.text(max_size=40), st.text("\"'-.§ 0123456789kl,:%\n\xa0nrjuli", max_size=40))


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_twice_is_once(text):
    once = danish_text(text)
    assert danish_text(once) == once


@settings(max_examples=200, deadline=None)
@given(TYPED)
def test_no_word_is_lost_and_no_soft_hyphen_added(text):
    printed = danish_text(text)
    assert [char for char in printed if char.isalnum()] == [char for char in text if char.isalnum()]
    assert printed.count("\xad") == text.count("\xad")
