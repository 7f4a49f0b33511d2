"""The place a moved register comes to: empty before, and ready to go on afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, inspect, select, text

from newsletter.problems import Refused
from newsletter.store.lines import speak_alike
from newsletter.store.marks import FROM, read_mark
from newsletter.store.tables import METADATA, audit, meta
from newsletter.store.upgrade import NEWEST, REVISIONS, upgrade_within, version_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from newsletter.store.marks import Move
    from newsletter.store.register import Register

_FRESH = ("register upgrade",)
"""What the log of a register may say that nobody has used yet."""
_ANOTHER = "name an empty database; nothing was moved"


def come_in(connection: Connection) -> None:
    """Make the tables where there are none, within the transaction. Raises Refused for what is no place for us."""
    connection.execute(text("SELECT pg_advisory_xact_lock(8246371)"))
    speak_alike(connection)
    version = version_of(connection)
    if version is None:
        taken = sorted({*inspect(connection).get_table_names()} & {*METADATA.tables})
        if taken:
            raise Refused(f"the database has tables of these names already: {', '.join(taken)}", _ANOTHER)
    elif version not in REVISIONS:
        text_ = f"the register there was made by a newer newsletter (version {version})"
        raise Refused(text_, "update newsletter on this machine; nothing was moved")
    if version != NEWEST:
        upgrade_within(connection, NEWEST)


def make_room(connection: Connection) -> None:
    """See that nobody has used the register there, and take out what its making left. Raises Refused."""
    used = [table.name for table in METADATA.sorted_tables if _is_used(connection, table)]
    if used:
        raise Refused(f"the register there is not empty: it holds {', '.join(sorted(used))}", _ANOTHER)
    connection.execute(delete(audit))
    connection.execute(delete(meta))


def _is_used(connection: Connection, table: Table) -> bool:
    rows = select(func.count()).select_from(table)
    if table is audit:
        rows = rows.where(audit.c.action.not_in(_FRESH))
    elif table is meta:
        rows = rows.where(meta.c.name != "key")
    return bool(connection.scalar(rows))


def keep_counting(old: Connection, new: Connection) -> None:
    """Let PostgreSQL go on where the file's numbers had come to: none is given twice, though its row is gone."""
    given = {name: int(last) for name, last in old.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    for table in METADATA.sorted_tables:
        sequence = _sequence_of(new, table)
        if sequence is not None:
            highest = new.scalar(select(func.max(table.c.id))) or 0
            # Unlike setval this is undone when the transaction is.
            new.exec_driver_sql(f"ALTER SEQUENCE {sequence} RESTART WITH {max(highest, given.get(table.name, 0)) + 1}")


def _sequence_of(connection: Connection, table: Table) -> str | None:
    if "id" not in table.c:
        return None
    name: str | None = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    return name


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """An empty file beside the target, closed to others, which takes its name when all went well; else it is gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.stem}.{os.getpid()}.draft.sqlite")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.link(draft, target)  # unlike a renaming it never takes another file's place
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            draft.with_name(f"{draft.name}{ending}").unlink(missing_ok=True)


@contextmanager
def opened_file(file: Path) -> Iterator[Register]:
    """The register in a file, as it stands; one file again afterwards."""
    from newsletter.store.portable import into_one_file
    from newsletter.store.register import connect

    register = connect(file.parent, str(file))
    try:
        yield register
        into_one_file(register)
    finally:
        register.close()


def file_came_from(target: Path) -> Move | None:
    """Where the register in a file came from; None for one that did not, and for what is no register."""
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = ?", (FROM,)).fetchone()
    except sqlite3.Error:
        return None
    return read_mark(row[0]) if row else None
