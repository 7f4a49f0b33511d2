"""YAML that keeps its places, and problems with a cure."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field
from support import problems_of, source

from newsletter.fields import Model, read_yaml, validate
from newsletter.problems import Place


class Inner(Model):
    name: str = Field(min_length=1)
    count: int = Field(1, ge=1, le=9)


class Outer(Model):
    title: str
    on: date | None = None
    at: time | None = None
    start: datetime | None = None
    public: bool = False
    share: float = 0
    colour: Literal["red", "blue"] = "red"
    words: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    by: dict[str, int] = Field(default_factory=dict)


def read(text: str) -> Outer:
    return validate(Outer, read_yaml(source(text)))


def told(text: str) -> list[str]:
    return [str(problem).replace("\n    ", " | ") for problem in problems_of(lambda: read(text))]


def test_scalars_stay_what_was_written():
    text = "title: no\nwords: [on, 0101, 10:30, 1_000, ~x, 1e3, 0x1F]\nby: {2027-01: 6, on: 1}\n"
    outer = read(text)
    assert outer.title == "no"
    assert outer.words == ("on", "0101", "10:30", "1_000", "~x", "1e3", "0x1F")
    assert outer.by == {"2027-01": 6, "on": 1}


def test_the_model_decides_what_a_scalar_is():
    outer = read("title: x\non: 2027-01-05\nat: 09:00\nstart: 2027-01-05 09:00\npublic: yes\nshare: 0.2")
    assert (outer.on, outer.at, outer.start) == (date(2027, 1, 5), time(9), datetime.fromisoformat("2027-01-05 09:00"))
    assert (outer.public, outer.share) == (True, 0.2)


def test_two_errors_are_both_told_sorted_with_their_places():
    assert told("inner:\n  - nam: a\n    count: 12\ntitle:\nextra: 1\n") == [
        "x.yml:2:5: error: 'name' is missing [missing-key] | add a line `name: …`",
        "x.yml:2:5: error: unknown key 'nam' [unknown-key] | did you mean 'name'?",
        "x.yml:3:12: error: inner.1.count: the number is too large [value]",
        "x.yml:4:7: error: title: a text is expected [value] | write a text after the colon",
        f"x.yml:5:1: error: unknown key 'extra' [unknown-key] | known are: {', '.join(sorted(Outer.model_fields))}",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("on: 5. januar", "on: this is not a date [value] | write year-month-day"),
        ("on: 20270105", "on: a date without a time is expected"),
        ("on: -86400", "on: this is not a date [value]"),
        ("on: 0227-01-05", "on: the year 227 is a slip"),
        ("start: 1736000000", "start: this is not a date"),
        ("start: 2027-01-05 9.00", "start: this is not a date with a time"),
        ("at: 900", "at: this is not a time of day"),
        ("at: 9", "at: this is not a time of day"),
        ("at: 09:00+01:00", "at: a time here is wall clock"),
        ("public: maybe", "public: true or false is expected"),
        ("share: much", "share: this is not a number"),
        ("colour: green", "colour: 'green' is not known here [value] | write 'red' or 'blue'"),
        ("words: one", "words: a list is expected"),
        ("inner: [one]", "inner.1: lines of `key: value` are expected"),
        ("by: [1]", "by: lines of `key: value` are expected"),
        ("by: {a: b}", "by.a: this is not a whole number"),
        ("inner: [{name: ''}]", "inner.1.name: the text is empty"),
        ("inner: [{name: a, count: 0}]", "inner.1.count: the number is too small"),
    ],
)
def test_each_wrong_value_has_its_words(text, says):
    (line,) = told(f"title: x\n{text}")
    assert line.startswith("x.yml:2:")
    assert says in line


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("title: a\n\twords: b", "2:1", "a tab stands here"),
        ("title: a\nwords:\n\t- b", "3:1", "a tab stands here"),
        ("title: a: b", "1:9", "a colon too many"),
        ("title: a\nwords", "2:6", "a colon is missing"),
        ("title: a\nwords: 'b\nshare: 1\n", "2:8", "not closed"),
        ("title: a\nwords: [a, b\nshare: 1", "2:8", "not closed"),
        ("title: a\n  words: b", "2:8", "a colon too many"),
        ("title: a\nwords:\n  - b\n share: 1", "4:2", "the indent does not fit"),
        ('title: "C:\\q"', "1:11", "a backslash"),
        ("title: *x", "1:8", "references"),
        ("title: @x", "1:8", "does not begin with this sign"),
        ("title: a\n---\nwords: b", "2:1", "a line of ---"),
        ("- a\n- b", "1:1", "`key: value` lines is expected"),
        ("text", "1:1", "`key: value` lines is expected"),
        ("title: a\x01b", "1:9", "invisible control character"),
        ("title: a\nwords: !x b", "2:8", "the tag '!x'"),
        ("? [a]\n: b", "1:3", "a key must be one word"),
        ("title: a\ntitle: b", "2:1", "the key 'title' is doubled"),
        ("title: &t a\nwords: [*t]", "1:8", "references"),
        ("title: &t [*t]", "1:8", "references"),
        ("title: a\nwords: " + "[" * 90 + "]" * 90, "2:9", "a text is expected"),
        ("title: a\nwords: " + "[" * 5000, "1:1", "nested too deeply"),
        ("title: " + "{a: " * 100_000, "1:1", "nested too deeply"),
        ("- " * 100_000, "1:1", "nested too deeply"),
        ("? " * 900, "1:1", "nested too deeply"),
        ("\n".join("  " * n + "a:" for n in range(300)), "1:1", "nested too deeply"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_not_yaml_is_told_in_plain_words(text, place, says):
    problems = problems_of(lambda: read(text))
    assert says in "\n".join(map(str, problems))
    assert str(problems[0].place) == f"x.yml:{place}"
    assert all(problem.hint for problem in problems)


def test_a_yaml_bomb_does_not_grow():
    bomb = "a: &a [x]\n" + "\n".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefgh"))
    problems = problems_of(lambda: read_yaml(source(bomb)))
    assert {problem.code for problem in problems} == {"yaml"}
    assert len(problems) < 100


def test_two_errors_of_the_yaml_itself():
    assert told("title: a\ntitle: b\nwords: !x c\n") == [
        "x.yml:2:1: error: the key 'title' is doubled [doubled-key] | keep one of the two",
        "x.yml:3:8: error: the tag '!x' is not used here [yaml] | put quotes around a text that begins with !",
    ]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n"])
def test_an_empty_text_has_no_keys(text):
    assert read_yaml(source(text)).data == {}


def test_a_list_whose_lines_failed_is_not_also_empty():
    class One(Model):
        inner: tuple[Inner, ...] = Field(min_length=1)

    document = read_yaml(source("inner:\n  - name:\n"))
    assert [problem.line for problem in problems_of(lambda: validate(One, document))] == [2]
    document = read_yaml(source("inner: []\n"))
    assert [problem.text for problem in problems_of(lambda: validate(One, document))] == ["inner: the list is empty"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]) | st.sampled_from("\n\t😀æ"), max_size=40)


@given(TEXTS)
@example("\u2028\x85\ufeff")
def test_any_printable_text_is_kept_when_quoted(text):
    assert read_yaml(source(yaml.safe_dump({"title": text}, allow_unicode=True))).data == {"title": text}
    single = text.replace("\n", " ").replace("\t", " ")
    if single == single.strip() and "\x85" not in single and single.isprintable():
        quoted = "'" + single.replace("'", "''") + "'"
        assert read_yaml(source(f"title: {quoted}\n")).data == {"title": single}


@given(st.dictionaries(st.sampled_from("abcdef"), TEXTS, min_size=1), st.randoms())
def test_the_order_of_keys_does_not_matter(data, random):
    keys = list(data)
    random.shuffle(keys)
    shuffled = yaml.safe_dump({key: data[key] for key in keys}, allow_unicode=True, sort_keys=False)
    assert read_yaml(source(shuffled)).data == data


@given(st.lists(st.text(alphabet="ab#\u2028\x85æ😀", max_size=9), max_size=4))
def test_places_are_those_one_counts(before):
    text = "".join(f'key{number}: "{value}"\n\n' for number, value in enumerate(before)) + "deep:\n  - one: NEEDLE\n"
    document = read_yaml(source(text))
    assert document.place("deep", 0, "one") == source(text).find("NEEDLE")
    assert document.keys["deep", 0, "one"] == source(text).find("one: ")
    assert document.place("deep", 0, "two", 3) == source(text).find("one: ")
    assert document.place("nowhere") == Place("x.yml", 1, 1)


def test_places_below_the_top_of_a_file():
    text = "---\na: 1\nb: 2\n---\n"
    document = read_yaml(source(text), 4, 14)
    assert document.data == {"a": "1", "b": "2"}
    assert document.place("b") == Place("x.yml", 3, 4)


@given(st.text(max_size=60))
def test_any_text_is_read_or_told(text):
    for problem in problems_of(lambda: read(text)):
        assert 1 <= problem.line <= text.count("\n") + 1
        assert 1 <= problem.column <= len(text) + 1


@given(
    st.lists(
        st.sampled_from([*"[]{},:-?&*!|>'\"%@`#\n\t ", "a", "- ", ": ", "---\n", "title: ", "words:\n"]), max_size=30
    )
)
def test_any_yaml_like_text_is_read_or_told(pieces):
    for problem in problems_of(lambda: read("".join(pieces))):
        assert problem.text
