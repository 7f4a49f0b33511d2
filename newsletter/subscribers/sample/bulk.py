"""Rows into an empty table as fast as each database takes them: the sample has millions, all of our own making."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date

from newsletter.store.kinds import Moment

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


_WITHOUT_ZONE = len("2026-11-22 12:00:00.000000")


def add_rows(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Add the rows, which all have the same columns, within the connection's transaction. Moments are in UTC."""
    listed = list(rows)
    if not listed:
        return
    names = list(listed[0])
    driver: Any = connection.connection.driver_connection
    values = map(itemgetter(*names), listed)
    columns = ", ".join(names)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        told = _told(table, names)
        driver.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", map(told, values))  # noqa: S608
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _told(table: Table, names: Sequence[str]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """How SQLite is told a row: moments and days as text, as the register's own column types write them."""
    moments = [place for place, name in enumerate(names) if isinstance(table.c[name].type, Moment)]
    days = [place for place, name in enumerate(names) if isinstance(table.c[name].type, Date)]

    def told(row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place in moments:
            if values[place] is not None:
                values[place] = _text(values[place])
        for place in days:
            if values[place] is not None:
                values[place] = values[place].isoformat()
        return values

    return told


def _text(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return moment.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]
