"""Mistakes in segments.yml that a rule itself can know, and the examples of docs/segments.md."""

from __future__ import annotations

import re

from support import REPOSITORY, lines, problems_of, source

from newsletter.fields import read_yaml, validate
from newsletter.subscribers.segments import Rule, Segments

PAGE = (REPOSITORY / "docs/segments.md").read_text("utf-8")


def read(text: str):
    return validate(Segments, read_yaml(source(text)))


def test_two_words_with_signs_nobody_sees():
    text = 'a: {title: A, where: {role: "HR\\0"}}\nb: {title: B, where: {needs: ["x", "a\\u200bb"]}}\n'
    assert lines(problems_of(lambda: read(text))) == ["x.yml:1:29 value", "x.yml:2:36 value"]


def test_two_keys_that_say_nothing():
    text = "a:\n  title: A\n  where:\n    role:\nb:\n  title: B\n  where:\n    any: []\n"
    found = problems_of(lambda: read(text))
    assert [problem.line for problem in found] == [4, 8]
    assert all("says nothing" in problem.text for problem in found)


def test_accents_written_as_two_signs_are_one():
    assert read('a: {title: A, where: {role: "Cafe\u0301"}}').root["a"].where.role == ("Café",)


def test_the_page_tells_every_key():
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    keys = {name.rstrip("_") for name in Rule.model_fields}
    assert keys - {"all", "any", "not"} <= told


def test_the_examples_are_read():
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        read(example)


def test_the_page_tells_every_reason():
    from typing import get_args

    from newsletter.subscribers.why import Code

    assert set(get_args(Code)) <= set(re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE))
