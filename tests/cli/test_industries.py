"""`newsletter industries`."""

from __future__ import annotations

import json

import pytest
from kit import run
from support import edit, put

from newsletter.cli.industries import Named, Row


def test_without_words_the_sections_are_listed(root):
    lines = run("industries", "--workspace", root).stdout.splitlines()
    assert len(lines) == 22
    assert lines[5] == "F\tsection\tBygge- og anlægsaktiviteter\t40 codes"


def test_a_code_shows_where_it_belongs_and_what_is_below(root):
    result = run("industries", "43.2", "--workspace", root)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "F\tsection\tBygge- og anlægsaktiviteter\tConstruction"
    assert lines[2].startswith("43.2\tgroup\tEl-installation")
    assert lines[3:5] == ["Group of ten: 3 Bygge og anlæg (Construction)", "Below:"]
    assert lines[5] == "43.21\tEl-installation\tElectrical installation"


def test_several_codes_are_shown_each(root):
    assert run("industries", "F", "96.21", "--workspace", root).stdout.count("Group of ten") == 2


def test_words_search_the_headings(root):
    lines = run("industries", "frisør", "--workspace", root).stdout.splitlines()
    assert lines[0].startswith("96.2\tgroup\tDrift af frisør")
    english = run("industries", "hairdressing", "--language", "en", "--workspace", root).stdout
    assert english.startswith("96.2\tgroup\tHairdressing")
    none = run("industries", "xyzzy", "--workspace", root)
    assert (none.exit_code, none.stdout) == (0, "")
    assert "no heading of DB25 holds 'xyzzy'" in none.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["43.25", "45"], "DB25 has no code 43.25; near it: 43.22"),
        (["45", "43.25"], "DB25 has no code 45; near it: 43"),
        (["43.2x"], "'43.2x' is not an industry code; write a section"),
    ],
)
def test_an_unknown_code_is_refused_with_a_guess(root, words, told):
    result = run("industries", *words, "--workspace", root)
    assert result.exit_code == 2
    assert told in result.stderr


def test_the_nomenclature_is_the_workspaces_or_the_one_named(root):
    assert run("industries", "45", "--nomenclature", "DB07", "--workspace", root).exit_code == 0
    edit(root, "newsletter.yml", "title: Nyt", "title: Nyt\nindustries: DB07")
    result = run("industries", "45", "--workspace", root)
    assert result.stdout.startswith("G\tsection\tEngroshandel")
    assert "its headings come with your own subscribers/industries/DB07.csv" in result.stderr


def test_the_users_own_titles_are_shown_and_bad_lines_told(root):
    text = "KODE;NIVEAU;TITEL\n43.22.00;5;Vvs\n45.11;4;Biler\nxx;1;Y\n"
    put(root, "subscribers/industries/DB25.csv", text)
    result = run("industries", "43.22", "--workspace", root)
    assert result.exit_code == 1
    assert "43.22.00\tVvs" in result.stdout
    assert "DB25.csv:3:1: error: DB25 has no code 45.11" in result.stderr
    assert "DB25.csv:4:1: error: 'xx' is not an industry code" in result.stderr


@pytest.mark.parametrize("words", [[], ["43.22"], ["frisør"]])
def test_programs_get_the_same_facts(root, words):
    rows = json.loads(run("industries", *words, "--json", "--workspace", root).stdout)
    assert rows
    assert {tuple(row) for row in rows} == {tuple(Row.__annotations__)}
    named = [each for row in rows for each in (row["group10"], *row["path"], *row["below"])]
    assert {tuple(each) for each in named} == {tuple(Named.__annotations__)}
