"""Reading all files, with all problems, and never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import FILES, PNG, edit, lines, problems_of, put, write_workspace

from newsletter.problems import Invalid
from newsletter.workspace import Reader, read_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.problems import Problem


def told(root: Path) -> tuple[Problem, ...]:
    """The problems of a workspace, whether it can be read or not."""
    try:
        return read_workspace(root).problems
    except Invalid as error:
        return error.problems


def test_everything_is_read(root):
    workspace = read_workspace(root)
    assert workspace.problems == ()
    assert workspace.broken == frozenset()
    assert {kind: list(items) for kind, items in workspace.items.items()} == {
        "article": ["nye-regler"],
        "contact": ["service"],
        "event": ["morgenmoede"],
        "guide": ["trin"],
        "scheme": ["fleksjob"],
        "story": ["bageriet"],
    }
    assert list(workspace.issues) == ["2027-01", "2027-02"]
    assert list(workspace.segments) == ["byggeri", "handel", "begge"]
    assert list(workspace.campaigns) == ["besoeg"]
    assert set(workspace.templates) == {"issue.mjml.j2", "text/issue.txt.j2"}
    assert list(workspace.images) == ["logo.png"]
    assert set(workspace.digests) == {*FILES, "content/images/logo.png"}


def test_the_repositorys_own_workspace_has_no_problems(starter):
    assert read_workspace(starter).problems == ()


TWO_ERRORS = {
    "newsletter.yml": ("title: Nyt", "titel: Nyt", [(1, 1, "missing-key"), (1, 1, "unknown-key")]),
    "layouts/theme.yml": ("width: 100}", "width: 1}\nwidht: 9", [(2, 46, "value"), (3, 1, "unknown-key")]),
    "layouts/prose.css": (
        "var(--link)",
        "var(--lnk); border-color: var(--frame)",
        [(2, 12, "unknown-colour"), (2, 38, "unknown-colour")],
    ),
    "subscribers/segments.yml": ("industry: F", "industri: F", [(1, 1, "")]),
    "campaigns/besoeg.yml": ("first tuesday", "first twosday", [(7, 7, "value")]),
    "content/articles/nye-regler.md": (
        "date: 2027-01-02",
        "date: i går\nday: 2",
        [(4, 7, "value"), (5, 1, "unknown-key")],
    ),
    "content/contacts/service.md": ("role: ", "rolle: ", [(2, 1, "missing-key"), (4, 1, "unknown-key")]),
    "content/events/morgenmoede.md": ("host: ", "hos: ", [(2, 1, "missing-key"), (7, 1, "unknown-key")]),
    "content/guides/trin.md": (
        "{title: Ring, who: I",
        "{titel: Ring",
        [(6, 5, "missing-key")] * 2 + [(6, 6, "unknown-key")],
    ),
    "content/issues/2027-01.md": ("lead: opening", "led: opening", []),
    "content/schemes/fleksjob.md": ("steps: [Ring til os.]", "steps: []", [(7, 8, "value")]),
    "content/stories/bageriet.md": ('industry: "10"', "industry: bager", [(5, 37, "value")]),
}
MORE = {
    "subscribers/segments.yml": ("title: Handel", "titel: Handel"),
    "campaigns/besoeg.yml": ("total: 12", "total: tolv"),
    "content/issues/2027-01.md": ("newest 2", "newest 2 taged lov"),
    "content/schemes/fleksjob.md": ("2026-12-15", "15.12.2026"),
    "content/stories/bageriet.md": ("date: 2026-12-01", "date: 1. dec"),
}
PLACES = {
    "subscribers/segments.yml": [(4, 5, "unknown-key"), (6, 3, "missing-key"), (6, 3, "unknown-key")],
    "campaigns/besoeg.yml": [(7, 7, "value"), (11, 12, "value")],
    "content/issues/2027-01.md": [(7, 5, "unknown-key"), (8, 24, "value")],
    "content/schemes/fleksjob.md": [(7, 8, "value"), (9, 13, "value")],
    "content/stories/bageriet.md": [(4, 7, "value"), (5, 37, "value")],
}


@pytest.mark.parametrize("path", TWO_ERRORS)
def test_two_errors_in_one_file_are_both_told_sorted(root, path):
    old, new, expected = TWO_ERRORS[path]
    edit(root, path, old, new)
    if path in MORE:
        edit(root, path, *MORE[path])
        expected = PLACES[path]
    problems = told(root)
    assert [(problem.line, problem.column, problem.code) for problem in problems if problem.path == path] == expected
    assert all(problem.path == path and (problem.hint or problem.code == "value") for problem in problems)
    assert list(problems) == sorted(problems)


def test_one_broken_file_never_hides_the_others(root):
    put(root, "content/stories/bageriet.md", "no front matter")
    put(root, "content/articles/nye-regler.md", "---\ntitle: [\n---\n")
    put(root, "content/events/Møde nr 1.md", FILES["content/events/morgenmoede.md"])
    put(root, "campaigns/besoeg.yml", b"title: \xe6")
    (root / "content/schemes/ring.md").symlink_to("ring.md")
    workspace = read_workspace(root)
    assert workspace.broken == {problem.path for problem in workspace.problems}
    assert lines(workspace.problems) == [
        "campaigns/besoeg.yml:1:8 encoding",
        "content/articles/nye-regler.md:3:1 yaml",
        "content/events/Møde nr 1.md:1:1 file-name",
        "content/schemes/ring.md:1:1 file",
        "content/stories/bageriet.md:1:1 front-matter",
    ]
    assert list(workspace.items["event"]) == ["morgenmoede"]


def test_broken_shared_files_are_told_together_with_all_others(root):
    put(root, "newsletter.yml", "title: Nyt\n")
    put(root, "layouts/theme.yml", "")
    (root / "layouts/prose.css").unlink()
    (root / "layouts/issue.mjml.j2").unlink()
    put(root, "subscribers/segments.yml", "byggeri: F")
    put(root, "content/stories/bageriet.md", "no front matter")
    paths = {problem.path for problem in problems_of(lambda: read_workspace(root))}
    assert paths == {
        "content/stories/bageriet.md",
        "layouts/issue.mjml.j2",
        "layouts/prose.css",
        "layouts/theme.yml",
        "newsletter.yml",
        "subscribers/segments.yml",
    }


def test_missing_folders_are_told(tmp_path):
    problems = problems_of(lambda: read_workspace(tmp_path))
    assert {"content:1:1 folder", "layouts:1:1 folder", "newsletter.yml:1:1 file"} <= set(lines(problems))
    assert all(problem.hint for problem in problems)


def test_files_that_nobody_reads_are_told(root):
    put(root, "content/stories/notes.txt", "x")
    put(root, "content/storys/a.md", "x")
    put(root, "content/a.md", "x")
    put(root, "content/images/plan.pdf", "x")
    put(root, "campaigns/plan.yaml", "x")
    put(root, "campaigns/2027/plan.yml", "x")
    problems = read_workspace(root).problems
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert lines(problems) == [
        "campaigns/2027/plan.yml:1:1 unread-file",
        "campaigns/plan.yaml:1:1 unread-file",
        "content/a.md:1:1 unread-file",
        "content/images/plan.pdf:1:1 unread-file",
        "content/stories/notes.txt:1:1 unread-file",
        "content/storys/a.md:1:1 unread-file",
    ]
    assert "did you mean 'stories'?" in {problem.hint for problem in problems}


def test_links_to_folders_are_told_and_not_followed(root):
    (root / "content/stories/loop").symlink_to(root / "content", target_is_directory=True)
    assert lines(read_workspace(root).problems) == ["content/stories/loop:1:1 folder"]


def test_a_folder_named_like_a_file_is_looked_into(root):
    put(root, "content/stories/x.md/y.md", FILES["content/stories/bageriet.md"])
    (root / "content/stories/empty.md").mkdir()
    assert sorted(read_workspace(root).items["story"]) == ["bageriet", "y"]


def test_two_files_of_one_short_name_are_told(root):
    put(root, "content/stories/2026/bageriet.md", FILES["content/stories/bageriet.md"])
    (problem,) = read_workspace(root).problems
    assert problem.code == "doubled-name"
    assert "bageriet" in problem.text


def test_a_file_whose_name_is_not_utf_8_is_told(root):
    path = bytes(root) + b"/content/stories/b\xe6ger.md"
    with open(path, "wb") as file:  # noqa: PTH123  # a Path holds text
        file.write(FILES["content/stories/bageriet.md"].encode())
    (problem,) = read_workspace(root).problems
    assert problem.code == "file-name"
    str(problem).encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "front-matter"),
        (b"---\n", "front-matter"),
        (b"---\ntitle: a\n", "front-matter"),
        (b"---\n---\n", "missing-key"),
        (b" ---\ntitle: a\n---\n", "front-matter"),
        (b"---\ntitle: a\n---", "missing-key"),
        (b"---\ntitle:\ta\n---\n", "missing-key"),
        (b"---\n\ttitle: a\n---\n", "yaml"),
        ("---\ntitle: æ\n---\n".encode("cp1252"), "encoding"),
        ("---\ntitle: æ\n---\n".encode("utf-16"), "encoding"),
        (b"---\ntitle: a\0\n---\n", "encoding"),
        (b"x" * 1_000_001, "file-size"),
        (b"---\na: " + b"[" * 50_000 + b"\n---\n", "yaml"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_damaged_item_is_told_with_a_place(root, data, code):
    put(root, "content/articles/ny.md", data)
    workspace = read_workspace(root)
    assert code in {problem.code for problem in workspace.problems}
    assert workspace.broken == {"content/articles/ny.md"}
    assert all(problem.path == "content/articles/ny.md" and problem.hint for problem in workspace.problems)


def test_line_ends_and_a_byte_order_mark_change_nothing(root):
    text = FILES["content/articles/nye-regler.md"]
    put(root, "content/articles/nye-regler.md", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    put(root, "content/articles/to.md", text.replace("\n", "\r"))
    workspace = read_workspace(root)
    assert workspace.problems == ()
    assert workspace.items["article"]["nye-regler"].fields == workspace.items["article"]["to"].fields
    assert workspace.items["article"]["to"].body == "Kort om reglerne.\n"


def test_pictures_have_a_size_limit_and_must_be_readable(root):
    put(root, "content/images/large.png", PNG + bytes(5_000_000))
    (root / "content/images/gone.png").symlink_to("nowhere.png")
    assert lines(read_workspace(root).problems) == [
        "content/images/gone.png:1:1 file",
        "content/images/large.png:1:1 file-size",
    ]


def test_a_reader_reads_only_what_has_changed(root):
    reader = Reader()
    before = reader.read(root)
    assert reader.read(root).items["story"]["bageriet"] is before.items["story"]["bageriet"]
    edit(root, "content/articles/nye-regler.md", "Nye regler", "Helt nye regler")
    after = reader.read(root)
    assert after.items["story"]["bageriet"] is before.items["story"]["bageriet"]
    assert after.items["article"]["nye-regler"].fields.title == "Helt nye regler"
    assert after.digests != before.digests


def test_a_reader_keeps_telling_the_problems_of_a_file_that_has_not_changed(root):
    put(root, "content/articles/nye-regler.md", "x")
    reader = Reader()
    assert reader.read(root).problems == reader.read(root).problems != ()
    put(root, "content/articles/nye-regler.md", FILES["content/articles/nye-regler.md"])
    assert reader.read(root).problems == ()


@settings(max_examples=120)
@given(path=st.sampled_from(sorted(FILES)), data=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
@example(path="content/issues/2027-01.md", data=b"---\nblocks:\n  - only: x\n---\n")
def test_any_bytes_as_any_file_are_read_or_told(tmp_path_factory, path, data):
    root = write_workspace(tmp_path_factory.getbasetemp() / "any-bytes")
    put(root, path, data)
    for problem in told(root):
        assert problem.path
        str(problem).encode()


@settings(max_examples=120)
@given(path=st.sampled_from(sorted(FILES)), data=st.data())
def test_any_cut_of_any_file_is_read_or_told(tmp_path_factory, path, data):
    root = write_workspace(tmp_path_factory.getbasetemp() / "any-cut")
    text = FILES[path]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    put(root, path, text[:start] + data.draw(st.text(alphabet="-:[]{} \n\"'#&*!|>æ", max_size=4)) + text[end:])
    for problem in told(root):
        assert problem.path
