"""Running the commands: in this process, and as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from click.testing import CliRunner
from support import REPOSITORY

from newsletter.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*words: str | Path, given: str | None = None) -> Result:
    """The command's output, errors and exit code."""
    return CliRunner().invoke(main, [str(word) for word in words], input=given)


def call(*words: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m newsletter …` in a folder, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
