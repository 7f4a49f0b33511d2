"""`newsletter check`."""

from __future__ import annotations

import json

import pytest
from kit import run
from support import edit, put

from newsletter.build.report import Finding


def two_problems(root):
    put(root, "content/stories/notes.txt", "x")
    edit(root, "content/issues/2027-01.md", "story: bageriet", "story: bagerit")


def test_a_workspace_without_problems_leaves_with_0_and_nothing_is_written(root):
    result = run("check", "--workspace", root)
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings\n")
    assert not (root / "build").exists()


def test_findings_have_place_text_code_and_cure(root):
    two_problems(root)
    result = run("check", "--workspace", root)
    assert result.exit_code == 1
    assert result.stdout == (
        "content/issues/2027-01.md:9:12: error: there is no content/stories/bagerit.md [unknown-item]\n"
        "    did you mean 'bageriet'?\n"
        "content/stories/notes.txt:1:1: warning: the file is not read [unread-file]\n"
        "    files here end in .md\n"
        "1 error, 1 warning\n"
    )


def test_warnings_alone_leave_with_0(root):
    put(root, "content/stories/notes.txt", "x")
    assert run("check", "--workspace", root).exit_code == 0


def test_json_is_a_list_of_findings(root):
    two_problems(root)
    result = run("check", "--format", "json", "--workspace", root)
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [set(each) for each in found] == [set(Finding.__annotations__)] * 2
    assert [each["severity"] for each in found] == ["error", "warning"]
    assert found[0] == {
        "path": "content/issues/2027-01.md",
        "line": 9,
        "column": 12,
        "code": "unknown-item",
        "severity": "error",
        "text": "there is no content/stories/bagerit.md",
        "hint": "did you mean 'bageriet'?",
    }


def test_annotations_of_a_pull_request_are_escaped(root):
    put(root, "content/stories/a,b%:c.txt", "x")
    result = run("check", "--format", "github", "--workspace", root)
    assert result.stdout == (
        "::warning file=content/stories/a%2Cb%25%3Ac.txt,line=1,col=1,title=unread-file::"
        "the file is not read (files here end in .md)\n"
    )


def test_one_issue_is_checked_when_one_is_named(root):
    two_problems(root)
    assert run("check", "2027-02", "--workspace", root).exit_code == 0
    assert run("check", "2027-01", "--workspace", root).exit_code == 1
    assert run("check", "2027-9", "--workspace", root).exit_code == 2


def test_many_broken_files_are_all_told(root):
    put(root, "newsletter.yml", "")
    put(root, "layouts/theme.yml", "- a")
    put(root, "subscribers/segments.yml", b"\xff\xfe")
    put(root, "content/stories/bageriet.md", "")
    found = json.loads(run("check", "--format", "json", "--workspace", root).stdout)
    assert {each["path"] for each in found} == {
        "newsletter.yml",
        "layouts/theme.yml",
        "subscribers/segments.yml",
        "content/stories/bageriet.md",
    }


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_check_finds_what_a_build_finds(root, form):
    two_problems(root)
    assert (
        run("check", "--format", form, "--workspace", root).exit_code
        == run("build", "--workspace", root).exit_code
        == 1
    )


def test_the_starter_has_no_errors(starter):
    result = run("check", "--workspace", starter)
    assert result.exit_code == 0, result.output
