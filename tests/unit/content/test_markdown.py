"""Markdown becomes our tree, and nothing of Python-Markdown's private signs or of raw HTML comes through."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.content.html import to_html
from newsletter.content.markdown import parse_markdown
from newsletter.content.text import to_text
from newsletter.content.tree import Element, text_of, walk
from newsletter.content.typography import danish

PRIVATE = re.compile("[\x02\x03\ue000-\uf8ff]")
SCRAPS = (
    *(
        "- ",
        "* ",
        "1. ",
        "2) ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "> ",
        "# ",
        "##",
        "```\n",
        "~~~\n",
        "`",
        "``",
    ),
    *("*", "**", "_", "[a](b)", "[^1]", "[^1]: ", "{{ reader.first_name }}", "{{", "}}", "{ .x }", "{: .y }", "<b>"),
    *("<!--", "-->", "<script>", "&nbsp;", "&amp;", "&shy;", "&#123;", "|", "|---|---|\n", "| a | b |", "!!! note"),
    *(": def", "æøå", "\x02", "\x03", "\ue000", "\ue100", "\ue002", "0", "1", "klzzwxh:0001", "ord", "www.x.dk"),
    *("<https://x.dk/?a=1&b=2>", "<a@b.dk>", "![i](x.png)", '[x]: http://y.dk "t"', "[x]", "---", "\\", '"', "'"),
    *("[", "]", "(", ")", "9-11", " -- ", "...", "\u200d", "👩‍👧", "a\u030a", "\xa0", "\xad", "\ufeff", "\f", "\x85"),
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SCRAPS), max_size=25).map("".join))


def only(text: str) -> Element:
    """The one element that the text becomes."""
    (element,) = parse_markdown(text).children
    assert isinstance(element, Element)
    return element


def find(text: str, tag: str) -> Element:
    return next(element for element in walk(parse_markdown(text)) if element.tag == tag)


def test_a_paragraph_keeps_its_inline_tags():
    assert only("Det er *sådan* og **så**.") == Element(
        "p", {}, ("Det er ", Element("em", {}, ("sådan",)), " og ", Element("strong", {}, ("så",)), ".")
    )


def test_nothing_becomes_an_empty_root():
    assert parse_markdown(" \n\n").children == ()


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", "<b>fed</b>", "<div>\n<p>x</p>\n</div>", "a < b & c > d"]
)
def test_html_of_an_author_is_text(html):
    assert text_of(parse_markdown(html)) == html


def test_comments_vanish_but_not_inside_code():
    text = "Før <!-- hemmeligt\n\n- x\n--> efter `<!-- vis -->`\n<!-- væk -->\n\n```\n<!-- kode -->\n```"
    shown = text_of(parse_markdown(text))
    assert shown == "Før  efter <!-- vis --><!-- kode -->"


def test_a_comment_without_end_is_text():
    assert text_of(parse_markdown("a <!-- b")) == "a <!-- b"


def test_entities_become_their_characters():
    assert text_of(parse_markdown("a&nbsp;b&shy;c &amp; &#x2603; &lt;b&gt; &ukendt;")) == "a\xa0b\xadc & ☃ <b> &ukendt;"


def test_an_entity_is_never_markup():
    assert only("&#42;x&#42; &lt;https://x.dk&gt;").children == ("*x* <https://x.dk>",)


def test_code_is_kept_as_it_was_written():
    assert find("`a < b &amp; c`", "code").children == ("a < b &amp; c",)
    assert find("```py\nif a < b:\n    {x}\n\n```", "code").children == ("if a < b:\n    {x}\n",)
    assert find("    <b> &amp; \\*", "code").children == ("<b> &amp; \\*",)


@pytest.mark.parametrize("typed", ["{{reader.first_name}}", "{{ reader.first_name }}", "{{  reader.first_name}}"])
def test_a_slot_gets_its_one_spelling(typed):
    assert only(f"Kære **{typed}**, og {typed}_x_").children[1] == Element("strong", {}, ("{{ reader.first_name }}",))


def test_a_slot_may_be_a_link_target():
    link = find("[afmeld]({{reader.unsubscribe_url}} 'Farvel')", "a")
    assert link.attributes == {"href": "{{ reader.unsubscribe_url }}", "title": "Farvel"}


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("<https://x.dk/?a=1&b=2>", "https://x.dk/?a=1&b=2", "https://x.dk/?a=1&b=2"),
        ("<mail@x.dk>", "mailto:mail@x.dk", "mail@x.dk"),
        ("[x](a_b_c.md 'Se & hør')", "a_b_c.md", "x"),
        ("[x][ref]\n\n[ref]: https://x.dk/a&amp;b", "https://x.dk/a&b", "x"),
    ],
)
def test_links(text, href, shown):
    link = find(text, "a")
    assert (link.attributes["href"], text_of(link)) == (href, shown)


@pytest.mark.parametrize("scheme", ["javascript:", "JavaScript:", "java&#115;cript:", "data:", "vbscript:", "file:"])
def test_a_link_with_an_unsafe_scheme_loses_its_address(scheme):
    assert find(f"[x]({scheme}alert)", "a").attributes == {}


def test_only_known_attributes_survive():
    link = find('[x](y){: .knap #id style="a" onclick=b title="T" lang=en target=_blank }', "a")
    assert link.attributes == {"href": "y", "class": "knap", "title": "T", "lang": "en"}
    assert find('![a](b.png){ width=200 height="1px" src=c }', "img").attributes["width"] == "200"


def test_braces_of_a_text_are_text():
    assert only("# Pris {2027}").children == ("Pris {2027}",)
    assert only("Tekst\n{ikke en klasse} og \\{ .x }").children == ("Tekst\n{ikke en klasse} og { .x }",)


def test_a_hashtag_is_no_heading():
    assert [child.tag for child in parse_markdown("#job er vores\n\n# Overskrift").children] == ["p", "h1"]


def test_table_headers_say_what_they_head():
    header, cell = find("| a | b |\n|---|--:|\n| 1 | 2 |", "tr").children
    assert (header.attributes, cell.attributes) == ({"scope": "col"}, {"scope": "col", "align": "right"})


def test_a_table_may_follow_its_paragraph_directly():
    assert [child.tag for child in parse_markdown("Se her:\n| a | b |\n|---|---|\n| 1 | 2 |").children] == [
        "p",
        "table",
    ]


@pytest.mark.parametrize("text", ["*a **x*b", "a*b**e*e*", "*|**\\**![i](x.png) -- 1. ["])
def test_unfinished_emphasis_loses_no_text(text):
    shown = text_of(parse_markdown(text))
    assert [char for char in shown if char.isalnum()] == [char for char in re.sub(r"!.*\)", "", text) if char.isalnum()]


def test_footnotes_are_numbered_as_they_are_read_and_have_no_links():
    root = parse_markdown("Et[^b] to[^a] et[^b].\n\n[^a]: Note a\n[^b]: Note *b*\n[^c]: Løs\n")
    notes = root.children[-1]
    assert [text_of(element) for element in walk(root) if element.tag == "sup"] == ["1", "2", "1"]
    assert (notes.tag, notes.attributes) == ("ol", {"class": "footnotes"})
    assert [text_of(note) for note in notes.children] == ["Note b", "Note a", "Løs"]
    assert all(element.tag != "a" for element in walk(root))


def test_two_spaces_or_a_backslash_break_the_line():
    assert [child.tag for child in only("a  \nb\\\nc").children if isinstance(child, Element)] == ["br", "br"]


def test_an_admonition_has_a_title_and_content():
    note = only('!!! note "Husk"\n    Tekst')
    assert note.attributes == {"class": "admonition note"}
    assert [text_of(child) for child in note.children] == ["Husk", "Tekst"]


def test_definitions():
    assert [child.tag for child in only("Ord\n:   Betydning\n:   En til").children] == ["dt", "dd", "dd"]


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧 ❤️", "a\u030a og å", "a\xa0b", "§ 56", "{{ navn }}", "{ {reader.x} }", "|", "\\"]
)
def test_what_is_no_markup_survives(text):
    assert text_of(parse_markdown(f"x {text} y")) == f"x {text} y"


@pytest.mark.parametrize("text", ["a\x02b\x03", "\ue000\ue100", "\ue0020\ue003", "\x02klzzwxh:0000\x03", "\x02amp\x03"])
def test_private_characters_of_an_author_break_nothing(text):
    shown = text_of(parse_markdown(f"{text} *x*\n\n```\n{text}\n```"))
    assert not PRIVATE.search(shown)
    assert "x" in shown


@pytest.mark.parametrize(
    "text",
    [">" * 900 + "x", "- " * 300 + "x", "> - " * 300 + "x", "\n".join("  " * i + "- x" for i in range(200))],
    ids=["quotes", "bullets", "both", "lines"],
)
def test_absurd_nesting_is_cut_and_keeps_the_text(text):
    root = danish(parse_markdown(text))
    assert text_of(root).endswith("x")
    assert to_html(root)
    assert to_text(root)


@settings(max_examples=250, deadline=None)
@given(TEXTS)
def test_any_text_gives_a_tree_without_private_characters(text):
    root = parse_markdown(text)
    shown = "".join([text_of(root), *(value for element in walk(root) for value in element.attributes.values())])
    assert not PRIVATE.search(shown)
    assert "wzxhzdk" not in shown
    assert "klzzwxh" not in shown or "klzzwxh" in text


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_the_same_text_gives_the_same_tree(text):
    assert parse_markdown(text) == parse_markdown(text)


def test_it_imports_nothing_heavy():
    heavy = "{'premailer', 'lxml', 'jinja2', 'pydantic', 'cssutils', 'requests', 'pygments'}"
    code = f"import sys, newsletter.content.markdown; print(*{heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
