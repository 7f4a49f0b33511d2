"""New files, as `newsletter new` writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import item

from newsletter.content.draft import KINDS, questions, slug_of, write_draft
from newsletter.content.issues import FOLDER_OF

TODAY = date(2027, 1, 31)
FOLDERS = {**FOLDER_OF, "issue": "issues"}
PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30)


def draft(kind: str, title: str, **answers: str) -> str:
    asked = {question.key: question.default for question in questions(kind, TODAY)}
    return write_draft(kind, title, asked | answers, TODAY)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_of_every_kind_is_read_without_problems(kind):
    made = item(FOLDERS[kind], "ny", draft(kind, "Ny ordning: § 56"))
    assert made.body.strip() or kind == "contact"
    assert getattr(made.fields, "title", "Ny ordning: § 56") == "Ny ordning: § 56"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "issue"])
@given(title=PRINTABLE, summary=PRINTABLE)
def test_any_answer_is_written_so_that_it_is_read_back(kind, title, summary):
    fields = item(FOLDERS[kind], "ny", draft(kind, title, summary=summary)).fields
    assert (fields.title, fields.summary) == (title, summary)


@pytest.mark.parametrize(
    "answer", ["2027-01-05", "no", "10:30", "0101", "~", "- a", "a: b", "'", "{{ reader.name }}", "#1"]
)
def test_answers_that_look_like_something_else_stay_texts(answer):
    assert item("articles", "ny", draft("article", answer, summary=answer)).fields.summary == answer


def test_dates_are_written_without_quotes_and_lines_are_never_broken():
    text = draft("scheme", "Ordning", summary="ord " * 60)
    assert "checked_on: 2027-01-31\n" in text
    assert "ord ord " * 30 in text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Få støtte på § 56", "faa-stoette-paa-56"),
        ("  Årsmøde 2027!  ", "aarsmoede-2027"),
        ("Café Ærø", "cafe-aeroe"),
        ("ŠKODA", "skoda"),
        ("日本", ""),
    ],
)
def test_a_title_gives_a_short_name(title, slug):
    assert slug_of(title) == slug


@given(st.text())
def test_any_title_gives_a_short_name_or_none(title):
    slug = slug_of(title)
    assert not slug or item("articles", slug, draft("article", "a")).slug == slug
