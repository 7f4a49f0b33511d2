"""MJML: what the compiler would spoil is made safe, what it would drop is refused, with its place."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.layouts.mend import mend
from newsletter.layouts.mjml import MAX_DEPTH, MAX_SIZE, compile_mjml, guard, mark_places
from newsletter.layouts.tags import DEAF, REFUSED, fits, tags
from newsletter.problems import Invalid

HEAD = '<mjml lang="da"><mj-head>{}</mj-head><mj-body>'
TAIL = "</mj-body></mjml>"


def letter(body: str, head: str = "") -> str:
    return HEAD.format(head) + body + TAIL


def column(inner: str) -> str:
    return letter(f"<mj-section><mj-column>{inner}</mj-column></mj-section>")


def refused(call, mjml: str) -> Invalid:
    with pytest.raises(Invalid) as raised:
        call(mjml)
    return raised.value


def problems(mjml: str) -> list[str]:
    with pytest.raises(Invalid) as raised:
        guard(mark_places(mjml, "layouts/a.mjml.j2"))
    assert list(raised.value.problems) == sorted(raised.value.problems)
    assert {problem.path for problem in raised.value.problems} == {"layouts/a.mjml.j2"}
    return [f"{problem.line}:{problem.column} {problem.code} {problem.text}" for problem in raised.value.problems]


class Seen(HTMLParser):
    """Every attribute of every tag, unescaped, and the text of the body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.values += attributes

    def handle_data(self, data):
        self.text += data


def test_places_are_noted_on_mjml_tags_only():
    """Jinja, comments and attribute values that look like tags stay as they are, and so do the lines."""
    source = (
        '<mjml lang="{{ a["b"] }}">\n{# <mj-text> #}{% if "<mj-text>" %}<!-- <mj-text> -->{% endif %}\n'
        '  <mj-image alt="<mj-text>" {% if x > 1 %}src="{{ "<mj-a>" }}"{% endif %} /><p>x</p>\n</mjml>'
    )
    marked = mark_places(source, "layouts/a.mjml.j2")
    assert (
        marked.replace(' data-at="layouts/a.mjml.j2:1:1"', "").replace(' data-at="layouts/a.mjml.j2:3:3"', "") == source
    )
    assert marked.count("data-at") == 2


@given(st.text(alphabet="<>{}%#\"'/= \nmj-textalx!", max_size=60))
def test_marking_keeps_every_line(source):
    """Marks only ever add, and never a line."""
    marked = mark_places(source, "p")
    assert marked.count("\n") == source.count("\n")
    assert len(marked) >= len(source)


def test_a_place_survives_jinja():
    """A macro called from another template still tells its own line."""
    from jinja2 import DictLoader, Environment

    files = {
        "a": '{% import "b" as b %}<mjml lang="da"><mj-body>\n{{ b.part() }}\n</mj-body></mjml>',
        "b": "{% macro part() %}\n\n <mj-sektion></mj-sektion>{% endmacro %}",
    }
    marked = {name: mark_places(text, f"layouts/{name}") for name, text in files.items()}
    with pytest.raises(Invalid) as raised:
        guard(Environment(loader=DictLoader(marked)).get_template("a").render())
    assert [str(problem.place) for problem in raised.value.problems] == ["layouts/b:3:2"]
    assert raised.value.problems[0].hint == "did you mean 'mj-section'?"


TWO_ERRORS = {
    "tags": (
        letter("<mj-sektion></mj-sektion>\n<mj-row />"),
        ["1:45 mjml-tag there is no tag <mj-sektion> in MJML", "2:1 mjml-tag there is no tag <mj-row> in MJML"],
    ),
    "html among tags": (
        column("<p>a</p><mj-text>b</mj-text>") + "\n",
        ["1:57 mjml-tag there is no tag <p> in MJML"],
    ),
    "attributes": (
        column('<mj-text colour="red">a</mj-text>\n<mj-text text="x" alt="y">a</mj-text>'),
        [
            "1:68 mjml-attribute <mj-text> has no attribute 'colour'",
            "2:1 mjml-attribute <mj-text> has no attribute 'alt'",
            "2:1 mjml-attribute <mj-text> has no attribute 'text'",
        ],
    ),
    "attributes the compiler drops": (
        column('<mj-button title="x">a</mj-button>\n<mj-text background-color="red">a</mj-text>'),
        [
            "1:68 mjml-attribute the compiler takes no notice of 'title' on <mj-button>",
            "2:1 mjml-attribute the compiler takes no notice of 'background-color' on <mj-text>",
        ],
    ),
    "doubled attributes": (
        column('<mj-text color="red" color="blue">a</mj-text>\n<mj-text><a href="a" href="b">a</a></mj-text>'),
        [
            "1:68 mjml-attribute 'color' stands twice on <mj-text>",
            "2:1 mjml-attribute 'href' stands twice on <a>",
        ],
    ),
    "parents": (
        letter("<mj-column></mj-column>\n<mj-section><mj-text>a</mj-text></mj-section>"),
        [
            "1:45 mjml-parent <mj-column> may not stand in <mj-body>",
            "2:13 mjml-parent <mj-text> may not stand in <mj-section>",
        ],
    ),
    "tags in what holds none": (
        column("<mj-text><mj-button>a</mj-button></mj-text>\n<mj-image><b>a</b></mj-image>"),
        [
            "1:77 mjml-parent <mj-button> may not stand in <mj-text>",
            "2:1 mjml-parent <b> may not stand in <mj-image>",
        ],
    ),
    "values": (
        column('<mj-text color="rød" font-size="1em">a</mj-text>\n<mj-divider align="midle" padding="1px 2px 3" />'),
        [
            "1:68 mjml-value '1em' does not suit 'font-size' on <mj-text>",
            "1:68 mjml-value 'rød' does not suit 'color' on <mj-text>",
            "2:1 mjml-value '1px 2px 3' does not suit 'padding' on <mj-divider>",
            "2:1 mjml-value 'midle' does not suit 'align' on <mj-divider>",
        ],
    ),
    "classes": (
        column('<mj-text mj-class="a b">a</mj-text>\n<mj-text mj-class="big">a</mj-text>'),
        [
            "1:68 mjml-value mj-class on <mj-text> names several classes, or none",
            "2:1 mjml-value no <mj-class> is called 'big'",
        ],
    ),
    "defaults": (
        letter(
            "", '<mj-attributes><mj-txt color="red" />\n<mj-all colr="red" /><mj-class color="red" /></mj-attributes>'
        ),
        [
            "1:41 mjml-tag there is no tag <mj-txt> in MJML",
            "2:1 mjml-attribute <mj-all> has no attribute 'colr'",
            "2:22 mjml-attribute <mj-class> has no name",
        ],
    ),
    "plain texts": (
        letter(
            "<mj-section><mj-column><mj-accordion><mj-accordion-element><mj-accordion-title>a<b>b</b></mj-accordion-title>"
            "</mj-accordion-element></mj-accordion></mj-column></mj-section>",
            "<mj-title><b>a</b></mj-title>\n",
        ),
        [
            "1:26 mjml-parent <b> may not stand in <mj-title>",
            "2:79 mjml-parent <b> may not stand in <mj-accordion-title>",
        ],
    ),
    "texts": (
        letter("a\n<mj-section>b</mj-section>"),
        [
            "1:36 mjml-text text may not stand in <mj-body>: 'a'",
            "2:1 mjml-text text may not stand in <mj-section>: 'b'",
        ],
    ),
    "refused tags": (
        letter(
            '<mj-include path="x" />',
            '<mj-font name="x" href="https://example.dk" />\n<mj-style inline="inline">a</mj-style>',
        ),
        [
            "1:26 mjml-font no fonts are fetched: a reader's mail program would call another firm",
            "2:1 mjml-attribute the compiler takes no notice of 'inline' on <mj-style>",
            "2:58 mjml-include mj-include is not used here",
        ],
    ),
    "fetched style sheets": (
        letter("", "<mj-style>@import url(a);</mj-style>\n<mj-style>@font-face { }</mj-style>"),
        [
            "1:26 mjml-font no fonts and no style sheets are fetched",
            "2:1 mjml-font no fonts and no style sheets are fetched",
        ],
    ),
    "nesting": (
        column("<mj-text><p>a<p>b</mj-text>\n<mj-text>a</b></mj-text>"),
        [
            "1:68 mjml-syntax <p> is not closed before </mj-text>",
            "2:1 mjml-syntax </b> closes nothing",
        ],
    ),
    "syntax": (
        column("<mj-text><a @click=x>a</a></mj-text>\n<mj-text align>a <![CDATA[b]]></mj-text>"),
        [
            "1:68 mjml-syntax '@click' in a tag is no attribute",
            "2:1 mjml-syntax 'align' on <mj-text> has no value",
            "2:1 mjml-syntax <![CDATA[b]]> may not stand in MJML",
        ],
    ),
    "what mails lose": (
        column("<mj-text><style>a{}</style></mj-text>\n<mj-raw><script>a</script><iframe></iframe></mj-raw>"),
        [
            "1:68 mjml-tag <style> may not stand in a letter here",
            "2:1 mjml-tag <iframe> may not stand in a letter here",
            "2:1 mjml-tag <script> may not stand in a letter here",
        ],
    ),
    "comments and control characters": (
        column("<mj-text><!--[if mso]>a<![endif]--></mj-text>\n<mj-text>\x92</mj-text>"),
        [
            "1:68 mjml-syntax a conditional comment may stand in mj-raw only",
            "2:1 mjml-syntax a control character, or one that is no character",
        ],
    ),
    "the root": (
        "<mjml><mj-head><mj-title>a</mj-title>\n<mj-title>b</mj-title></mj-head></mjml>",
        [
            "1:1 mjml-attribute <mjml> does not say its language",
            "1:1 mjml-tag there is no <mj-body>",
            "2:1 mjml-parent a second <mj-title>",
        ],
    ),
    "no root": (
        "<mj-body>\n<mj-section></mj-section></mj-body>",
        ["1:1 mjml-parent <mj-body> may not stand outside <mjml>", "1:1 mjml-tag there is no <mjml>"],
    ),
    "a tag without end": (
        '<mjml lang="und"><mj-body background-color="#ffff>\n</mj-body></mjml>',
        ["1:1 mjml-attribute <mjml> does not say its language", "1:1 mjml-syntax <mj-body has no end"],
    ),
    "an element without end": (
        '<mjml lang="da"><mj-body>\n<mj-section>',
        [
            "1:1 mjml-syntax <mjml> is never closed",
            "1:17 mjml-syntax <mj-body> is never closed",
            "2:1 mjml-syntax <mj-section> is never closed",
        ],
    ),
}


@pytest.mark.parametrize("name", TWO_ERRORS)
def test_all_problems_are_told_at_once(name):
    """One run tells every problem, with the line and column of its tag."""
    mjml, wanted = TWO_ERRORS[name]
    assert problems(mjml) == wanted


@pytest.mark.parametrize("count", [MAX_DEPTH - 4, MAX_DEPTH - 3, 30_000])
def test_depth_is_limited_before_the_compiler_can_crash(count):
    """A tag too deep is refused once; just below, the compiler takes it."""
    mjml = column(f"<mj-text>{'<b>' * count}x{'</b>' * count}</mj-text>")
    if count <= MAX_DEPTH - 5:
        assert compile_mjml(mjml).count("<b>") == count
    else:
        assert [p.code for p in refused(guard, mjml).problems] == ["mjml-depth"]


def test_size_is_limited():
    """What is too large is not read at all."""
    assert [p.code for p in refused(guard, "<" * (MAX_SIZE + 1)).problems] == ["mjml-size"]


def test_a_place_is_told_where_nothing_was_marked():
    """Without marks the line of the rendered text is told."""
    error = refused(guard, '<mjml lang="da">\n<mj-body>\n<mj-x /></mj-body></mjml>')
    assert [str(problem.place) for problem in error.problems] == ["rendered.mjml:3:1"]


def test_prose_is_written_for_the_compiler():
    """Line breaks become spaces, void tags are closed, bare signs are escaped, comments go, references stay."""
    mjml = column(
        "<mj-text><b>a</b>\n  <i hidden>b</i><br>a < b & c &eacute; &#229; &copy <!-- x --><path d='m'/></mj-text>"
    )
    inner = '<b>a</b> <i hidden="">b</i><br />a &lt; b &amp; c &eacute; &#229; &amp;copy <path d="m"></path>'
    assert guard(mark_places(mjml, "a")) == column(f"<mj-text>{inner}</mj-text>")
    assert inner in compile_mjml(mjml)


def test_nought_gets_its_unit():
    """The compiler forgets `0 32px` when it counts the widths for Outlook."""
    html = compile_mjml(
        letter('<mj-section padding="0 32px"><mj-column><mj-image src="a" padding="0" /></mj-column></mj-section>')
    )
    assert 'width="536"' in html
    assert 'line-height="0"' in guard(column('<mj-text line-height="0" padding="0 10px">a</mj-text>'))


def test_preformatted_text_keeps_its_lines():
    """Inside <pre> a line break is text."""
    html = compile_mjml(column("<mj-text><pre>a\n<b>b</b>\n<i>c</i>\n</pre></mj-text>"))
    assert "a\n<b>b</b>\n<i>c</i>\n" in html.replace("&#10;", "\n")


def test_conditional_comments_pass_whole():
    """The compiler would rewrite them or stop; we take them past it."""
    comment = '<!--[if mso]><td x=1 alt="é\\">\n@@7@@ a & b <b>c</b><![endif]-->'
    shown = "<!--[if !mso]><!--><i>x</i><!--<![endif]-->"
    assert f"{comment}{shown}" in compile_mjml(letter(f"<mj-raw>{comment}{shown}</mj-raw>"))


def test_slot_tokens_and_cut_marks_pass():
    """Tokens stand in the HTML as often as in the layout, and the title's once more."""
    html = compile_mjml(
        letter(
            "<mj-raw>@@cut:a:both@@</mj-raw><mj-section><mj-column><mj-text>@@1@@</mj-text>"
            '<mj-image src="@@2@@" alt="@@3@@" /><mj-button href="@@4@@">@@5@@</mj-button></mj-column></mj-section>'
            '<mj-raw><script type="application/ld+json">{"a": "@@6@@"}</script></mj-raw>',
            "<mj-title>@@7@@</mj-title><mj-preview>@@8@@</mj-preview>",
        )
    )
    assert [html.count(f"@@{number}@@") for number in range(1, 9)] == [1, 1, 1, 1, 1, 1, 2, 1]
    assert "@@cut:a:both@@" in html
    assert '{"a": "@@6@@"}' in html


def test_a_style_sheet_keeps_every_character():
    """Signs, quotes and backslashes of a style sheet are not escaped."""
    css = '.a > .b::before { content: "\\201C é & \'"; }'
    assert css in compile_mjml(letter("", f"<mj-style>{css}</mj-style>"))


def test_no_font_is_fetched():
    """MJML's own default font is on a server of another firm."""
    assert "fonts." not in compile_mjml(column("<mj-text>a</mj-text>"))


def test_a_compiler_error_gets_the_place_of_its_tag(monkeypatch):
    """The compiler counts bytes, we tell the tag."""
    mjml = mark_places(column("<mj-text>æøå</mj-text>\n<mj-divider />"), "layouts/a.mjml.j2")
    offset = len(guard(mjml).encode().partition(b"<mj-divider")[0])

    def stop(*args, **kwargs):
        raise ValueError(f"unexpected element in root template at position {offset}:{offset + 4}")

    monkeypatch.setattr("mjml.mjml2html", stop)
    error = refused(compile_mjml, mjml)
    assert [(problem.line, problem.column, problem.code) for problem in error.problems] == [(2, 1, "mjml-compiler")]


@pytest.mark.parametrize("title", ['Sig "ja" & nej', "a \\ b", "100 % <5", "❤️ å i to dele: a\u030a, blødt\u00ad\u00a0"])
def test_titles_keep_their_characters(title):
    """The title is also the label of the letter, where the compiler would spoil it."""
    from html import escape

    html = compile_mjml(letter("", f"<mj-title>{escape(title, quote=False)}</mj-title>"))
    assert ("aria-label", title) in Seen(html).values


TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs", "Cn"]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(value=TEXT, quote=st.sampled_from("\"'"))
def test_an_attribute_keeps_every_character(value, quote):
    """Whatever stands in an attribute comes out the same, in a picture, a link and a table of raw HTML."""
    from html import escape

    value = value.replace("@@", "")
    written = f"{quote}{escape(value)}{quote}"
    html = compile_mjml(
        letter(
            f"<mj-section><mj-column><mj-image src='a' alt={written} /><mj-text><a title={written}>x</a></mj-text>"
            f"</mj-column></mj-section><mj-raw><table summary={written}></table></mj-raw>"
        )
    )
    seen = Seen(html).values
    assert {("alt", value), ("title", value), ("summary", value)} <= set(seen)


PIECES = st.sampled_from(
    [f"<{name}>" for name in sorted(tags())]
    + [f"</{name}>" for name in sorted(tags())]
    + [
        "<mj-image src='a' />",
        "<b>",
        "</b>",
        "<br>",
        "<td>",
        "</td>",
        "<pre>",
        "</pre>",
        "<svg:a>",
        "\n",
        " ",
        "a",
        "&",
        "<",
        ">",
    ]
    + [
        "&#0;",
        '<a href="\\">',
        "<!--",
        "-->",
        "<!--[if mso]>",
        "<![endif]-->",
        '"',
        "'",
        "=",
        "\u2028",
        "\u00a0",
        "é",
        "@@1@@",
    ]
    + ["<mj-text>", "</mj-text>", "<mj-raw>", "</mj-raw>", "<mj-style>", "</mj-style>", "<mj-table>", "</mj-table>"]
)
SOUP = st.lists(PIECES, max_size=12).map("".join)
LETTERS = st.one_of(
    SOUP, SOUP.map(letter), SOUP.map(lambda soup: column(f"<mj-text>{soup}</mj-text>")), st.text(max_size=80)
)
VALUES = ["", "0", "12px", "33.33%", ".5px", "1.5", "auto", "99999px", "-3px", "0.1em", "#abc", "red", "left", "top"]
VALUES += ["true", "none", "full-width", "1px solid red", 'é"\\ > < \n', "@@1@@", "-->"]


HTML = st.recursive(
    st.text(alphabet="ab <&é\u00a0\u2028\u00ad\n", max_size=6).map(lambda text: text.replace("<", "< ")),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(["b", "p", "i", "td"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@st.composite
def element(draw, name, depth=0):
    """Give a tag with attributes of its table and whatever children it may have, most of them right."""
    tag = tags()[name]
    keys = [key for key in sorted(tag.attributes) if key != "mj-class"]
    pairs = draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(VALUES)), max_size=4)) if keys else []
    fitting = {key: value for key, value in pairs if fits(tag.attributes[key], value)}
    written = "".join(f" {key}='{value}'" for key, value in fitting.items())
    inner = ""
    if tag.content in ("html", "text"):
        inner = draw(HTML if tag.content == "html" else st.sampled_from(["", 'é & \n "q" \\']))
    elif tag.children and depth < 7:
        children = draw(st.lists(st.sampled_from(sorted(tag.children)), max_size=3))
        inner = "\n".join(draw(element(child, depth + 1)) for child in children)
    return f"<{name}{written}>{inner}</{name}>"


@settings(max_examples=600, deadline=None)
@given(LETTERS)
def test_the_compiler_takes_what_the_guard_lets_through(mjml):
    """The guard raises nothing but Invalid, and after it the compiler never stops."""
    try:
        guard(mark_places(mjml, "a"))
    except Invalid:
        return
    assert compile_mjml(mjml).startswith("<!doctype html>")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(tags()["mj-body"].children)).flatmap(element))
def test_the_compiler_takes_every_tag_of_the_table(part):
    """Any tags in any allowed parent with any fitting values compile, and mending them is final."""
    html = mend(compile_mjml(letter(part)), lang="da")
    assert mend(html, lang="da") == html


@settings(max_examples=200, deadline=None)
@given(HTML)
def test_no_word_runs_into_the_next(html):
    """White space between elements is kept, whatever kind it is."""
    out = compile_mjml(letter(f"<mj-raw>Q1{html}Q2</mj-raw>"))
    wanted, got = Seen(html).text, Seen(out[out.index("Q1") + 2 : out.index("Q2")]).text
    assert " ".join(got.split()) == " ".join(wanted.split())


@pytest.mark.parametrize(
    ("name", "attribute"), [(name, one) for name, several in DEAF.items() for one in sorted(several)]
)
def test_deaf_attributes_are_mjmls_own(name, attribute):
    """What we call dropped is in npm's table: a new compiler or a new table shows here."""
    from newsletter.layouts.tags import _table

    assert attribute in _table()["tags"][name]["attributes"]


@pytest.mark.parametrize(
    "name", ["mj-button", "mj-image", "mj-section", "mj-spacer", "mj-table", "mj-text", "mj-wrapper"]
)
def test_deaf_attributes_change_nothing(name):
    """The compiler takes no notice of them: when it does one day, allow them."""
    from mjml import mjml2html

    around = letter("{}") if name in ("mj-section", "mj-wrapper") else column("{}")
    for attribute in DEAF[name]:
        assert "7px solid red" not in mjml2html(around.format(f'<{name} {attribute}="7px solid red"></{name}>'))


def test_refused_tags_are_mjmls_own():
    """Nothing refused is among the tags a layout may use."""
    assert not REFUSED.keys() & tags().keys()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "color",
            ["#fff", "#A0b1C2", "red", "rgba(0, 0, 0, 0.5)", "rgb(1,2,3)", "transparent"],
            ["#ffff", "rød", "", "#12345", "@@1@@"],
        ),
        ("unit(px)", ["0", "12px", "1.5px", ".5px"], ["12", "1em", "-1px", "", "12 px", "99999999px"]),
        ("unit(px,%){1,4}", ["1px 2%", "0 0 0 0"], ["0 0 0 0 0", "1px,2px", "1px  2px"]),
        ("unit(px,%,)", ["1.5", "20px", "120%"], ["1.5em", "x"]),
        ("unit(px,auto)", ["auto", "3px"], ["3%"]),
        ("unitWithNegative(px,em)", ["-1px", "0.1em"], ["--1px"]),
        ("enum(left,right)", ["left"], ["Left", "", "left right"]),
        ("boolean", ["true"], ["yes"]),
        ("integer", ["3"], ["3px", "٣"]),
        ("string", ["", "anything"], []),
    ],
)
def test_values_fit_their_types(kind, good, bad):
    """The types are npm's, read strictly."""
    assert [value for value in good if not fits(kind, value)] == []
    assert [value for value in bad if fits(kind, value)] == []


@pytest.mark.parametrize(
    "piece", ["<a", '<a "', "<!--", "{{", "{%", "<b>", "<b/>", "&", "<mj-a {{", '{{ "', "<mj-text>"]
)
def test_broken_text_costs_no_more_than_its_length(piece):
    """What is never closed is not sought again from every place."""
    start = perf_counter()
    mark_places(piece * 3000, "a")
    refused(guard, HEAD.format("") + "<mj-raw>" + piece * 3000)
    assert perf_counter() - start < 2


def test_importing_is_cheap():
    """The compiler and json are loaded when they are used."""
    heavy = {"mjml", "json", "jinja2", "pydantic"}
    code = f"import sys, newsletter.layouts.mjml; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
