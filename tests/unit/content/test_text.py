"""Plain text that stands alone."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.content.markdown import parse_markdown
from newsletter.content.text import to_text


def text(markdown: str) -> str:
    return to_text(parse_markdown(markdown))


def same(markdown: str, expected: str) -> None:
    assert text(dedent(markdown)) == dedent(expected).strip("\n")


def test_paragraphs_and_headings_are_divided_by_one_blank_line():
    same("# Overskrift\nEn linje\nog en til\n\n\n\nNyt afsnit", "Overskrift\n\nEn linje og en til\n\nNyt afsnit")


def test_line_breaks_and_rules_are_kept():
    same("a  \nb\n\n***\n\nc", "a\nb\n\n---\n\nc")


def test_lists_hang():
    same(
        """
        - a
          b
          - c
        - d

        Så:

        9. e
        10. f

            g
        """,
        """
        - a b
          - c
        - d

        Så:

        9. e

        10. f

            g
        """,
    )


@pytest.mark.parametrize(
    ("link", "printed"),
    [
        ("[ordningen](https://x.dk/a)", "ordningen (https://x.dk/a)"),
        ("<https://x.dk/a>", "https://x.dk/a"),
        ("[x.dk](https://x.dk/)", "https://x.dk/"),
        ("<hej@x.dk>", "hej@x.dk"),
        ("[Mette](mailto:hej@x.dk)", "Mette (hej@x.dk)"),
        ("[12 34 56 78](tel:+4512345678)", "12 34 56 78"),
        ("[ring](tel:+4512345678)", "ring (+4512345678)"),
        ("[fleksjob](../schemes/fleksjob.md#hvem)", "fleksjob"),
        ("[op](#top)", "op"),
        ("[ond](javascript:x)", "ond"),
        ("[afmeld]({{reader.unsubscribe_url}})", "afmeld ({{ reader.unsubscribe_url }})"),
        ("[![Logo](a.png)](https://x.dk/a)", "[Billede: Logo] (https://x.dk/a)"),
        ("[![](a.png)](https://x.dk/a)", "https://x.dk/a"),
        ("[*fed*](https://x.dk/a_b_c)", "fed (https://x.dk/a_b_c)"),
    ],
)
def test_links_show_their_address_once(link, printed):
    assert text(f"Se {link}.") == f"Se {printed}."


def test_pictures_are_their_alt_text():
    assert text("![Mette i butikken](a.jpg)\n\n![](pynt.png)\n\nx") == "[Billede: Mette i butikken]\n\nx"


def test_quotes_have_a_sign_on_every_line():
    same("> a\n> b\n>\n> - c\n>   - d", "> a b\n>\n> - c\n>   - d")


def test_an_admonition_begins_with_its_title():
    same('!!! tip "Godt råd"\n    Spørg os\n\n    Ring', "Godt råd\nSpørg os\n\nRing")
    same('!!! tip ""\n    Spørg os', "Spørg os")


def test_code_is_indented_and_kept():
    assert text("```\na  b\n  <c>\n\nd\n```") == "    a  b\n      <c>\n\n    d"


def test_narrow_tables_are_columns():
    same(
        """
        | Ordning | Støtte |
        |---|--:|
        | **Fleksjob** | 50 % |
        | Mentor |  |
        """,
        """
        Ordning   Støtte
        --------  ------
        Fleksjob    50 %
        Mentor
        """,
    )


def test_empty_rows_and_headers_take_no_line():
    same("| | |\n|-|-|\n| a | b |\n| | |\n| c | d |", "a  b\nc  d")
    assert text("| | |\n|-|-|\n| | |") == ""


def test_wide_tables_are_lines_with_their_headers():
    long = "En beskrivelse der er for lang til at stå i en kolonne"
    same(
        f"| Ordning | Om |\n|---|---|\n| Fleksjob | {long} |\n| Mentor | [x](https://x.dk) |",
        f"Ordning: Fleksjob\nOm: {long}\n\nOrdning: Mentor\nOm: x (https://x.dk)",
    )


def test_definitions_are_indented_below_their_term():
    same("Ord\n:   Et\n:   To\n\nSag\n:   Tre", "Ord\n    Et\n    To\n\nSag\n    Tre")


def test_footnotes_stand_at_the_end():
    same("Et[^1].\n\n[^1]: Kilde: <https://x.dk>\n\nTo", "Et[1].\n\nTo\n\n[1] Kilde: https://x.dk")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("a&shy;b\u200bc\ufeffd", "abcd"),
        ("§&nbsp;56", "§ 56"),
        ("👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️"),
        ("a\u030a", "a\u030a"),
        ("<b> & {{ x }} \\*y\\*", "<b> & {{ x }} *y*"),
        ("Kære {{reader.first_name}}", "Kære {{ reader.first_name }}"),
    ],
)
def test_literal_text(typed, printed):
    assert text(typed) == printed


def test_nothing_gives_nothing():
    assert text("") == ""


PIECES = st.sampled_from(
    ["- ", "1. ", "    ", "\n", "\n\n", "> ", "# ", "`", "**", "[a](b)", "|a|b|\n|-|-|\n", "!!! x\n    ", "&shy;", "x"]
)


@settings(max_examples=250, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=20).map("".join)))
def test_any_text_is_printed_without_invisible_signs(markdown):
    printed = text(markdown)
    assert not set("\xad\u200b\ufeff\xa0\f") & set(printed)
    assert printed == printed.strip("\n")
    assert "\n\n\n" not in printed or "`" in markdown or "    " in markdown
