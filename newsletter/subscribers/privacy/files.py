"""The files of the register and those beside it, and making a database let go of what was deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.subscribers.privacy.traces import files_of

if TYPE_CHECKING:
    from newsletter.store.register import Register

_BESIDE = ("-wal", "-journal", "-shm")


def register_files(register: Register) -> list[Path]:
    """The database file, its log and its journal, as far as they are there."""
    if register.path is None:
        return []
    named = [register.path, *(register.path.with_name(register.path.name + end) for end in _BESIDE)]
    return [path for path in named if path.exists()]


def other_files(register: Register, root: Path) -> Iterator[Path]:
    """All files of the workspace, and copies beside a register that is kept elsewhere."""
    ours = {path.resolve() for path in register_files(register)}
    root = root.resolve()
    yield from files_of(root, ours)
    if register.path is not None and not register.path.resolve().is_relative_to(root):
        name = register.path.stem
        beside = sorted(path for path in register.path.parent.iterdir() if path.name.startswith(name))
        yield from (path for path in beside if path.is_file() and path.resolve() not in ours)


def write_log_back(register: Register) -> bool:
    """Bring SQLite's log into the file and empty it. False when somebody who reads holds it back."""
    return _alone(register, ["PRAGMA wal_checkpoint(TRUNCATE)"])


def rewrite(register: Register) -> bool:
    """Write SQLite's file anew, without free space. False when somebody else holds it."""
    return _alone(register, ["PRAGMA temp_store = MEMORY", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"])


def sweep(register: Register, tables: Iterable[str]) -> None:
    """Have PostgreSQL drop deleted rows from its tables, and old values from its statistics."""
    from sqlalchemy import text

    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in sorted(tables):
            connection.execute(text(f"VACUUM (ANALYZE) {table}"))


def _alone(register: Register, statements: Iterable[str]) -> bool:
    """Run what may stand in no transaction. The last statement tells whether somebody was in the way."""
    import sqlite3

    connection = register.engine.raw_connection()
    try:
        rows = [connection.cursor().execute(statement).fetchone() for statement in statements]
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return not rows[-1][0]
