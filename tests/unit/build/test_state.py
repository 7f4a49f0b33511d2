"""Seeing from the stats of files alone that nothing has changed."""

from __future__ import annotations

import json
import os

import pytest
from support import edit, put

from newsletter.build import state as module
from newsletter.build.pipeline import Builder
from newsletter.build.state import STATE_FILE, intact, load_state, look, stats, unchanged


def built(root):
    """A workspace whose files are older than a tick, built."""
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, ns=(10**18, 10**18))
    with Builder(root).cache:
        pass
    builder = Builder(root)
    with builder.cache:
        return builder.build()


def test_after_a_build_nothing_has_changed(root):
    report = built(root)
    again = unchanged(root, root / "build", [])
    assert [issue["digest"] for issue in again["issues"]] == [issue["digest"] for issue in report["issues"]]
    assert not any(edition["rebuilt"] for issue in again["issues"] for edition in issue["editions"])
    assert [issue["issue"] for issue in unchanged(root, root / "build", ["2027-02"])["issues"]] == ["2027-02"]


@pytest.mark.parametrize(
    "change",
    [
        lambda root: edit(root, "content/articles/nye-regler.md", "Nye", "Ny"),
        lambda root: put(root, "content/articles/to.md", "x"),
        lambda root: (root / "content/guides/trin.md").unlink(),
        lambda root: (root / "content/guides/trin.md").rename(root / "content/guides/nye-trin.md"),
        lambda root: edit(root, "build/2027-01/manifest.json", "januar", "Januar"),
        lambda root: (root / "build/index.html").unlink(),
        lambda root: next((root / "build").rglob("email.html")).unlink(),
        lambda root: next((root / "build/assets").iterdir()).unlink(),
        lambda root: put(root, f"build/{STATE_FILE}", "{"),
        lambda root: put(root, f"build/{STATE_FILE}", '{"issues": {}}'),
        lambda root: (root / "build" / STATE_FILE).unlink(),
    ],
)
def test_any_change_to_a_file_or_an_output_is_work_to_do(root, change):
    built(root)
    assert unchanged(root, root / "build", []) is not None
    change(root)
    assert unchanged(root, root / "build", []) is None


def test_an_issue_that_was_never_built_is_work_to_do(root):
    built(root)
    assert unchanged(root, root / "build", ["2027-03"]) is None


def test_other_code_is_work_to_do(root, monkeypatch):
    built(root)
    monkeypatch.setattr(module, "fingerprint", lambda: "another")
    assert unchanged(root, root / "build", []) is None


def test_a_file_changed_this_very_moment_is_looked_into_again(root):
    put(root, "newsletter.yml", (root / "newsletter.yml").read_bytes())
    os.utime(root / "newsletter.yml")
    assert look(root)["newsletter.yml"] == (0, 0, 0)
    os.utime(root / "newsletter.yml", ns=(1, 1))
    assert look(root)["newsletter.yml"][0] == 1


def test_outputs_are_intact_while_they_are_as_they_were(tmp_path):
    put(tmp_path, "a/b", "x")
    noted = json.loads(json.dumps(stats(tmp_path, ["a/b"])))
    assert intact(tmp_path, noted)
    put(tmp_path, "a/b", "xy")
    assert not intact(tmp_path, noted)
    (tmp_path / "a/b").unlink()
    assert not intact(tmp_path, noted)


def test_nothing_noted_is_no_state(tmp_path):
    assert load_state(tmp_path) is None
    put(tmp_path, STATE_FILE, "[]")
    assert load_state(tmp_path) is None


def test_a_file_name_that_is_not_utf_8_is_noted_too(root):
    with open(bytes(root) + b"/content/stories/\xe6.md", "wb") as file:  # noqa: PTH123  # a Path holds text
        file.write(b"x")
    report = built(root)
    assert [finding["path"] for finding in report["findings"]] == ["content/stories/?.md"]
    assert load_state(root / "build")["findings"] == report["findings"]
