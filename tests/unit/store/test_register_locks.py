"""A file that a process has open twice stays locked: no other process may take its log away."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from sqlalchemy import text
from support import REPOSITORY

from newsletter.settings import read_settings
from newsletter.store.register import connect, open_register

if TYPE_CHECKING:
    from pathlib import Path

_OTHER = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("INSERT INTO meta VALUES ('theirs', '1')")
file.close()
"""


def test_opening_the_file_again_in_the_same_process_keeps_its_locks(tmp_path: Path):
    """POSIX drops all locks of a process on a file when it closes a handle of it; the last one out deletes the log."""
    first = open_register(tmp_path, read_settings(REPOSITORY))
    with first.read() as connection:
        connection.execute(text("SELECT 1"))
    assert first.path is not None
    connect(tmp_path, str(first.path)).close()
    subprocess.run([sys.executable, "-c", _OTHER, str(first.path)], check=True)
    assert first.path.with_name(f"{first.path.name}-wal").exists()
    with first.write() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE name = 'theirs'")) == "1"
        connection.execute(text("INSERT INTO meta VALUES ('ours', '1')"))
    first.close()
    again = connect(tmp_path, str(first.path))
    with again.read() as connection:
        found = connection.scalars(text("SELECT name FROM meta WHERE name IN ('ours', 'theirs') ORDER BY 1")).all()
    again.close()
    assert found == ["ours", "theirs"]
