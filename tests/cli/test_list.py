"""`newsletter list`."""

from __future__ import annotations

import json

import pytest
from kit import run
from support import put

from newsletter.build.catalogue import Row


def test_everything_is_listed_with_the_issues_that_show_it(root):
    result = run("list", "--workspace", root)
    assert result.exit_code == 0
    assert "stories\tbageriet\t2026-12-01\tBageriet\t2027-01" in result.stdout.splitlines()
    assert "issues\t2027-02\t2027-02-02 09:00\tNyt i februar fra kommunen\t" in result.stdout.splitlines()
    assert "segments\tbyggeri\t\tBygge og anlæg\t" in result.stdout.splitlines()
    assert "contacts\tservice\t\tVirksomhedsservice\t" in result.stdout.splitlines()


@pytest.mark.parametrize(
    "kind", ["articles", "contacts", "events", "guides", "issues", "schemes", "segments", "stories"]
)
def test_one_kind_is_listed_when_one_is_named(root, kind):
    rows = json.loads(run("list", kind, "--json", "--workspace", root).stdout)
    assert rows
    assert {row["kind"] for row in rows} == {kind}
    assert {tuple(row) for row in rows} == {tuple(Row.__annotations__)}
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)


def test_an_unknown_kind_is_refused(root):
    assert run("list", "story", "--workspace", root).exit_code == 2


def test_what_can_be_read_is_listed_beside_what_cannot(root):
    put(root, "content/stories/ny.md", "x")
    result = run("list", "stories", "--workspace", root)
    assert result.exit_code == 1
    assert "bageriet" in result.stdout
    assert "1 file cannot be read: `newsletter check` says why" in result.stderr


def test_a_workspace_that_cannot_be_read_is_told(root):
    put(root, "newsletter.yml", "x")
    result = run("list", "--workspace", root)
    assert result.exit_code == 1
    assert "newsletter.yml:1:1: error" in result.stderr
