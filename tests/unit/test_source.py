"""A text file and the places in it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import lines, problems_of, put, source

from newsletter.problems import Place
from newsletter.source import MAX_BYTES, read_source

if TYPE_CHECKING:
    from pathlib import Path


def read(root: Path, data: bytes) -> str:
    put(root, "a.md", data)
    return read_source(root, "a.md").text


@pytest.mark.parametrize(
    "data", [b"a\nb\n", b"a\r\nb\r\n", b"a\rb\r", b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\r\nb\r"], ids=repr
)
def test_line_ends_and_byte_order_mark_leave_no_trace(tmp_path, data):
    assert read(tmp_path, data) == "a\nb\n"


def test_the_digest_is_that_of_the_bytes(tmp_path):
    put(tmp_path, "a.md", b"a\r\n")
    assert read_source(tmp_path, "a.md").digest == hashlib.sha256(b"a\r\n").hexdigest()


@pytest.mark.parametrize(
    ("data", "place", "says"),
    [
        ("æ".encode("utf-16"), "a.md:1:1", "not UTF-8 but UTF-16"),
        ("Hej\nKære læser".encode("cp1252"), "a.md:2:2", "Windows-1252"),
        ("\ufeffæ\næ".encode() + b"\xe6", "a.md:2:2", "Windows-1252"),
        ("a\ra\r\nK\xe6re".encode("cp1252"), "a.md:3:2", "Windows-1252"),
        (b"ok\nab\0", "a.md:2:3", "NUL"),
        (b"ok\rab\0", "a.md:2:3", "NUL"),
        (b"x" * (MAX_BYTES + 1), "a.md:1:1", "larger than 1 MB"),
        (b"x" * 10_000_000, "a.md:1:1", "larger than 1 MB"),
    ],
    ids=[
        "utf-16",
        "cp1252",
        "cp1252 after a mark",
        "cp1252 with old line ends",
        "nul",
        "nul with old line ends",
        "one byte too many",
        "10 MB",
    ],
)
def test_what_is_no_text_is_told_with_its_place(tmp_path, data, place, says):
    put(tmp_path, "a.md", data)
    (problem,) = problems_of(lambda: read_source(tmp_path, "a.md"))
    assert str(problem.place) == place
    assert says in problem.text
    assert problem.hint


def test_the_largest_file_is_read(tmp_path):
    assert len(read(tmp_path, b"x" * MAX_BYTES)) == MAX_BYTES


def test_an_empty_file_is_an_empty_text(tmp_path):
    assert read(tmp_path, b"") == ""


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "missing"),
        (lambda path: path.mkdir(), "this is a folder"),
        (lambda path: path.symlink_to("nowhere"), "missing"),
        (lambda path: path.symlink_to(path.name), "points to itself"),
        (lambda path: (path.parent / "b").write_text("") or path.symlink_to("b/c"), "cannot be read"),
    ],
    ids=["missing", "folder", "broken link", "loop", "below a file"],
)
def test_what_cannot_be_opened_is_told(tmp_path, make, says):
    make(tmp_path / "a.md")
    (problem,) = problems_of(lambda: read_source(tmp_path, "a.md"))
    assert (str(problem.place), problem.code) == ("a.md:1:1", "file")
    assert says in f"{problem.text} {problem.hint}"
    assert str(tmp_path) not in str(problem)


def test_a_file_one_may_not_read(tmp_path):
    """Root may read everything, so root becomes nobody for a moment."""
    put(tmp_path, "a.md", "a").chmod(0)
    was = os.geteuid()
    os.seteuid(was or 65534)
    try:
        (problem,) = problems_of(lambda: read_source(tmp_path, "a.md"))
    finally:
        os.seteuid(was)
    assert "permission" in problem.hint


@given(st.text(alphabet=st.sampled_from("ab\næ😀\u2028")), st.data())
def test_a_place_is_the_line_and_column_one_counts(text, data):
    offset = data.draw(st.integers(0, len(text)))
    before = text[:offset].split("\n")
    assert source(text).place(offset) == Place("x.yml", len(before), len(before[-1]) + 1)


@given(st.text(alphabet="ab\n"), st.text(alphabet="ab\n", min_size=1, max_size=2), st.integers(0, 3))
def test_find_gives_the_nth_needle_or_the_start(text, needle, nth):
    found = [index for index in range(len(text)) if text.startswith(needle, index)]
    expected = found[nth] if nth < len(found) else 0
    assert source(text).find(needle, nth=nth) == source(text).place(expected)


def test_find_looks_from_the_start_it_is_given():
    text = source("title: a\n---\na b a\n")
    assert text.find("a", start=13) == Place("x.yml", 3, 1)
    assert text.find("a", start=13, nth=1) == Place("x.yml", 3, 5)
    assert text.find("zebra", start=13) == Place("x.yml", 3, 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_told(tmp_path, data):
    put(tmp_path, "a.md", data)
    told = problems_of(lambda: read_source(tmp_path, "a.md"))
    assert all(line.startswith("a.md:") for line in lines(told))
