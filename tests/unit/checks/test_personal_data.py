"""Nothing personal is in git, or would come into it: tried on real repositories."""

from __future__ import annotations

import io
import shlex
import shutil
import sqlite3
import subprocess
import time
import zipfile
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import REPOSITORY, edit, put

from newsletter.build.cache import Cache
from newsletter.build.pipeline import Builder
from newsletter.build.starter import write_starter
from newsletter.build.state import unchanged
from newsletter.checks import personal_data as room
from newsletter.checks import taken as git_room
from newsletter.checks.personal_contents import find_personal
from newsletter.checks.personal_data import IGNORED, line_for, personal_data

if shutil.which("git") is None:
    pytest.skip("git is not installed: apt install git", allow_module_level=True)

PERSON = "eva@bageren.dk"
SQLITE = b"SQLite format 3\0" + b"\0" * 84


def git(folder, *words):
    about = ["-c", "user.name=x", "-c", "user.email=x@y.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *about, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(root):
    """The small workspace in a repository of its own, with all of it taken in."""
    git(root, "init")
    git(root, "add", "-A")
    git(root, "commit", "-m", "x")
    return root


def found(root):
    return [str(problem.place) for problem in personal_data(root)]


def test_a_workspace_without_people_is_clean(repository):
    assert personal_data(repository) == []


def test_our_own_workspace_is_clean():
    assert personal_data(REPOSITORY) == []


@pytest.mark.parametrize(
    ("path", "data", "what", "line"),
    [
        ("subscribers/register.sqlite", SQLITE, "a database, such as the register", "*.sqlite"),
        ("subscribers/register.sqlite-wal", b"x", "a database, such as the register", "*.sqlite-*"),
        ("old/copy.bak", SQLITE, "a database, such as the register", "/old/copy.bak"),
        ("kopi", SQLITE, "a database, such as the register", "/kopi"),
        ("subscribers/backups/r.old", SQLITE, "a backup of the register", "subscribers/backups/"),
        ("subscribers/backups/.r.9.draft.sqlite", SQLITE, "a backup of the register", "*.sqlite"),
        ("content/register.key", b"00", "the key of a register", "/content/register.key"),
        ("subscribers/register.key", b"00", "the key of a register", "subscribers/*.key"),
        ("content/a letter.eml", b"x", "mail", "*.eml"),
        ("svar.mbox", b"x", "mail", "*.mbox"),
        ("subscribers/liste.csv", f"navn\n{PERSON}".encode(), "a list with a mail address", "subscribers/*.csv"),
        ("liste.TSV", f"{PERSON}\tb@c.dk\n".encode("utf-16"), "a list with 2 mail addresses", "/liste.TSV"),
        ("data/l[1].jsonl", f'{{"a": "{PERSON}"}}'.encode(), "a list with a mail address", "/data/l\\[1].jsonl"),
        ("eksport.json", f'["{PERSON}", "b@c.dk"]'.encode(), "a list with 2 mail addresses", "/eksport.json"),
        ("subscribers/note.txt", f"Ring til {PERSON}".encode(), "a list with a mail address", "/subscribers/note.txt"),
        ("tal.csv", b"a;b\n1;010190-1234\n", "a list with what looks like CPR numbers", "/tal.csv"),
        ("content/tal.csv", b"cpr\n0101901234\n", "a list with what looks like CPR numbers", "/content/tal.csv"),
        ("person.json", b"{}", "what the register holds of a person", "/person.json"),
        ("indsigt/person.html", b"<p>", "what the register holds of a person", "/indsigt/person.html"),
        ("eva.json", b'{"address": 1, "consents": []}', "what the register holds of a person", "/eva.json"),
    ],
)
def test_what_git_would_take_and_what_it_has_is_told_with_the_cure(repository, path, data, what, line):
    put(repository, path, data)
    put(repository, "zz/other.eml", "x")
    first, second = personal_data(repository)
    assert (first.path, first.code, first.severity) == (path, "personal-data", "error")
    assert first.text == f"git would take this: {what}"
    assert first.hint == f"add the line `{line}` to .gitignore, or move it out of the workspace"
    assert second.text == "git would take this: mail"
    git(repository, "add", "-A", "-f")
    first, second = personal_data(repository)
    assert first.text == f"git has this: {what}"
    assert f"`git rm --cached -- {shlex.quote(path)}`" in first.hint
    assert f"the line `{line}`" in first.hint
    assert "the history still holds" in first.hint
    assert PERSON not in str(first)


@pytest.mark.parametrize("path", ["a b.eml", "subscribers/l*[1]?.csv", "søren's.mbox", "-x.eml"])
def test_the_cure_works_as_it_is_written(repository, path):
    """The command and the line of .gitignore, run and written as the message says."""
    put(repository, path, PERSON)
    git(repository, "add", "-A")
    git(repository, "commit", "-m", "oh")
    (problem,) = personal_data(repository)
    command, line = problem.hint.split("`")[1], problem.hint.split("`")[3]
    subprocess.run(command, shell=True, cwd=repository, check=True, capture_output=True)
    assert personal_data(repository)[0].text.startswith("git would take")
    put(repository, ".gitignore", line + "\n")
    assert personal_data(repository) == []
    assert (repository / path).exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("subscribers/prøve.csv", "a@firma.example\nb@x.test\nc@y.invalid\nd@localhost\ne@example.com\nf@a.example.dk"),
        ("content/kilde.csv", PERSON),
        ("layouts/sprog.json", f'["{PERSON}", "b@c.dk"]'),
        ("note.txt", f"spørg {PERSON}, altid {PERSON.upper()}"),
        ("tests.json", '["logo@2x.png", "git@github.com", "icon@3x.jpg", "a@b", "@c.dk"]'),
        ("readme.md", PERSON),
        ("plan.yml", PERSON),
        ("p.csv", "navn;p_nummer\nA;1003456789\n"),
        ("p.tsv", "01-02-23\t2024\n"),
        ("ean.csv", "5790001234567;abc0101901234;2026-11-22"),
        ("subscribers/tom.xlsx", "no book"),
    ],
)
def test_what_is_nobodys_or_meant_to_be_read_passes(repository, path, text):
    put(repository, path, text)
    assert personal_data(repository) == []


def test_the_place_is_that_of_the_first_address(repository):
    put(repository, "a.csv", f"navn;adresse\nX;x@y.example\nEva;{PERSON}\nBo;{PERSON}\n")
    put(repository, "b.csv", f"{PERSON}\n")
    assert found(repository) == ["a.csv:3:5", "b.csv:1:1"]


def a_book(cell, part="xl/sharedStrings.xml"):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "x@y.dk")
        book.writestr(part, f'<sst a="q@r.dk"><si><t>{cell}</t></si></sst>')
    return data.getvalue()


def test_spreadsheets_are_opened(repository):
    put(repository, "a.xlsx", a_book(PERSON))
    put(repository, "b.ods", a_book("010190-1234", "content.xml"))
    put(repository, "c.xlsx", a_book("x@y.example"))
    put(repository, "d.xlsx", a_book(PERSON)[:-30])
    assert [problem.text.partition(": ")[2] for problem in personal_data(repository)] == [
        "a list with a mail address",
        "a list with what looks like CPR numbers",
    ]


def test_a_spreadsheet_made_by_excels_own_library_is_opened(repository):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Adresse", PERSON])
    book.save(repository / "a.xlsx")
    assert found(repository) == ["a.xlsx:1:1"]


def test_what_is_ignored_passes_wherever_it_is_said(repository):
    for path in ("a.eml", "subscribers/b.csv", "x/c.eml", "x/d.csv"):
        put(repository, path, PERSON)
    assert len(personal_data(repository)) == 4
    put(repository, ".gitignore", "/a.eml\nsubscribers/*.csv\n")
    put(repository, "x/.gitignore", "c.eml\n")
    with (repository / ".git/info/exclude").open("a") as file:
        file.write("d.csv\n")
    assert personal_data(repository) == []


def test_the_starter_keeps_personal_data_out(tmp_path):
    """With its own .gitignore: everything the program makes where it makes it."""
    write_starter(tmp_path / "w")
    git(tmp_path / "w", "init")
    for line in IGNORED:
        put(tmp_path / "w", f"{line.replace('*', 'x')}{'x.sqlite' if line.endswith('/') else ''}", PERSON)
    put(tmp_path / "w", "build/2026-12/standard/email.eml", "x")
    assert personal_data(tmp_path / "w") == []
    (tmp_path / "w/.gitignore").unlink()
    assert {problem.path for problem in personal_data(tmp_path / "w")} == {
        *("build", "x.sqlite", "x.eml", "x.mbox", "subscribers/x.csv", "subscribers/x.jsonl", "subscribers/x.tsv"),
        *("subscribers/backups/x.sqlite", "subscribers/imports/x.sqlite"),
    }


def test_our_own_gitignore_has_every_line():
    assert set(IGNORED) <= set((REPOSITORY / ".gitignore").read_text().splitlines())


def test_a_starter_from_somebodys_workspace_leaves_people_behind(tmp_path, monkeypatch):
    source = tmp_path / "theirs"
    shutil.copytree(REPOSITORY / "subscribers", source / "subscribers", ignore=lambda *_: ["register.key"])
    for name in ("campaigns", "content", "layouts"):
        (source / name).mkdir()
    put(source, "newsletter.yml", "x")
    for path in ("register.sqlite", "register.key", "backups/a.sqlite", "liste.csv"):
        put(source, f"subscribers/{path}", PERSON)
    put(source, "content/imports/x.csv", "x")
    monkeypatch.setattr("newsletter.build.starter.STARTER", source)
    write_starter(tmp_path / "new")
    assert [path.name for path in (tmp_path / "new/subscribers").rglob("*")] == ["segments.yml"]
    assert (tmp_path / "new/content/imports/x.csv").exists()


def test_build_is_one_finding_when_it_is_not_ignored(repository):
    for name in ("a", "b"):
        put(repository, f"build/outbox/{name}.eml", "x")
    put(repository, "build/index.html", "x")
    put(repository, "x.eml", "x")
    first, second = personal_data(repository)
    assert (first.path, second.path) == ("build", "x.eml")
    assert "add the line `/build/`" in first.hint
    git(repository, "add", "build")
    assert "`git rm -r --cached -- build`" in personal_data(repository)[0].hint
    git(repository, "rm", "-r", "-q", "--cached", "build")
    put(repository, ".gitignore", "/build/\n*.eml\n")
    assert personal_data(repository) == []


def test_a_published_build_without_mails_passes(repository):
    put(repository, "build/2026-12/web.html", "x")
    assert personal_data(repository) == []


def test_a_workspace_deep_in_a_repository_and_in_a_second_working_tree(tmp_path, root):
    """Only what lies below the workspace is looked at."""
    git(tmp_path, "init")
    put(tmp_path, "above.eml", "x")
    put(tmp_path, ".gitignore", "/workspace/a.eml\n")
    put(root, "a.eml", "x")
    put(root, "b.eml", "x")
    assert found(root) == ["b.eml:1:1"]
    git(tmp_path, "add", "workspace/newsletter.yml")
    git(tmp_path, "commit", "-m", "x")
    git(tmp_path, "worktree", "add", tmp_path / "second", "-b", "other")
    put(tmp_path / "second/workspace", "c.eml", "x")
    assert found(tmp_path / "second/workspace") == ["c.eml:1:1"]


def test_names_with_other_letters_are_found(repository):
    put(repository, "møde å/e\u0301va \U0001f642.eml", "x")
    put(repository, "line\nbreak.eml", "x")
    assert len(personal_data(repository)) == 2


def test_links_to_files_elsewhere_are_left_alone(repository, tmp_path):
    put(tmp_path, "list.csv", PERSON)
    (repository / "list.csv").symlink_to(tmp_path / "list.csv")
    (repository / "loop").symlink_to(repository)
    assert personal_data(repository) == []


def test_a_hook_that_says_which_repository_does_not_confuse(repository, tmp_path, monkeypatch):
    git(tmp_path, "init", "other")
    put(repository, "a.eml", "x")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "none"))
    assert found(repository) == ["a.eml:1:1"]


class TestNothingIsSaid:
    """Where git has no answer."""

    def test_without_a_repository(self, root, monkeypatch):
        put(root, "a.eml", "x")
        monkeypatch.setattr(git_room, "taken", None)
        assert personal_data(root) == []

    def test_without_git(self, repository, monkeypatch):
        put(repository, "a.eml", "x")
        monkeypatch.setenv("PATH", "")
        assert personal_data(repository) == []

    def test_in_a_bare_repository(self, tmp_path, root):
        put(root, "a.eml", "x")
        git(root, "init", "--bare", ".git")
        assert personal_data(root) == []

    @pytest.mark.parametrize("broken", ["HEAD", "config", "index"])
    def test_in_a_broken_repository(self, repository, broken):
        put(repository, "a.eml", "x")
        put(repository, f".git/{broken}", "garbage \0")
        assert personal_data(repository) == []

    def test_where_git_is_a_file_that_leads_nowhere(self, root):
        put(root, "a.eml", "x")
        put(root, ".git", "gitdir: nowhere\n")
        assert personal_data(root) == []

    def test_when_git_takes_too_long(self, repository, tmp_path, monkeypatch):
        put(repository, "a.eml", "x")
        slow = put(tmp_path, "slow/git", "#!/bin/sh\nexec /bin/sleep 9\n")
        slow.chmod(0o755)
        monkeypatch.setenv("PATH", str(slow.parent))
        monkeypatch.setattr(git_room, "_PATIENCE", 0.2)
        started = time.monotonic()
        assert personal_data(repository) == []
        assert time.monotonic() - started < 5


def test_a_hook_of_the_repository_is_not_run(repository, tmp_path):
    """A folder from elsewhere may hold a configuration that names a program."""
    hook = put(tmp_path, "hook", f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(hook))
    put(repository, "a.eml", "x")
    assert found(repository) == ["a.eml:1:1"]
    assert not (tmp_path / "ran").exists()


def test_a_real_register_and_a_locked_one_are_found(repository):
    path = repository / "data.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.execute("BEGIN EXCLUSIVE")
        assert found(repository) == ["data.sqlite3:1:1"]


def test_a_file_that_goes_away_meanwhile_is_left_out(repository):
    put(repository, "a.csv", PERSON)
    assert find_personal(repository, "b.csv") is None


def test_only_the_first_megabyte_is_read_and_long_cells_cost_little(tmp_path):
    put(tmp_path, "late.csv", "x" * 1_000_000 + PERSON)
    put(tmp_path, "cells.csv", "a" * 990_000 + "\n" + PERSON)
    put(tmp_path, "ats.csv", "a@" * 400_000)
    put(tmp_path, "dots.csv", "a@" + "b." * 400_000)
    put(tmp_path, "digits.csv", "01019012" * 120_000)
    started = time.monotonic()
    told = {path: find_personal(tmp_path, f"{path}.csv") for path in ("late", "cells", "ats", "dots", "digits")}
    assert time.monotonic() - started < 10
    assert {path for path, each in told.items() if each} == {"cells"}


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a", "a.txt", "a.ods"]))
def test_no_file_makes_it_fail(tmp_path, data, name):
    put(tmp_path, name, data)
    find_personal(tmp_path, name)


class TestBuilds:
    """The check is part of a build and costs next to nothing."""

    @pytest.fixture
    def asked(self, monkeypatch):
        """How often git was asked."""
        calls = []
        monkeypatch.setattr(room, "taken", lambda root: calls.append(root) or git_room.taken(root))
        return calls

    def test_it_is_found_by_a_build_and_by_a_check_and_stops_no_issue(self, repository):
        put(repository, ".gitignore", "/build/\n")
        put(repository, "a.eml", "x")
        put(repository, "subscribers/b.csv", PERSON)
        for report in (Builder(repository).build(), Builder(repository, keep=False).check()):
            found = [each for each in report["findings"] if each["code"] == "personal-data"]
            assert [each["path"] for each in found] == ["a.eml", "subscribers/b.csv"]
        assert all(issue["digest"] for issue in Builder(repository).build()["issues"])

    def test_git_is_asked_once_for_a_state_of_the_files(self, repository, asked):
        put(repository, ".gitignore", "/build/\n")
        Builder(repository).build()
        before = len(asked)
        edit(repository, "content/articles/nye-regler.md", "Kort om", "Lidt om")
        Builder(repository).build()
        edit(repository, "content/articles/nye-regler.md", "Lidt om", "Meget om")
        Builder(repository).build()
        assert len(asked) == before == 1
        put(repository, "a.eml", "x")
        edit(repository, "content/articles/nye-regler.md", "Meget om", "Kort om")
        Builder(repository).build()
        assert len(asked) == 2

    def test_git_is_asked_again_when_what_it_takes_has_changed(self, repository, asked):
        put(repository, "a.eml", "x")
        cache = Cache()

        def found():
            return len(personal_data(repository, cache.get_or))

        assert (found(), found(), len(asked)) == (1, 1, 1)
        put(repository, ".gitignore", "*.eml\n")
        assert (found(), found(), len(asked)) == (0, 0, 2)
        git(repository, "add", "-f", "a.eml")
        assert (found(), found(), len(asked)) == (1, 1, 3)

    def test_an_unchanged_build_asks_nobody(self, repository, asked):
        put(repository, ".gitignore", "/build/\n")
        put(repository, "a.sqlite", "x")
        put(repository, ".gitignore", "/build/\n*.sqlite\n")
        time.sleep(0.05)  # a file changed this very moment is looked at again
        Builder(repository).build()
        asked.clear()
        assert unchanged(repository, repository / "build", ()) is not None
        assert asked == []

    def test_a_finding_goes_away_with_its_cure(self, repository):
        """.gitignore is no file of the workspace, so a build that has something to tell looks again."""
        put(repository, ".gitignore", "/build/\n")
        put(repository, "a.eml", "x")
        Builder(repository).build()
        assert unchanged(repository, repository / "build", ()) is None
        put(repository, ".gitignore", "/build/\n*.eml\n")
        assert Builder(repository).build()["findings"] == []

    def test_without_suspects_git_is_not_asked(self, repository, asked):
        assert personal_data(repository) == []
        assert asked == []


@pytest.mark.parametrize("path", ["a.eml", "subscribers/a.csv", "subscribers/x/a.csv", "x/[a]*?.csv", "build/"])
def test_the_line_is_the_usual_one_where_it_fits(path):
    assert (
        line_for(path)
        == {
            "a.eml": "*.eml",
            "subscribers/a.csv": "subscribers/*.csv",
            "subscribers/x/a.csv": "/subscribers/x/a.csv",
            "x/[a]*?.csv": "/x/\\[a]\\*\\?.csv",
            "build/": "/build/",
        }[path]
    )
