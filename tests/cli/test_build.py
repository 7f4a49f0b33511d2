"""`newsletter build`."""

from __future__ import annotations

import json

import pytest
from kit import call, run
from support import edit, put

from newsletter.build.report import EditionReport, Finding, IssueReport, Report


def files(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in (root / "build").rglob("*") if path.is_file()
    }


def kept(root):
    """The build without the notes of this machine."""
    return {path: data for path, data in files(root).items() if "/.cache/" not in path}


def test_all_issues_are_sealed(root):
    result = run("build", "--workspace", root)
    assert result.exit_code == 0
    assert "2 of 2 issues sealed, no errors, 0 warnings" in result.stdout
    assert (root / "build/2027-01/manifest.json").is_file()
    assert (root / "build/index.html").is_file()


def test_one_issue_is_sealed_when_one_is_named(root):
    result = run("build", "2027-02", "--workspace", root)
    assert result.exit_code == 0
    assert "1 of 1 issue sealed" in result.stdout
    assert not (root / "build/2027-01").exists()


def test_building_again_changes_nothing_and_says_so(root):
    run("build", "--workspace", root)
    before = kept(root)
    result = run("build", "--explain", "--workspace", root)
    assert "up to date" in result.stdout
    assert "nothing that goes into it has changed" in result.stdout
    assert kept(root) == before


def test_the_same_files_give_the_same_bytes_anywhere(root, tmp_path):
    from support import write_workspace

    other = write_workspace(tmp_path / "elsewhere")
    for each in (root, other):
        assert run("build", "--workspace", each).exit_code == 0
    assert kept(root) == kept(other)


def test_a_change_is_built_and_explained(root):
    run("build", "--workspace", root)
    edit(root, "content/articles/nye-regler.md", "Nye regler", "Helt nye regler")
    result = run("build", "--explain", "--workspace", root)
    assert "because content/articles/nye-regler.md changed" in result.stdout
    assert "3 of 3 editions built anew" in result.stdout
    assert "2027-02" in result.stdout
    assert "Helt nye regler" in next((root / "build/2027-01").glob("standard-*/email.txt")).read_text("utf-8")


def test_errors_leave_with_1_and_the_last_good_build_stays(root):
    run("build", "--workspace", root)
    before = kept(root)
    edit(root, "content/issues/2027-01.md", "story: bageriet", "story: bagerit")
    result = run("build", "--workspace", root)
    assert result.exit_code == 1
    assert (
        "content/issues/2027-01.md:9:12: error: there is no content/stories/bagerit.md [unknown-item]" in result.stdout
    )
    assert "did you mean 'bageriet'?" in result.stdout
    assert "2027-01: not sealed" in result.stdout
    assert "2027-02: sealed" in result.stdout
    after = kept(root)
    assert {path: data for path, data in after.items() if "/2027-01/" in path} == {
        path: data for path, data in before.items() if "/2027-01/" in path
    }


def test_a_broken_settings_file_is_told_and_nothing_is_written(root):
    put(root, "newsletter.yml", "title: [")
    result = run("build", "--workspace", root)
    assert result.exit_code == 1
    assert "newsletter.yml:1:9: error: a value is missing here [yaml]" in result.stdout
    assert not list((root / "build").glob("[a-z0-9]*"))


def test_a_slot_nobody_knows_is_told_and_is_no_bug(root):
    edit(root, "content/articles/nye-regler.md", "Kort", "Hej {{ reader.shoe_size }}. Kort")
    result = run("build", "--workspace", root)
    assert result.exit_code == 1
    assert "content/articles/nye-regler.md:7:5: error" in result.stdout
    assert "[unknown-slot]" in result.stdout


def test_an_issue_nobody_knows_is_a_mistake_of_usage(root):
    result = run("build", "2027-1", "--workspace", root)
    assert result.exit_code == 2
    assert "there is no issue '2027-1': did you mean '2027-01'?" in result.stderr


def test_an_issue_that_cannot_be_read_is_told(root):
    put(root, "content/issues/2027-03.md", "x")
    result = run("build", "2027-03", "--workspace", root)
    assert result.exit_code == 1
    assert "content/issues/2027-03.md:1:1: error" in result.stdout


def test_an_issue_that_is_gone_leaves_build_too(root):
    run("build", "--workspace", root)
    (root / "content/issues/2027-02.md").unlink()
    run("build", "--workspace", root)
    assert not (root / "build/2027-02").exists()


class TestJson:
    """The same facts for programs."""

    def report(self, root, *words) -> Report:
        result = run("build", "--json", *words, "--workspace", root)
        return json.loads(result.stdout)

    def test_it_has_the_documented_form(self, root):
        put(root, "content/stories/notes.txt", "x")
        report = self.report(root)
        assert set(report) == set(Report.__annotations__)
        assert [set(issue) for issue in report["issues"]] == [set(IssueReport.__annotations__)] * 2
        assert set(report["issues"][0]["editions"][0]) == set(EditionReport.__annotations__)
        (finding,) = report["findings"]
        assert set(finding) == set(Finding.__annotations__)
        assert [edition["name"] for edition in report["issues"][0]["editions"]] == ["standard", "byggeri", "handel"]
        assert report["issues"][0]["editions"][1]["segments"] == [["byggeri"]]
        assert report["issues"][0]["sent"] == "2027-01-05 09:00"
        assert len(report["issues"][0]["digest"]) == 64

    def test_a_second_build_tells_the_same_but_for_what_was_rebuilt(self, root):
        first, second = self.report(root), self.report(root)
        assert all(edition["rebuilt"] for issue in first["issues"] for edition in issue["editions"])
        assert not any(edition["rebuilt"] for issue in second["issues"] for edition in issue["editions"])
        for report in (first, second):
            for issue in report["issues"]:
                issue["reasons"] = []
                for edition in issue["editions"]:
                    edition["rebuilt"] = None
        assert first == second

    def test_the_digest_is_that_of_the_manifest(self, root):
        for issue in self.report(root)["issues"]:
            manifest = json.loads((root / "build" / issue["issue"] / "manifest.json").read_bytes())
            assert manifest["digest"] == issue["digest"]
            folders = [edition["folder"] for edition in issue["editions"]]
            assert [edition["folder"] for edition in manifest["editions"]] == folders

    def test_errors_are_findings_and_leave_with_1(self, root):
        edit(root, "content/issues/2027-01.md", "story: bageriet", "story: bagerit")
        result = run("build", "--json", "--workspace", root)
        assert result.exit_code == 1
        issue = json.loads(result.stdout)["issues"][0]
        assert issue["digest"] is None
        assert [finding["code"] for finding in issue["findings"]] == ["unknown-item"]


class TestProgram:
    """As a program of its own."""

    def test_it_builds_from_any_folder_of_the_workspace(self, root):
        done = call("build", folder=root / "content/stories")
        assert (done.returncode, done.stderr) == (0, "")
        assert "2 of 2 issues sealed" in done.stdout
        assert call("build", folder=root).stdout.count("up to date") == 2

    def test_a_file_name_that_is_not_utf_8_is_told(self, root):
        with open(bytes(root) + b"/content/stories/b\xe6ger.md", "wb"):  # noqa: PTH123  # a Path holds text
            pass
        done = call("build", folder=root)
        assert done.returncode == 1
        assert "content/stories/b?ger.md:1:1: error" in done.stdout

    @pytest.mark.parametrize("colour", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_no_colours_go_into_a_pipe(self, root, colour):
        put(root, "content/stories/notes.txt", "x")
        assert "\x1b" not in call("check", folder=root, **colour).stdout


def test_the_starter_is_built_without_errors(starter):
    result = run("build", "--workspace", starter)
    assert result.exit_code == 0, result.output
