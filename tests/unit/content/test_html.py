"""HTML for mail: escaped, tidy, and with real slots only."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.content.html import shift_headings, to_html
from newsletter.content.markdown import parse_markdown
from newsletter.content.tree import Element, text_of, walk

SLOT = re.compile(r"\{\{ (reader|asset|item)\.[^}]+ \}\}")
SCRAPS = (
    *("- ", "1. ", "    ", "\n", "\n\n", "> ", "# ", "```\n", "`", "**", "[a](b)", "[^1]", "[^1]: ", "{{ reader.x }}"),
    *("{{ asset.x }}", "{{ item.y }}", "{{", "{", "}}", "{ .x }", "<b>", "</p>", "<!--", "&nbsp;", "&#123;", "&amp;"),
    *(
        "| a | b |\n|---|---|\n| c | d |",
        "!!! note\n    ",
        "![i](x.png)",
        "[x](../a/b.md)",
        "\\",
        '"',
        "'",
        "👩‍👧",
        "æ",
    ),
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SCRAPS), max_size=20).map("".join))


class Reader(HTMLParser):
    """What a mail program would show, and whether the tags fit."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.shown += data


def html(text: str) -> str:
    return to_html(parse_markdown(text))


def test_blocks_stand_on_lines_of_their_own():
    assert html("# A\nb\n\n- c\n- d\n  - e\n\n***") == (
        "<h3>A</h3>\n<p>b</p>\n<ul>\n<li>c</li>\n<li>d\n<ul>\n<li>e</li>\n</ul>\n</li>\n</ul>\n<hr />"
    )


def test_headings_stand_below_the_headings_of_the_issue():
    root = shift_headings(parse_markdown("\n".join("#" * level + " x" for level in range(1, 7))))
    assert [element.tag for element in walk(root)] == ["h3", "h3", "h4", "h5", "h6", "h6"]


def test_everything_is_escaped():
    assert html("<script>\"a\" & 'b'") == "<p>&lt;script&gt;\"a\" &amp; 'b'</p>"
    assert html("![\"<a>\" & 'b'](https://x.dk/?a&b)") == (
        '<p><img src="https://x.dk/?a&amp;b" alt="&quot;&lt;a&gt;&quot; &amp; \'b\'" /></p>'
    )


def test_void_elements_are_closed():
    assert html("a  \nb") == "<p>a<br />b</p>"


@pytest.mark.parametrize("src", ["a.jpg", "images/a.jpg", "./images/a.jpg", "../images/a.jpg", "../../images/a.jpg"])
def test_a_picture_of_the_workspace_is_a_slot(src):
    assert html(f"![Alt]({src})") == '<p><img src="{{ asset.images/a.jpg }}" alt="Alt" /></p>'


@pytest.mark.parametrize("src", ["https://x.dk/images/a.jpg", "//x.dk/a.jpg", "cid:a"])
def test_a_picture_elsewhere_stays(src):
    assert f'src="{src}"' in html(f"![Alt]({src}){{width=120}}")
    assert 'width="120"' in html(f"![Alt]({src}){{width=120}}")


@pytest.mark.parametrize("link", ["../schemes/fleksjob.md", "schemes/fleksjob.md#x", "/content/schemes/fleksjob.md"])
def test_a_link_to_an_item_is_a_slot(link):
    assert html(f"[x]({link})") == '<p><a href="{{ item.schemes/fleksjob }}">x</a></p>'


def test_a_readers_slot_stays_where_it_stands():
    assert html("Kære {{reader.first_name}} [x]({{reader.web_url}})") == (
        '<p>Kære {{ reader.first_name }} <a href="{{ reader.web_url }}">x</a></p>'
    )


@pytest.mark.parametrize("text", ["{{ asset.x }}", "{{ item.x }}", "{{ navn }}", "{% if x %}", "{{ reader.X }}", "{{{"])
def test_what_only_looks_like_a_slot_is_text(text):
    page = html(f"{text} [{text}](<{text}> '{text}') `{text}`")
    assert "{" not in page
    assert text in Reader(page).shown


def test_added_attributes_stand_beside_the_authors_own():
    root = parse_markdown("| a |\n|--:|\n| b |")
    added = [{"style": "color:#111", "align": "left"} if element.tag == "td" else {} for element in walk(root)]
    assert '<td align="right" style="color:#111; text-align:right">b</td>' in to_html(root, added)


def test_too_few_attributes_are_an_error():
    with pytest.raises(ValueError, match="1 sets of attributes for 2 elements"):
        to_html(parse_markdown("*x*"), [{}])


def test_an_empty_tree_is_empty():
    assert to_html(Element("root")) == ""


@settings(max_examples=250, deadline=None)
@given(TEXTS)
def test_the_page_shows_the_text_of_the_tree(text):
    root = parse_markdown(text)
    reader = Reader(to_html(root))
    assert reader.open == []
    assert "".join(reader.shown.split()) == "".join(text_of(root).split())


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_only_real_slots_look_like_slots(text):
    slots = [match[0] for match in SLOT.finditer(html(text))]
    assert all(slot in {"{{ reader.x }}", "{{ asset.images/x.png }}", "{{ item.a/b }}"} for slot in slots)
