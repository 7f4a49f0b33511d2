"""A register on a server, copied into a SQLite file of the same version, which can be opened as a register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Date, Integer, LargeBinary, cast, column, func, select, text

from newsletter.store.kinds import Moment
from newsletter.store.register import connect
from newsletter.store.tables import METADATA
from newsletter.store.upgrade import upgrade, version_of

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Table

    from newsletter.store.register import Register

_CHUNK, _HEAVY_CHUNK = 5_000, 20
"""Rows at a time, and of tables with long bytes in them: what is in memory does not grow with the register."""
Passed = Callable[[str, int], None]


def copy_to_file(register: Register, file: Path, passed: Passed = lambda _name, _rows: None) -> None:
    """Copy all rows, with their numbers, as they are at one moment. The file is there already, and empty.

    `passed` is called with the name of a table, and how many of its rows have just been copied.
    """
    copy = connect(file.parent, str(file))
    try:
        with register.engine.connect().execution_options(isolation_level="REPEATABLE READ") as source:
            source.execute(text("SET TRANSACTION READ ONLY"))
            upgrade(copy, version_of(source) or "")
            with copy.write() as target:
                _copy_all(source, target, passed)
        into_one_file(copy)
    finally:
        copy.close()


def _copy_all(source: Connection, target: Connection, passed: Passed) -> None:
    target.execute(text("PRAGMA defer_foreign_keys = ON"))  # a send may name a later one as its parent
    for table in METADATA.sorted_tables:
        _copy(source, target, table, passed)
        if table.dialect_options["sqlite"]["autoincrement"]:
            _keep_counting(source, target, table)


def _copy(source: Connection, target: Connection, table: Table, passed: Passed) -> None:
    """Copy a table, each value as SQLite keeps it: the server writes it so, which is much quicker than we are."""
    quote = target.dialect.identifier_preparer.quote
    names = ", ".join(quote(each.name) for each in table.c)
    sql = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({', '.join('?' * len(table.c))})"  # noqa: S608
    wanted = select(*map(_kept, table.c)).order_by(*table.primary_key)
    rows = source.execution_options(yield_per=_chunk(table)).execute(wanted)
    driver: Any = target.connection.driver_connection
    for part in rows.partitions():
        driver.executemany(sql, map(tuple, part))
        passed(table.name, len(part))


def _chunk(table: Table) -> int:
    heavy = any(isinstance(each.type, LargeBinary) and each.type.length is None for each in table.c)
    return _HEAVY_CHUNK if heavy else _CHUNK


def _kept(each: Column[Any]) -> ColumnElement[Any]:
    """A column of PostgreSQL's as SQLite keeps it."""
    if isinstance(each.type, Moment):
        return func.to_char(func.timezone("UTC", each), "YYYY-MM-DD HH24:MI:SS.US")
    if isinstance(each.type, Date):
        return func.to_char(each, "YYYY-MM-DD")
    return cast(each, Integer) if isinstance(each.type, Boolean) else each


def _keep_counting(source: Connection, target: Connection, table: Table) -> None:
    """Let the copy go on where the server's numbers had come to: none is given twice, though its row is gone."""
    sequence = source.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    given = source.scalar(select(column("last_value")).select_from(text(str(sequence))).where(column("is_called")))
    target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    values = {"name": table.name, "seq": given or 0}
    target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), values)


def into_one_file(copy: Register) -> None:
    """Leave nothing beside the file."""
    connection = copy.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()
