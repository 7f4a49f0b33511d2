"""Headings go down one level at a time and have words. The body of a test file begins on line 6."""

from __future__ import annotations

import pytest
from checks_kit import a_file, places, said


@pytest.mark.parametrize(
    "body",
    [
        "",
        "# A\n\n## B\n\n### C\n\n## D\n\n### E",
        "## A\n\n## B",
        "# A\n\n### B",  # # and ## come to the same level
        "A\n===\n\nB\n---\n\n### C",
        "```\n##### A\n```",
        "\\#### ikke en overskrift",
    ],
)
def test_headings_in_order_pass(body):
    assert said("heading-order", a_file(body)) == []


def test_headings_that_skip_a_level_are_refused():
    body = "### For dybt\n\n## A\n\n```\n## kode\n```\n\n#### *Også* for dybt\n\n##### Følger\n\n## B\n"
    assert said("heading-order", a_file(body)) == [
        "6:1 the heading 'For dybt' skips a level",
        "14:1 the heading 'Også for dybt' skips a level",
    ]


@pytest.mark.parametrize("body", ["## A", "#1 i rækken", "Tekst", "`##`", "```\n##\n```", "# [Vi](https://a.dk)"])
def test_headings_with_words_pass(body):
    assert said("heading-empty", a_file(body)) == []


def test_headings_without_words_are_refused():
    assert places("heading-empty", a_file("## A\n\n##\n\nTekst\n\n### \n\nMere")) == ["8:1", "12:1"]
