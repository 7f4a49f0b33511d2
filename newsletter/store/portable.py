"""A register on a server, copied into a SQLite file of the same version, which can be opened as a register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import column, insert, select, text

from newsletter.store.register import connect
from newsletter.store.tables import METADATA
from newsletter.store.upgrade import upgrade, version_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from newsletter.store.register import Register

_CHUNK = 5_000
"""Rows at a time: what is in memory does not grow with the register."""


def copy_to_file(register: Register, file: Path) -> None:
    """Copy all rows, with their numbers, as they are at one moment. The file is there already, and empty."""
    copy = connect(file.parent, str(file))
    try:
        with register.engine.connect().execution_options(isolation_level="REPEATABLE READ") as source:
            source.execute(text("SET TRANSACTION READ ONLY"))
            upgrade(copy, version_of(source) or "")
            with copy.write() as target:
                _copy_all(source, target)
        _into_one_file(copy)
    finally:
        copy.close()


def _copy_all(source: Connection, target: Connection) -> None:
    target.execute(text("PRAGMA defer_foreign_keys = ON"))  # a send may name a later one as its parent
    for table in METADATA.sorted_tables:
        rows = source.execution_options(yield_per=_CHUNK).execute(select(table).order_by(*table.primary_key))
        for part in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in part])
        if table.dialect_options["sqlite"]["autoincrement"]:
            _keep_counting(source, target, table)


def _keep_counting(source: Connection, target: Connection, table: Table) -> None:
    """Let the copy go on where the server's numbers had come to: none is given twice, though its row is gone."""
    sequence = source.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    given = source.scalar(select(column("last_value")).select_from(text(str(sequence))).where(column("is_called")))
    target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    values = {"name": table.name, "seq": given or 0}
    target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), values)


def _into_one_file(copy: Register) -> None:
    connection = copy.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()
