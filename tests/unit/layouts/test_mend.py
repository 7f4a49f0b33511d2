"""What the compiler leaves out or gets wrong is mended, once, and nothing else is touched."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.layouts.mend import mend
from newsletter.layouts.mjml import compile_mjml

TABLE = "<mj-table><tr><th>a</th><td>b</td></tr></mj-table>"
BODY = (
    '<mj-wrapper background-color="#abc"><mj-section><mj-column><mj-text color="#123">@@1@@</mj-text>'
    f'<mj-image src="@@2@@" /><mj-button href="@@3@@">@@4@@</mj-button>{TABLE}<mj-divider border-color="#ccc" />'
    "</mj-column><mj-column></mj-column><mj-column></mj-column></mj-section></mj-wrapper><mj-raw>@@cut:a:both@@</mj-raw>"
)
LETTER = (
    '<mjml lang="da"><mj-head><mj-title>@@5@@</mj-title><mj-preview>@@6@@</mj-preview>'
    "<mj-style>a:hover #abc { color: #abc }</mj-style></mj-head><mj-body>{}</mj-body></mjml>"
)


def page(body: str, head: str = "<title>a</title>") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def body(html: str) -> str:
    """The mended body, without the language each of its children gets."""
    mended = mend(page(f"<div>{html}</div>"), lang="da")
    return mended.partition('<div lang="da" dir="ltr">')[2].removesuffix("</div></body></html>")


@pytest.fixture(scope="module")
def letter() -> str:
    return mend(compile_mjml(LETTER.replace("{}", BODY)), lang="da")


def test_a_letter_is_mended(letter):
    """Doctype, language, alternative text, colours, sizes and roles of a whole letter."""
    assert letter.startswith('<!DOCTYPE html><html lang="da" dir="ltr"')
    assert re.findall(r"<img(?![^>]*\balt=)[^>]*>", letter) == []
    assert re.findall(r"[:\"\s]#[0-9a-f]{3}[;\"\s]", letter) == [" #abc "]  # the selector stays
    assert re.findall(r'(?:width|height)="(?!\d+%?")[^"]*"', letter) == []
    assert re.findall(r"vertical-align=", letter) == []
    assert [table for table in re.findall("<table[^>]*>", letter) if "presentation" not in table] == [
        table for table in re.findall("<table[^>]*>", letter) if "table-layout" in table
    ]


def test_every_child_of_the_body_says_its_language(letter):
    """Mail programs cut <html> and <body> away."""
    inside = letter[letter.index("<body") :]
    assert re.findall(r"<div[^>]*lang=[^>]*>", inside) == re.findall(r"<div[^>]*dir=\"ltr\"[^>]*>", inside)
    assert len(re.findall(r"<div[^>]*lang=\"da\"", inside)) == 2


def test_class_names_fit_the_media_queries(letter):
    """Each class of a column has its rule in the style sheet."""
    markup, sheets = letter[letter.index("<body") :], letter[: letter.index("<body")]
    names = set(re.findall(r"mj-column-[\w-]+", markup))
    assert names == {"mj-column-per-33-333332"}
    assert names == set(re.findall(r"mj-column-[\w-]+", sheets))


def test_slot_tokens_stay(letter):
    """Each token of the layout stands in the letter; the title's twice."""
    assert [letter.count(f"@@{number}@@") for number in range(1, 7)] == [1, 1, 1, 1, 2, 1]
    assert "@@cut:a:both@@" in letter


def test_conditional_comments_keep_their_structure():
    """Nothing but colours, sizes and roles changes in them."""
    compiled = compile_mjml(LETTER.replace("{}", BODY))
    marks = re.compile(r"<!--\[if [^\]]*\]>(?:<!-->)?|<!(?:--<!)?\[endif\]-->")
    assert marks.findall(mend(compiled, lang="da")) == marks.findall(compiled)
    comment = "<!--[if mso]><table width=600><tr><td bgcolor=#abc>{}<![endif]-->"
    wanted = '<table width="600" role="presentation"><tr><td bgcolor="#aabbcc">'
    assert body(comment.format("")) == f"<!--[if mso]>{wanted}<![endif]-->"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<img src="a">', '<img alt="" src="a">'),
        ('<img src="a" alt="b" height="auto" />', '<img src="a" alt="b" />'),
        ('<img width="129.98003" />', '<img alt="" width="130" />'),
        ('<td width="183.33px" height="20px">', '<td width="183" height="20">'),
        ('<td width="33.33%">', '<td width="33.33%">'),
        (
            '<td style="width:129.98003px;max-width:99.5px;border:1px solid #abc">',
            '<td style="width:130px;max-width:99px;border:1px solid #aabbcc">',
        ),
        ('<p style="line-height:1.5px;font-size:12.5px">', '<p style="line-height:1.5px;font-size:12.5px">'),
        (
            '<td style="background:linear-gradient(#fff,#A0B)">',
            '<td style="background:linear-gradient(#ffffff,#AA00BB)">',
        ),
        ('<td style="background:url(#abc)" bgcolor="#abc">', '<td style="background:url(#abc)" bgcolor="#aabbcc">'),
        ('<a href="#abc" title="#abc">#abc</a>', '<a href="#abc" title="#abc">#abc</a>'),
        ('<td vertical-align="middle" align="left">', '<td align="left">'),
        ('<label align="center" for="a">', '<label for="a">'),
        ("<table border='0'>", "<table border='0'>"),
        ('<!--[if mso]><table role="none"><![endif]-->', '<!--[if mso]><table role="none"><![endif]-->'),
        (
            '<!--[if mso]><td class="s out-outlook"><td class="s out"><![endif]-->',
            '<!--[if mso]><td class="s-outlook out-outlook"><td class="s out"><![endif]-->',
        ),
        ('<a title=\'"\' style="color:#abc">', '<a title=\'"\' style="color:#aabbcc">'),
        ('<script type="a">{"a": "#abc <img>"}</script>', '<script type="a">{"a": "#abc <img>"}</script>'),
        ('<!-- <img src="a"> -->', '<!-- <img alt="" src="a"> -->'),
        ('<td style="color:&#123;#1234">', '<td style="color:&#123;#1234">'),
    ],
)
def test_tags_are_mended(html, wanted):
    """One tag in, one tag out."""
    assert body(html) == wanted


@pytest.mark.parametrize(
    ("css", "wanted"),
    [
        ("#abc{color:#abc}", "#abc{color:#aabbcc}"),
        ("a:hover #abc{border:1px solid #abc;margin:0}", "a:hover #abc{border:1px solid #aabbcc;margin:0}"),
        ("@media (min-width:1px){#add{color:#ADD}}", "@media (min-width:1px){#add{color:#AADDDD}}"),
        ("@import url(https://example.dk/a.css);a{}", "a{}"),
        ("@font-face { font-family: a; src: url(b) }a{}", "a{}"),
    ],
)
def test_style_sheets_are_mended(css, wanted):
    """Values only, never a selector; nothing is fetched."""
    mended = mend(page("", f"<title>a</title><style>{css}</style>"), lang="da")
    assert f"<style>{wanted}</style>" in mended


def test_no_font_is_fetched():
    """A link to a style sheet of another server is taken out."""
    link = '<link href="https://example.dk/css?family=Ubuntu" rel="stylesheet" type="text/css">'
    assert "<link" not in mend(page("", link), lang="da")


def test_a_page_has_a_title():
    """It is put in where there is none, and kept where there is one."""
    assert "<head><title></title></head>" in mend(page("", ""), lang="da")
    assert mend(page(""), lang="da").count("<title>") == 1


def test_the_language_is_written_safely():
    """A language is a word from the settings; it can still not break out."""
    assert '<html lang="d&quot;a" dir="ltr">' in mend(page(""), lang='d"a')


def test_mending_twice_changes_nothing(letter):
    """What is mended is mended."""
    assert mend(letter, lang="da") == letter


TAGS = ['<img src="a">', "<td width=1.5px>", '<p style="color:#abc">', "</p>", "<table>", "<br/>", "</div>", "<div>"]
MARKS = ["<!--[if mso]>", "<![endif]-->", "<!--", "-->", '"', "'", "<", ">", "/", " ", "@@1@@", "<a b='\"'c>"]
OTHERS = ["<style>", "</style>", "a{color:#abc}", "@import a;", "<script>", "</script>", "<body>", "<html>", "<title>"]
PIECES = st.sampled_from([*TAGS, *MARKS, *OTHERS, "<link rel=stylesheet>"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_mending_any_html_twice_changes_nothing(html):
    """Even what no compiler would write; and every token stays."""
    once = mend(page(html), lang="da")
    assert mend(once, lang="da") == once
    assert once.count("@@1@@") == page(html).count("@@1@@")


def test_a_whole_letter_is_mended_at_once():
    """60 kB take a few milliseconds; the limit is generous for a busy machine."""
    html = compile_mjml(LETTER.replace("{}", BODY * 13))
    assert len(html) > 60_000
    start = perf_counter()
    mend(html, lang="da")
    assert perf_counter() - start < 0.25
