"""Many rows at once, by the quickest way each database has.

The statements are put together from names of our own tables and columns only; every value goes beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Table

_AT_ONCE = 5_000
"""Values in one question; SQLite takes six times as many."""


class Outrun(Exception):
    """Another process has just written the same rows: look again, and begin anew."""


def kept(dialect: Dialect, table: Table, name: str, value: Any) -> Any:
    """The value as a database keeps it in the column. A day or a time is asked for once, not for each row."""
    process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process and value is not None else value


class Bulk:
    """Reads and writes many rows of one transaction. Values are given as `kept` gives them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"

    def find(
        self, table: Table, names: Sequence[str], key: str, values: Sequence[Any], *, to_write: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """These columns of the rows whose `key` is one of the values; `to_write`: nobody changes them meanwhile."""
        sql = f"SELECT {', '.join(names)} FROM {table.name} WHERE {key}"  # noqa: S608
        for part in _parts(values):
            if self.is_sqlite:
                yield from self._rows(f"{sql} IN ({', '.join('?' * len(part))})", tuple(part))
            else:
                yield from self._rows(f"{sql} = ANY(%s){' ORDER BY id FOR UPDATE' * to_write}", (part,))

    def _rows(self, sql: str, values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        return map(tuple, self.connection.exec_driver_sql(sql, values))

    def insert(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
        """Write new rows; how many. One that is there already, by any key, is left as it is."""
        if not rows:
            return 0
        listed = ", ".join(names)
        if self.is_sqlite:
            signs = ", ".join("?" * len(names))
            sql = f"INSERT OR IGNORE INTO {table.name} ({listed}) VALUES ({signs})"  # noqa: S608
            return self.connection.exec_driver_sql(sql, [*rows]).rowcount
        return self._copy(table, names, sorted(rows, key=lambda row: row[:2]))

    def numbers(self, table: Table, many: int) -> list[int]:
        """The next numbers, for new rows. SQLite lets one writer in at a time, so there they are what follows."""
        if self.is_sqlite:
            sql = "SELECT seq FROM sqlite_sequence WHERE name = ?"
            last = self.connection.exec_driver_sql(sql, (table.name,)).scalar() or 0
            return [*range(last + 1, last + 1 + many)]
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [*self.connection.exec_driver_sql(sql, (table.name, many)).scalars()]

    def insert_new(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write new rows with numbers that `numbers` gave. Raises Outrun when one of them is there already."""
        if not rows:
            return
        if self.is_sqlite:
            sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
            self.connection.exec_driver_sql(sql, rows)
            return
        ordered = sorted(rows, key=lambda row: row[0] or "")  # all who write wait for each other in one order
        if self._copy(table, names, ordered) < len(rows):
            raise Outrun

    def update(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write these columns anew; the last value of each row is its number."""
        sign = "?" if self.is_sqlite else "%s"
        told = ", ".join(f"{name} = {sign}" for name in names)
        if rows:
            ordered = sorted(rows, key=lambda row: row[-1])
            sql = f"UPDATE {table.name} SET {told} WHERE id = {sign}"  # noqa: S608
            self.connection.exec_driver_sql(sql, ordered)

    def _copy(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
        """PostgreSQL takes rows quickest by COPY, which knows no ON CONFLICT: so by way of a table of our own."""
        own, listed = f"new_{table.name}", ", ".join(names)
        like = f"SELECT {listed} FROM {table.name} WITH NO DATA"  # noqa: S608
        self.connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {own} ON COMMIT DELETE ROWS AS {like}")
        driver: Any = self.connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {own} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        sql = f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {own} ON CONFLICT DO NOTHING"  # noqa: S608
        written = self.connection.exec_driver_sql(sql).rowcount
        self.connection.exec_driver_sql(f"TRUNCATE {own}")
        return written


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield [*values[start : start + _AT_ONCE]]
