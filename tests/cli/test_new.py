"""`newsletter new`."""

from __future__ import annotations

import pytest
from kit import run
from support import edit

from newsletter.content.draft import KINDS
from newsletter.content.issues import FOLDER_OF
from newsletter.workspace import read_workspace

FOLDERS = {**FOLDER_OF, "issue": "issues"}


def written(root):
    return {path.relative_to(root).as_posix() for path in (root / "content").rglob("*.md")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_of_every_kind_is_read_and_checked_without_errors(root, kind):
    edit(root, "content/issues/2027-02.md", "stories: newest 1 not yet used", "stories: [bageriet]")
    before = written(root)
    result = run("new", kind, "Få hjælp på § 56: en ny vej ind", "--yes", "--workspace", root)
    assert result.exit_code == 0, result.output
    (path,) = written(root) - before
    assert path.startswith(f"content/{FOLDERS[kind]}/")
    if kind != "issue":
        assert path.endswith("/faa-hjaelp-paa-56-en-ny-vej-ind.md")
    assert result.stdout == f"{path} written: open it, write your text, then run: newsletter check\n"
    assert read_workspace(root).problems == ()
    checked = run("check", "--workspace", root)
    assert checked.exit_code == 0, checked.output
    assert path not in checked.output


def test_a_new_story_is_not_shown_until_two_have_said_yes(root):
    assert run("new", "story", "Ny", "--yes", "--workspace", root).exit_code == 0
    result = run("check", "--workspace", root)
    assert result.exit_code == 1
    assert result.stdout.count("consent-missing") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_answers_can_be_piped_in(root, kind):
    answers = {
        "article": "Kort: det nye\n",
        "contact": "Ring\nKonsulent\nanna@kommune.example\n",
        "event": "Kom\n2027-03-04 08:30\n2027-03-04 10:00\nRådhuset\nKommunen\n",
        "guide": "Trin\n2026-12-24\n",
        "issue": "Et godt emne til marts\nEn linje til indbakken, som siger mere end emnet gør\n2027-03-02 09:00\n",
        "scheme": "Kort\nAlle\nIngen\nLidt\nLoven\n2026-12-24\n",
        "story": "Kort\nBageriet\n10\n",
    }
    result = run("new", kind, "Ny", "--workspace", root, given=answers[kind])
    assert result.exit_code == 0, result.output
    assert read_workspace(root).problems == ()
    if kind == "issue":
        assert read_workspace(root).issues["2027-03"].fields.subject == "Et godt emne til marts"


def test_enter_takes_what_is_suggested(root):
    result = run("new", "article", "Ny", "--workspace", root, given="\n")
    assert result.exit_code == 0
    assert "Skriv her" in read_workspace(root).items["article"]["ny"].fields.summary


def test_a_file_is_never_written_over(root):
    before = (root / "content/stories/bageriet.md").read_bytes()
    result = run("new", "story", "Bageriet", "--yes", "--workspace", root)
    assert result.exit_code == 2
    assert "content/stories/bageriet.md is there already" in result.stderr
    assert (root / "content/stories/bageriet.md").read_bytes() == before
    assert run("new", "story", "Bageriet", "--name", "bageriet-2", "--yes", "--workspace", root).exit_code == 0


@pytest.mark.parametrize("name", ["../../evil", "a/b", "Ny", "", "a b", ".a", "/tmp/a"])
def test_a_name_that_is_no_short_name_is_refused(root, name):
    before = written(root.parent)
    result = run("new", "article", "§", "--name", name, "--yes", "--workspace", root)
    assert result.exit_code == 2
    assert "short name" in result.stderr
    assert written(root) == before or not before


def test_a_title_without_letters_needs_a_name(root):
    assert "say it with --name" in run("new", "article", "§§", "--yes", "--workspace", root).stderr
    assert run("new", "article", "§§", "--name", "paragraf", "--yes", "--workspace", root).exit_code == 0


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("event", "Kom\ni morgen\n2027-03-04 10:00\nRådhuset\nKommunen\n", "this is not a date with a time"),
        ("event", "Kom\n2027-03-04 10:00\n2027-03-04 08:00\nRådhuset\nKommunen\n", "the event ends before it starts"),
        ("contact", "Ring\nKonsulent\nanna\n", "not a mail address"),
        ("issue", "Emne\nLinje\nsnart\n", "not a date"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_written(root, kind, given, says):
    before = written(root)
    result = run("new", kind, "Ny", "--workspace", root, given=given)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "nothing was written" in result.stderr
    assert written(root) == before


def test_an_unknown_kind_is_refused(root):
    result = run("new", "storry", "Ny", "--workspace", root)
    assert result.exit_code == 2
    assert "story" in result.stderr


def test_questions_left_unanswered_write_nothing_and_say_so(root):
    done = run("new", "article", "Uden svar", "--workspace", root, given="")
    assert done.exit_code == 2
    assert "nothing was written" in done.output
    assert "--yes" in done.output
    assert not list((root / "content/articles").glob("uden-svar*"))
