"""The theme's styles are worked out on a skeleton and put back by number."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.content.html import to_html
from newsletter.content.markdown import parse_markdown
from newsletter.content.tree import Element, walk
from newsletter.layouts.inline import inline_styles, structure

SHEET = """
.prose p { color: #333333 !important; margin: 0 0 10px }
.prose li p { margin: 0 }
h3 { font-size: 20px }
a.knap { background-color: #005a9c }
table { width: 100%; background-color: #ffffff }
td { text-align: left; vertical-align: top; width: calc(100% - 10px) }
img { width: 200px; height: auto }
a:hover { color: red }
@media (max-width: 600px) { .prose p { color: blue !important } }
"""
INNER = "margin:0; color:#333333"


def styled(text: str, sheet: str = SHEET) -> list[tuple[str, dict]]:
    root = parse_markdown(text)
    return [(element.tag, dict(found)) for element, found in zip(walk(root), inline_styles(root, sheet), strict=True)]


def test_structure_is_tags_classes_and_nesting_only():
    first = structure(parse_markdown("# A\n\n[x](y){.knap} *z*\n\n- 1\n- 2"))
    assert first == structure(parse_markdown("## B\n\n[længere](https://x.dk){.knap} og *mere*\n\n* a\n* b"))
    assert first == "h3()p(a.knap()em())ul(li()li())"


def test_another_nesting_is_another_structure():
    assert structure(parse_markdown("*a* **b**")) != structure(parse_markdown("*a **b***"))


def test_each_element_gets_its_own_styles():
    (heading, paragraph, link) = styled("# Overskrift\n\n[x](y){.knap}")
    assert heading == ("h1", {"style": "font-size:20px"})
    assert paragraph[1]["style"] == "margin:0 0 10px; color:#333333"
    assert "background-color:#005a9c" in link[1]["style"]


def test_important_is_left_out_of_inline_styles():
    assert "important" not in str(styled("x\n\n> y\n\n- z\n\n  æ"))


def test_colours_have_six_digits():
    found = dict(styled("| a |\n|---|\n| b |"))
    assert found["table"] == {"style": "width:100%; background-color:#ffffff", "bgcolor": "#ffffff"}


def test_media_queries_and_hover_are_never_inlined():
    assert "blue" not in str(styled("x [y](z)"))
    assert "red" not in str(styled("x [y](z)"))


def test_only_valid_attributes_are_taken():
    found = dict(styled("| a |\n|---|\n| b |\n\n![x](y.png)"))
    assert found["table"].keys() <= {"style", "bgcolor"}
    assert found["td"].keys() == {"style", "align", "valign"}
    assert found["img"]["width"] == "200"
    assert "height" not in found["img"]


def test_styles_fit_where_html_forbids_the_nesting():
    paragraph = Element("p", {}, (Element("p", {}, ("x",)), Element("em", {}, ("y",))))
    root = Element("root", {}, (Element("li", {}, (paragraph,)), Element("td", {}, (Element("a", {}, ("z",)),))))
    found = inline_styles(root, SHEET)
    assert len(found) == 6
    assert [attributes.get("style") for attributes in found[:4]] == [None, INNER, INNER, None]


def test_author_text_never_reaches_premailer():
    root = parse_markdown("{{ reader.first_name }} [x]({{ reader.url }}) <style>p{color:red}</style> &lt;!-- x")
    html = to_html(root, inline_styles(root, SHEET))
    assert '<a href="{{ reader.url }}">' in html
    assert "&lt;style&gt;p&#123;color:red}&lt;/style&gt;" in html


def test_prose_without_elements_needs_no_styles():
    assert inline_styles(Element("root"), SHEET) == ()


PIECES = st.sampled_from(
    [
        "- a\n",
        "  - b\n",
        "1. c\n",
        "\n\n",
        "> d\n",
        "# e\n",
        "**f** ",
        "[g](h){.knap} ",
        "|a|b|\n|-|-|\n|c|d|\n",
        "`i` ",
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(PIECES, max_size=15).map("".join))
def test_every_element_is_answered_in_order(text):
    root = parse_markdown(text)
    found = inline_styles(root, "".join(f"{tag} {{ order: {tag} }} " for tag in ("p", "li", "ul", "h3", "td", "em")))
    assert len(found) == sum(1 for _ in walk(root))
    for element, attributes in zip(walk(root), found, strict=True):
        expected = {"p", "li", "ul", "td", "em"} & {element.tag} or ({"h3"} if element.tag == "h1" else set())
        assert attributes.get("style", "") == "".join(f"order:{tag}" for tag in expected)


def test_premailer_is_imported_only_when_it_is_used():
    code = "import sys, newsletter.layouts.inline; print(*{'premailer', 'lxml', 'cssutils'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
