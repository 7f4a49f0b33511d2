"""Lists behave as in CommonMark, and a little more kindly."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsletter.content.lists import even_lists
from newsletter.content.markdown import parse_markdown
from newsletter.content.tree import Element


def nesting(element: Element) -> list:
    """The lists below an element: (tag, [lists of the first item, lists of the second, …])."""
    found = []
    for child in element.children:
        if isinstance(child, str):
            continue
        if child.tag in {"ul", "ol"}:
            found.append((child.tag, [nesting(item) for item in child.children if isinstance(item, Element)]))
        else:
            found += nesting(child)
    return found


def commonmark_nesting(text: str) -> list:
    root: list = []
    stack = [root]
    for token in MarkdownIt().parse(text):
        if token.type.endswith("list_open"):
            items: list = []
            stack[-1].append((token.tag, items))
            stack.append(items)
        elif token.type == "list_item_open":
            stack[-1].append([])
            stack.append(stack[-1][-1])
        elif token.type.endswith(("list_close", "list_item_close")):
            stack.pop()
    return root


def lists_of(text: str) -> list:
    return nesting(parse_markdown(dedent(text)))


TWO_DEEP = [("ul", [[("ul", [[], []])], []])]


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_nested_items_may_be_indented_by_two_to_four_spaces_or_a_tab(indent):
    assert lists_of(f"- a\n{indent}- b\n{indent}- c\n- d") == TWO_DEEP


@pytest.mark.parametrize("sign", "-*+")
def test_every_bullet_sign_is_known(sign):
    assert lists_of(f"{sign} a\n  {sign} b\n  {sign} c\n{sign} d") == TWO_DEEP


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_bullets_nest_in_numbered_items_even_with_two_spaces(indent):
    assert lists_of(f"1. a\n{indent}- b\n2. c") == [("ol", [[("ul", [[]])], []])]


def test_a_bullet_list_may_follow_its_paragraph_directly():
    tree = parse_markdown("Husk:\n- kaffe\n- te")
    assert [child.tag for child in tree.children] == ["p", "ul"]


def test_a_numbered_list_may_follow_its_paragraph_directly_when_it_starts_with_one():
    assert lists_of("Husk:\n1. kaffe\n2. te") == [("ol", [[], []])]


@pytest.mark.parametrize(
    "text",
    [
        "Vi mødtes i\n2027. var et godt år",
        "2027. var et godt år",
        "1. juli åbner vi",
        "24. december er fridag",
        "**fed** tekst\n**fed**",
        "-og så\n-videre",
        "Linje\n-5 grader",
        "\\- ikke en liste",
        "Side 3.\n2) af to",
    ],
)
def test_text_is_no_list(text):
    assert lists_of(text) == []


@pytest.mark.parametrize(
    "text", ["Et\nTo\n  Tre  \n\n    kode - x\n", "2027. var\nmere\n3. tre", "**a**\n* * *\n- - -\n\nx"]
)
def test_what_is_no_list_stays_as_it_is(text):
    assert even_lists(text).replace("\\", "") == text


def test_brackets_mark_numbered_items_and_the_first_number_is_kept():
    (listing,) = parse_markdown("3) a\n4) b").children
    assert (listing.tag, listing.attributes) == ("ol", {"start": "3"})
    assert len(listing.children) == 2


def test_bullets_and_numbers_at_one_level_are_two_lists():
    assert lists_of("- a\n1. b\n2. c") == [("ul", [[]]), ("ol", [[], []])]


def test_paragraphs_continue_an_item():
    (listing,) = parse_markdown("1. a\n\n   mere\n2. b").children
    first = listing.children[0]
    assert [child.tag for child in first.children] == ["p", "p"]


def test_a_line_without_indent_continues_the_item_above():
    (listing,) = parse_markdown("- a\nmere\n- b").children
    assert [item.children for item in listing.children] == [("a\nmere",), ("b",)]


def test_a_paragraph_or_a_heading_ends_the_list():
    tree = parse_markdown("- a\n  - b\n\nTekst\n\n- c\n# Overskrift\n- d\n---\n- e")
    assert [child.tag for child in tree.children] == ["ul", "p", "ul", "h1", "ul", "hr", "ul"]


def test_fences_are_left_alone():
    text = "```\n- a\n  - b\n1) c\n```"
    assert even_lists(text) == text


def test_a_fence_stands_in_its_item():
    (listing,) = parse_markdown("- a\n\n  ```\n  x\n    y\n  ```\n- b").children
    code = listing.children[0].children[1]
    assert code == Element("pre", {}, (Element("code", {}, ("x\n  y",)),))
    assert len(listing.children) == 2


def test_lists_in_quotes_admonitions_and_footnotes_are_evened_too():
    expected = [("ul", [[("ul", [[]])]])]
    assert lists_of("> - a\n>   - b") == expected
    assert lists_of("!!! note\n    - a\n      - b") == expected
    assert lists_of("x[^1]\n\n[^1]: Note\n    - a\n      - b") == [("ol", [expected])]


def test_an_item_after_a_loose_sublist_returns_to_its_level():
    assert lists_of("- a\n\n  - b\n- c") == [("ul", [[("ul", [[]])], []])]


@st.composite
def list_lines(draw, depth: int = 0, indent: int = 0) -> list[str]:
    ordered = draw(st.booleans())
    lines: list[str] = []
    loose = draw(st.booleans())
    for number in range(1, draw(st.integers(1, 3)) + 1):
        sign = f"{number}." if ordered else "-"
        lines.append(" " * indent + f"{sign} ord {number}")
        text = indent + len(sign) + 1
        if draw(st.integers(0, 4)) == 0:
            lines.append(" " * text + "fortsat")
        if draw(st.integers(0, 4)) == 0:
            lines += ["", " " * text + "nyt afsnit"]
        if depth < 3 and draw(st.integers(0, 2)) == 0:
            inner = text + draw(st.integers(0, 4 - len(sign) - 1 + 1))
            if draw(st.integers(0, 3)) == 0:
                lines.append("")
            lines += draw(list_lines(depth + 1, inner))
        if loose:
            lines.append("")
    return lines


@settings(max_examples=150, deadline=None)
@given(list_lines(), st.sampled_from(["", "Tekst\n", "Tekst\n\n"]))
def test_nesting_is_that_of_commonmark(lines, before):
    text = before + "\n".join(lines)
    assert nesting(parse_markdown(text)) == commonmark_nesting(text)


@settings(max_examples=100, deadline=None)
@given(list_lines())
def test_evening_twice_is_evening_once(lines):
    once = even_lists("\n".join(lines))
    assert even_lists(once) == once


def test_quotes_headings_and_rules_stand_in_their_item():
    (listing,) = parse_markdown("- a\n  > q\n  > r\n- b\n  # h\n\n  ---\n- c").children
    tags = [[child.tag for child in item.children if isinstance(child, Element)] for item in listing.children]
    assert tags == [["p", "blockquote"], ["p", "h1", "hr"], ["p"]]


def test_a_line_break_in_a_quote_is_kept():
    assert even_lists("> a  \n> b") == "> a  \n> b"
