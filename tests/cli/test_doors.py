"""What all commands share: the workspace is found, and errors are told in words."""

from __future__ import annotations

import errno
import subprocess
import sys

import click
import pytest
from kit import call, run
from sqlalchemy.exc import IntegrityError
from support import REPOSITORY, put

from newsletter import __version__
from newsletter.build import pipeline
from newsletter.cli import COMMANDS, main
from newsletter.problems import Invalid, Place, Problem


@pytest.fixture
def broken(monkeypatch):
    """Make the build raise what it is given."""

    def breaks(error):
        def build(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(pipeline.Builder, "build", build)

    return breaks


class TestExitCodes:
    """0 fine, 1 the user's files, 2 usage, 3 our bug."""

    def test_0_when_all_is_well(self, root):
        assert run("check", "--workspace", root).exit_code == 0

    def test_1_for_problems_of_the_files(self, root, broken):
        problems = [Problem.at(Place("b.md", 2), "x", "second"), Problem.at(Place("a.md"), "x", "first", "cure")]
        broken(Invalid(problems))
        result = run("build", "--workspace", root)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "a.md:1:1: error: first [x]\n    cure\nb.md:2:1: error: second [x]\n"

    def test_1_for_a_disk_that_is_full(self, root, broken):
        broken(OSError(errno.ENOSPC, "No space left on device", "build/a"))
        result = run("build", "--workspace", root)
        assert result.exit_code == 1
        assert result.stderr.startswith("build/a: No space left on device\n    free some space")

    @pytest.mark.parametrize(
        "words", [["bild"], ["build", "--jsn"], ["new"], ["check", "--format", "xml"], ["build", "nowhere"]]
    )
    def test_2_for_usage(self, root, words):
        result = run("--workspace", root, *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Traceback" not in result.stderr

    def test_3_for_a_bug_with_a_report_that_can_be_pasted(self, root, broken):
        broken(KeyError(f"{root}/content/stories/bageriet.md"))
        result = run("build", "--workspace", root)
        assert (result.exit_code, result.stdout) == (3, "")
        assert "This is a mistake in newsletter, not in your files" in result.stderr
        assert f"newsletter {__version__}, Python {sys.version_info.major}.{sys.version_info.minor}" in result.stderr
        assert "KeyError" in result.stderr
        assert "newsletter/cli/build.py:" in result.stderr
        assert str(root) not in result.stderr
        assert str(REPOSITORY) not in result.stderr
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize(
        "error",
        [
            ValueError("'anne@firma.example' of Anne is not here"),
            IntegrityError("INSERT …", {"name": "Anne"}, Exception("Key (address_key)=(anne@firma.example)")),
        ],
    )
    def test_a_report_of_a_bug_names_nobody(self, root, broken, error):
        broken(error)
        report = run("build", "--workspace", root).stderr
        assert type(error).__name__ in report
        assert "anne@firma.example" not in report
        assert "address_key" not in report

    def test_ctrl_c_is_no_bug(self, root, broken):
        broken(KeyboardInterrupt())
        result = run("build", "--workspace", root)
        assert result.exit_code == 1
        assert "mistake" not in result.stderr


class TestWorkspace:
    """Which folder a command works in."""

    def test_it_can_be_said_before_or_after_the_command(self, root):
        for words in (["--workspace", root, "check"], ["check", "--workspace", root]):
            assert run(*words).exit_code == 0

    def test_it_is_found_from_below(self, root, monkeypatch):
        monkeypatch.chdir(root / "content/images")
        assert run("check").exit_code == 0

    @pytest.mark.parametrize("command", [["build"], ["check"], ["list"], ["new", "article", "Ny"]])
    def test_a_folder_without_one_is_told_what_to_do(self, tmp_path, monkeypatch, command):
        monkeypatch.chdir(tmp_path)
        result = run(*command)
        assert result.exit_code == 2
        assert "there is no newsletter.yml in this folder" in result.stderr
        assert "newsletter init my-newsletter" in result.stderr

    def test_a_named_folder_must_be_the_workspace_itself(self, root, tmp_path):
        assert run("check", "--workspace", root / "content").exit_code == 2
        assert run("check", "--workspace", tmp_path / "nowhere").exit_code == 2
        assert run("check", "--workspace", put(tmp_path, "file", "x")).exit_code == 2


def acting(group=main, words=()):
    """Every command that wants to know who acts, as words."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if isinstance(command, click.Group):
            yield from acting(command, (*words, name))
        elif "actor" in {each.name for each in command.params}:
            yield (*words, name)


class TestWhoActs:
    """The audit log keeps it, so no CPR number gets there: neither by the option nor by the environment."""

    @pytest.mark.parametrize("words", [*acting()], ids=" ".join)
    def test_no_command_takes_a_cpr_number_for_it(self, root, words):
        found = run(*words, "--by", "anna 010190-1234", "--workspace", root)
        assert (found.exit_code, "--by looks like a CPR number" in found.stderr) == (2, True)
        assert "1234" not in found.output

    def test_nor_from_the_environment_and_what_is_said_comes_first(self, root, monkeypatch):
        monkeypatch.setenv("NEWSLETTER_BY", "0101901234")
        found = run("register", "tidy", "--workspace", root)
        assert (found.exit_code, "NEWSLETTER_BY looks like a CPR number" in found.stderr) == (2, True)
        assert "1234" not in found.output
        assert "CPR" not in run("register", "tidy", "--by", "anna-2", "--workspace", root).output

    def test_a_login_name_that_looks_like_one_is_not_taken_either(self, root, monkeypatch):
        monkeypatch.delenv("NEWSLETTER_BY", raising=False)
        monkeypatch.setattr("getpass.getuser", lambda: "0101901234")
        assert "the login name looks like a CPR number" in run("register", "tidy", "--workspace", root).stderr


class TestHelp:
    """Every command explains itself."""

    def test_all_commands_are_listed(self):
        result = run("--help")
        assert result.exit_code == 0
        assert all(f"  {name} " in result.stdout for name in COMMANDS)
        assert run("-h").stdout == result.stdout

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_help(self, name):
        result = run(name, "--help")
        assert result.exit_code == 0
        assert f"Usage: main {name}" in result.stdout or f"{name}" in result.stdout.splitlines()[0]

    def test_the_version_is_told(self):
        assert run("--version").stdout == f"newsletter, version {__version__}\n"

    def test_a_command_that_is_nearly_right_gets_a_guess(self):
        assert "did you mean 'build'?" in run("biuld").stderr
        assert f"known are: {', '.join(COMMANDS)}" in run("zzz").stderr

    def test_help_imports_nothing_heavy(self):
        code = "import sys; from newsletter.cli import main; main(['-h'], standalone_mode=False); print(*sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=REPOSITORY, check=True
        )
        heavy = {"pydantic", "yaml", "jinja2", "mjml", "premailer", "markdown", "babel", "rich", "holidays", "lxml"}
        assert not heavy & set(done.stdout.split())


class TestPipes:
    """A command may be one of many in a line."""

    def test_who_stops_reading_is_no_trouble(self, root):
        for number in range(900):
            put(root, f"content/stories/{'x' * 60}{number}.txt", "")
        program = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "check"],
            cwd=root,
            env={"PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert program.stdout
        program.stdout.readline()
        program.stdout.close()
        assert program.stderr
        told = program.stderr.read().decode()
        program.stderr.close()
        program.wait(30)
        assert told == ""

    def test_a_bug_in_a_program_of_its_own_leaves_with_3(self, root):
        put(root, "sitecustomize.py", "import newsletter.workspace\nnewsletter.workspace.list_files = None\n")
        done = call("check", folder=root, PYTHONPATH=f"{root}:{REPOSITORY}")
        assert done.returncode == 3, done.stderr
        assert str(root) not in done.stderr
