"""What was rendered before."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import put

from newsletter.build import cache as module
from newsletter.build.cache import CACHE_FILE, Cache


class Counted:
    """Makes a value and counts how often."""

    def __init__(self, value=("x", 1)):
        self.value, self.made = value, 0

    def __call__(self):
        self.made += 1
        return self.value


def test_the_same_inputs_are_made_once(tmp_path):
    make = Counted()
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", [1, {"b": 2}], make) == ["x", 1]
        assert cache.get_or("a", [1, {"b": 2}], make) == ["x", 1]
        assert make.made == 1
        cache.get_or("a", [1, {"b": 3}], make)
        cache.get_or("b", [1, {"b": 2}], make)
        assert make.made == 3


def test_the_next_run_finds_what_was_saved(tmp_path):
    with Cache(tmp_path) as cache:
        cache.get_or("a", "æ\ud800", Counted("værdi"))
    make = Counted("anders")
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", "æ\ud800", make) == "værdi"
    assert make.made == 0


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Cache() as cache:
        cache.get_or("a", 1, Counted())
    assert list(tmp_path.iterdir()) == []


def test_other_code_never_takes_it_for_fresh(tmp_path, monkeypatch):
    with Cache(tmp_path) as cache:
        cache.get_or("a", 1, Counted("old"))
    monkeypatch.setattr(module, "fingerprint", lambda: "another")
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", 1, Counted("new")) == "new"


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite format 3\0" + b"x" * 200])
def test_a_damaged_file_is_made_anew(tmp_path, data):
    put(tmp_path, CACHE_FILE, data)
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", 1, Counted("v")) == "v"
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", 1, Counted("w")) == "v"


def test_a_table_of_another_form_does_no_harm(tmp_path):
    file = put(tmp_path, CACHE_FILE, b"")
    rows = sqlite3.connect(file)
    rows.execute("CREATE TABLE part (other TEXT)")
    rows.commit()
    rows.close()
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", 1, Counted("v")) == "v"


def test_a_folder_that_cannot_be_made_is_given_up_quietly(tmp_path):
    put(tmp_path, "build", "a file")
    with Cache(tmp_path / "build") as cache:
        assert cache.get_or("a", 1, Counted("v")) == "v"


def test_a_file_that_cannot_be_opened_is_given_up_quietly(tmp_path):
    (tmp_path / CACHE_FILE).mkdir(parents=True)
    with Cache(tmp_path) as cache:
        assert cache.get_or("a", 1, Counted("v")) == "v"


def test_a_value_that_is_locked_by_another_build_does_not_stop_this_one(tmp_path):
    with Cache(tmp_path) as first, Cache(tmp_path) as second:
        assert first.get_or("a", 1, Counted("v")) == "v"
        assert second.get_or("a", 1, Counted("v")) == "v"


def test_old_rows_go_when_there_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    for number in range(6):
        with Cache(tmp_path) as cache:
            cache.get_or("a", number, Counted(number))
    make = Counted("new")
    with Cache(tmp_path) as cache:
        assert [cache.get_or("a", number, make) for number in range(6)] == ["new", "new", "new", 3, 4, 5]


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_what_json_holds_comes_back_as_it_was(value):
    if value is not None:
        assert Cache().get_or("a", 1, lambda: value) == value
