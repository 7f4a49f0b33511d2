"""Whatever an author writes in any field comes out as it was written, in HTML and text, or is refused with a place."""

from __future__ import annotations

import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.build.cache import Cache
from newsletter.build.compose import compose_all
from newsletter.build.editions import editions
from newsletter.build.prose import render_prose
from newsletter.build.render import render, write
from newsletter.problems import Invalid
from newsletter.workspace import Reader

HARD = [
    "Sig \"hej\" & 'farvel'",
    "To\nlinjer\tog tab",
    "100\u00a0%",
    "Familie 👩\u200d👩\u200d👧\u200d👦 og ❤\ufe0f",
    "Decomposed: a\u030a e\u0301",
    "{{ ikke en plads }} {% hverken %} {# eller #} @@1@@ @@cut:x:both@@",
    "<script>alert('1')</script> <b>fed</b> & &amp; &lt;",
    "C:\\mappe\\fil \\u00e5",
    "“krøllet” – tanke … §\u00a056",
    "]]> --> <!-- --> */ }",
    "=?utf-8?q?nej?=",
    "x" * 3000,
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80)
FIELDS = ("title", "summary", "alt")


class Visible(HTMLParser):
    """What a reader sees or hears: texts and the alt texts of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value or "" for name, value in attrs if name == "alt"]


def visible(html: str) -> str:
    parser = Visible()
    parser.feed(html)
    parser.close()
    return even("".join(parser.texts))


def even(text: str) -> str:
    """Without white space, which HTML and mail do not keep, and without what plain text leaves out."""
    return "".join(char for char in text if not char.isspace() and char not in "\u00ad\u200b\ufeff")


def letter(root: Path, reader: Reader, cache: Cache) -> tuple[str, str]:
    """The first issue's standard edition as HTML and text."""
    workspace = reader.read(root)
    if any(problem.severity == "error" for problem in workspace.problems):
        raise Invalid(workspace.problems)
    compositions, problems = compose_all(workspace)
    assert problems == ()
    composition = compositions["2027-01"]
    made = render(workspace, composition, cache)
    standard = editions(composition)[0]
    html, plain = (write(pieces, standard, b"https://nyt.example/x") for pieces in (made.email, made.text))
    return html.decode(), plain.decode()


@pytest.fixture
def article(starter: Path) -> Path:
    """The only article, in an issue of its own."""
    for path in (starter / "content/issues").glob("*.md"):
        path.unlink()
    front = "---\nsubject: Emne\npreheader: Forord\nsend: 2027-01-05 09:00\nblocks:\n  - article: alt-muligt\n---\n"
    (starter / "content/issues/2027-01.md").write_text(front, "utf-8")
    return starter / "content/articles/alt-muligt.md"


def with_examples(function: Any) -> Any:
    for text in HARD:
        function = example(text=text)(function)
    return function


@pytest.mark.parametrize("field", FIELDS)
def test_any_text_in_any_field_survives(starter: Path, article: Path, field: str) -> None:
    """Title, summary, a picture's alt text: in the HTML and in the plain text, once decoded, as they were written."""
    reader, cache = Reader(), Cache()

    @with_examples
    @given(text=TEXTS)
    def survives(text: str) -> None:
        values = {"title": "Titel", "summary": "Kort", "alt": "Et billede", field: text}
        photo = {"file": "logo.png", "alt": values.pop("alt"), "credit": "Os"}
        front = json.dumps({**values, "date": "2026-12-01", "photo": photo})
        article.write_text(f"---\n{front}\n---\nBrød.\n", "utf-8")
        try:
            html, plain = letter(starter, reader, cache)
        except Invalid as error:
            elsewhere = [problem for problem in error.problems if problem.path != "content/articles/alt-muligt.md"]
            if elsewhere:
                raise
            return
        shown = re.sub(r"\{\{\s*(reader\.\w+)\s*\}\}", r"{{ \1 }}", text)
        assert even(shown) in even(plain)
        assert even(shown) in visible(html)

    survives()


@with_examples
@given(text=TEXTS)
def test_any_text_as_prose_survives_or_becomes_what_markdown_makes_of_it(
    text: str,
) -> None:
    """Any body builds; its letters and digits come out in their order in HTML and text alike."""
    ((html, plain),) = render_prose([text], "p{color:#111111}", Cache())
    letters = [char for char in visible(html) if unicodedata.category(char)[0] in "LN"]
    said = [char for char in even(plain) if unicodedata.category(char)[0] in "LN"]
    assert [char for char in letters if char in said] == [char for char in said if char in letters]
    assert "\ue000" not in html.replace(text, "")
