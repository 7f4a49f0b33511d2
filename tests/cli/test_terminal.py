"""What a person at a terminal sees: a real pseudo-terminal, not a pipe."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from newsletter.cli.terminal import show_table


def at_a_terminal(root: Path, *words: str, **environment: str) -> str:
    """What the command writes to a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", *words, "--workspace", str(root)],
        stdout=theirs,
        stderr=subprocess.STDOUT,
        env={**known, "TERM": "xterm", "COLUMNS": "120", **environment},
    )
    os.close(theirs)
    seen = b""
    try:
        while more := os.read(ours, 65536):
            seen += more
    except OSError:  # Linux says so when the other end has closed
        pass
    os.close(ours)
    process.wait()
    return seen.decode()


def test_a_build_shows_a_table_and_colours(root: Path) -> None:
    seen = at_a_terminal(root, "build")
    assert re.search(r"Issue.*Editions.*Largest.*Digest", seen)
    assert re.search(r"2027-01.*built anew", seen)
    (root / "content/issues/2027-01.md").write_text("---\nemne: x\nog: y\n---\n", "utf-8")
    broken = at_a_terminal(root, "build")
    assert "\x1b[31merror\x1b[0m: unknown key 'emne'" in broken
    assert "\x1b[31merror\x1b[0m: unknown key 'og'" in broken


def test_no_color_is_kept(root: Path) -> None:
    (root / "content/issues/2027-01.md").write_text("---\nemne: x\nog: y\n---\n", "utf-8")
    seen = at_a_terminal(root, "build", NO_COLOR="1")
    assert "error: unknown key 'emne'" in seen
    assert "error: unknown key 'og'" in seen
    assert not re.search(r"\x1b\[3\d", seen)


def test_a_list_is_a_table(root: Path) -> None:
    assert re.search(r"Kind.*Name.*Date.*Title.*In issues", at_a_terminal(root, "list"))


def test_in_a_narrow_table_dates_and_numbers_stay_whole_and_nothing_is_cut_off(monkeypatch, capsys):
    """Eighty columns are what a terminal has until somebody pulls it wider."""
    monkeypatch.setattr("newsletter.cli.terminal.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    company = "Eksempelmaskinfabrikken Mosetoft ApS"
    row = ["65", "2026-11-24", "network-meeting", "01004298", company, "anna-eksempel", "virksomheder-viser-vejen"]
    show_table(["Number", "Date", "Kind", "CVR", "Company", "Consultant", "Campaign"], [row, row])
    shown = capsys.readouterr().out
    assert (shown.count("2026-11-24"), shown.count("01004298"), "…" in shown) == (2, 2, False)
    assert max(map(len, shown.splitlines())) <= 80
