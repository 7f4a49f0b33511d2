"""Jinja2 → MJML → HTML, cut into pieces."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import problems_of

from newsletter.layouts.skeleton import Piece, compile_html, compile_text
from newsletter.layouts.slots import Part


def html(body: str, shape=None, **others: str) -> list[Piece]:
    text = f'<mjml lang="da">\n<mj-body>\n{body}\n</mj-body>\n</mjml>\n'
    return compile_html({"issue.mjml.j2": text, **others}, shape or {}, "da")


def text(body: str, shape=None, **others: str) -> list[Piece]:
    return compile_text({"text/issue.txt.j2": body, **others}, shape or {})


SECTION = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def test_a_letter_is_cut_at_its_marks():
    pieces = html(
        '{{ piece("top", "email") }}'
        + SECTION.format("ONE")
        + '{{ piece("block-0") }}'
        + SECTION.format("TWO")
        + '{{ piece("why", "web") }}'
        + SECTION.format("SIX")
    )
    assert [(piece.name, piece.medium) for piece in pieces] == [
        ("head", "both"),
        ("top", "email"),
        ("block-0", "both"),
        ("why", "web"),
    ]
    words = ("ONE", "TWO", "SIX")
    assert [
        "".join(part.text for part in piece.parts).count(word) for piece, word in zip(pieces[1:], words, strict=True)
    ] == [1] * 3
    assert "<!doctype html>" in pieces[0].parts[0].text.lower()[:20]
    assert pieces[-1].parts[-1].text.rstrip().endswith("</html>")


def test_tokens_become_parts_with_their_context():
    shape = {"title": "@@0@@", "url": "@@1@@"}
    (_, piece) = html('{{ piece("top") }}' + SECTION.format('<a href="{{ url }}">{{ title }}</a>'), shape)
    assert [(part.slot, part.context) for part in piece.parts] == [(1, "url"), (0, "text"), (-1, "text")]


def test_the_plain_text_is_cut_too_and_escapes_nothing():
    pieces = text('A {{ x }}\n{{ piece("block-0", plain=True) }}\n<B> {{ y }}\n', {"x": "&", "y": "@@0@@"})
    assert [(piece.name, piece.parts) for piece in pieces] == [
        ("head", (Part("A &\n"),)),
        ("block-0", (Part("\n<B> ", 0, "plain"), Part(""))),
    ]


def test_pieces_survive_the_cache():
    for piece in [*html(SECTION.format("@@0@@")), *text("a @@1@@ b")]:
        assert Piece.from_json(json.loads(json.dumps(piece.to_json()))) == piece


@pytest.mark.parametrize(
    ("body", "place", "says"),
    [
        ("  {{ nothing }}", "layouts/issue.mjml.j2:3:3", "'nothing' is undefined"),
        ("  {{ issue.nothing }}", "layouts/issue.mjml.j2:3:3", "no attribute 'nothing'"),
        ("{% if %}", "layouts/issue.mjml.j2:3:1", "Expected an expression"),
        ("\n {% for x in y %}", "layouts/issue.mjml.j2", "endfor"),
        ('{% include "blocks/no.mjml.j2" %}', "layouts/issue.mjml.j2:3:1", "no template 'blocks/no.mjml.j2'"),
        ("{{ 1 / 0 }}", "layouts/issue.mjml.j2:3:1", "division by zero"),
        ("{{ issue.__class__.__mro__ }}", "layouts/issue.mjml.j2:3:1", ""),
        ('{% include "a.mjml.j2" %}', "layouts/a.mjml.j2:2:3", "'nothing' is undefined"),
        ('{% include "b.mjml.j2" %}', "layouts/b.mjml.j2:1:1", "includes itself"),
        ('{% import "c.mjml.j2" as c %}{{ c.no() }}', "layouts/issue.mjml.j2:3:1", ""),
        (SECTION.format('<p style="color:@@0@@">x</p>'), "layouts/issue.mjml.j2:1:1", "inside a tag"),
        ("<mj-sektion></mj-sektion>", "layouts/issue.mjml.j2:3:1", "mj-sektion"),
        ("<mj-section>", "layouts/issue.mjml.j2", ""),
        ('{{ "x" * 10 ** 12 }}', "layouts/issue.mjml.j2:3:1", ""),
        ("{{ range(10 ** 9)|list }}", "layouts/issue.mjml.j2:3:1", ""),
        ("{{ [1, 2][5] }}", "layouts/issue.mjml.j2:3:1", ""),
        ("{{ 'a'|int + 'b' }}", "layouts/issue.mjml.j2:3:1", ""),
        ("{{ 'a'|nofilter }}", "layouts/issue.mjml.j2:3:1", "nofilter"),
        ('{{ piece("top", "mail") }}', "layouts/issue.mjml.j2:3:1", "mail"),
        ('{{ piece("Top") }}', "layouts/issue.mjml.j2:3:1", "Top"),
        ("{{ piece(blok) }}", "layouts/issue.mjml.j2:3:1", "'blok' is undefined"),
    ],
)
def test_what_is_wrong_in_a_layout_is_told_with_its_place(body, place, says):
    others = {
        "a.mjml.j2": "\n  {{ nothing }}",
        "b.mjml.j2": '{% include "b.mjml.j2" %}',
        "c.mjml.j2": "{% macro yes() %}{% endmacro %}",
    }
    problems = problems_of(lambda: html(body, {"issue": {"subject": "x"}}, **others))
    assert problems
    assert str(problems[0].place).startswith(place)
    assert says in problems[0].text
    assert problems[0].hint


def test_a_template_that_is_missing_is_told():
    (problem,) = problems_of(lambda: compile_text({}, {}))
    assert "text/issue.txt.j2" in problem.text


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        " x ",
        "if",
        "for x in",
        "end",
        "<mj-text>",
        "</mj-text>",
        "|",
        "(",
        ")",
        '"',
        "\n",
        "@@0@@",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_template_is_compiled_or_told(body):
    for problem in problems_of(lambda: html(body, {"x": "@@0@@"})):
        assert problem.path.startswith("layouts/")
    for problem in problems_of(lambda: text(body, {"x": "@@0@@"})):
        assert problem.path.startswith("layouts/")


@pytest.mark.parametrize(
    "tag",
    [
        '<mj-image src="https://elsewhere.example/a.png" alt="" width="100px" />',
        '<mj-social><mj-social-element name="facebook" href="https://a.example">a</mj-social-element></mj-social>',
    ],
)
def test_a_layout_that_fetches_a_picture_from_elsewhere_is_refused(tag):
    """Whose server it is sees who opens the mail, also when the compiler's makers own it."""
    body = f"<mj-section><mj-column>{tag}</mj-column></mj-section>"
    layout = f'<mjml lang="da" dir="ltr"><mj-head><mj-title>a</mj-title></mj-head><mj-body>{body}</mj-body></mjml>'
    (problem,) = problems_of(lambda: compile_html({"issue.mjml.j2": layout}, {}, "da"))
    assert (problem.code, problem.path) == ("layout-foreign", "layouts/issue.mjml.j2")
    assert "https://" in problem.text
