"""Backups: one whole SQLite file, made while others write, checked before it gets its name.

The key is not in it. A register on a server is copied into a file of the same version: see portable.py.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newsletter.problems import Invalid, Place, Problem

if TYPE_CHECKING:
    from newsletter.store.register import Register

BACKUPS = "subscribers/backups"
_DRAFT = ".draft.sqlite"
_DAMAGED = "keep your last good backup and get help: the register itself may be damaged"


class Backup(NamedTuple):
    """A file in the folder of backups."""

    path: Path
    made_at: datetime
    """When it was last written to, in UTC."""
    size: int
    finished: bool
    """No when whoever made it was stopped half-way: then it can be deleted."""


def backup_path(root: Path, moment: datetime) -> Path:
    """Where a backup goes when nobody says where: named by its time, as the clock on the wall has it."""
    return root / BACKUPS / f"register-{moment:%Y-%m-%d-%H%M}.sqlite"


def list_backups(root: Path) -> list[Backup]:
    """What lies in the folder of backups, oldest first."""
    files = [path for path in (root / BACKUPS).glob("*.sqlite") if path.is_file()]
    return sorted((_backup(path) for path in files), key=lambda backup: (backup.made_at, backup.path))


def back_up(register: Register, target: Path) -> Backup:
    """Write the register to a new file that only its owner may read. Raises Invalid when there is one already."""
    if target.exists():
        raise _there_is_one(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _draft_of(target) as draft:
        try:
            _write(register, draft)
            _check(target, draft)
        except sqlite3.Error as error:
            hint = "free some space or name another place, then run it again; the register is as it was"
            raise _problem(target, f"the backup could not be written: {error}", hint) from error
        _name(draft, target)
    return _backup(target)


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """An empty file beside the target, closed to others; gone afterwards, with all that SQLite laid beside it."""
    draft = target.with_name(f".{target.stem}.{os.getpid()}{_DRAFT}")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            draft.with_name(f"{draft.name}{ending}").unlink(missing_ok=True)


def _write(register: Register, draft: Path) -> None:
    if register.is_sqlite:
        # VACUUM INTO reads one moment of the register, and leaves behind what lingers in its free pages.
        with closing(register.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(draft),))
        return
    from newsletter.store.portable import copy_to_file

    copy_to_file(register, draft)


def _check(target: Path, draft: Path) -> None:
    """See that the file can be read from end to end, and that every row leads where it says."""
    with closing(sqlite3.connect(draft)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        astray = connection.execute("SELECT count(*) FROM pragma_foreign_key_check").fetchone()[0]
    if said != ["ok"]:
        raise _problem(target, f"the backup cannot be read again: {said[0]}", _DAMAGED)
    if astray:
        raise _problem(target, f"rows in the backup lead nowhere: {astray}", _DAMAGED)


def _name(draft: Path, target: Path) -> None:
    """Give the draft its name, unless somebody else was quicker."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise _there_is_one(target) from None
    draft.replace(target)


def _backup(path: Path) -> Backup:
    stat = path.stat()
    made_at = datetime.fromtimestamp(stat.st_mtime, UTC)
    return Backup(path, made_at, stat.st_size, finished=not path.name.endswith(_DRAFT))


def _there_is_one(target: Path) -> Invalid:
    return _problem(target, "there is a file of this name already", "name another: a backup is never written over")


def _problem(target: Path, text: str, hint: str) -> Invalid:
    return Invalid([Problem.at(Place(target.name), "backup", text, hint)])
