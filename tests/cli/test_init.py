"""`newsletter init`."""

from __future__ import annotations

from kit import call, run
from support import put


def test_a_starter_is_written_that_is_checked_without_errors(tmp_path):
    result = run("init", tmp_path / "brev")
    assert result.exit_code == 0
    written = [path for path in (tmp_path / "brev").rglob("*") if path.is_file()]
    assert f"{len(written)} files written to {tmp_path / 'brev'}" in result.stdout
    assert "newsletter build" in result.stdout
    assert run("check", "--workspace", tmp_path / "brev").exit_code == 0


def test_personal_data_is_kept_out_of_git_from_the_start(tmp_path):
    run("init", tmp_path)
    ignored = (tmp_path / ".gitignore").read_text("utf-8").splitlines()
    assert {"/build/", "*.sqlite", "*.eml", "subscribers/*.csv"} <= set(ignored)


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "brev").mkdir()
    assert run("init", tmp_path / "brev").exit_code == 0


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    put(tmp_path, "brev/notes.txt", "x")
    result = run("init", tmp_path / "brev")
    assert result.exit_code == 2
    assert "is not empty; name a new folder, nothing was written" in result.stderr
    assert [path.name for path in (tmp_path / "brev").iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_told(tmp_path):
    put(tmp_path, "brev", "x")
    assert run("init", tmp_path / "brev").exit_code == 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    put(tmp_path, "a", "x")
    result = run("init", tmp_path / "a" / "brev")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_from_nothing_to_a_sealed_newsletter_in_two_commands(tmp_path):
    assert call("init", "brev", folder=tmp_path).returncode == 0
    done = call("build", folder=tmp_path / "brev")
    assert (done.returncode, done.stderr) == (0, "")
    assert "issues sealed, no errors" in done.stdout
