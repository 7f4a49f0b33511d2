"""A table as lines of text, the same bytes from either database, in the order of its key.

The form is the one PostgreSQL's COPY reads and writes (text format): so what is read from a file can be written to a
server as it is, and the digest of the lines tells whether both hold the same. Only fractions stand as the 16 digits of
their bits (IEEE 754): each program has its own way of writing them short.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    case,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)

from newsletter.store.kinds import Moment

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Table

_PART = 262_144
"""Bytes handed on at a time: what is in memory does not grow with the table."""
_TAB: ColumnElement[str] = literal_column("char(9)")
_ESCAPES = (
    ("char(92)", r"\\"),
    ("char(8)", r"\b"),
    ("char(9)", r"\t"),
    ("char(10)", r"\n"),
    ("char(11)", r"\v"),
    ("char(12)", r"\f"),
    ("char(13)", r"\r"),
)
"""What COPY does not write as it is; the sign itself goes first."""


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """All rows, a part at a time; a part holds whole lines."""
    own = _lines_of_file if connection.dialect.name == "sqlite" else _lines_of_server
    return _in_parts(own(connection, table))


def write_lines(connection: Connection, table: Table, parts: Iterable[bytes]) -> None:
    """Write rows to PostgreSQL, as `lines_of` gives them. Raises psycopg.Error for what it cannot hold."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in table.c.keys())  # noqa: SIM118 - columns, by name
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
        for part in parts:
            copy.write(_readable(table, part))


def speak_alike(connection: Connection) -> None:
    """Have PostgreSQL write times and bytes in the one form that is agreed on, whatever it is set to."""
    for setting in ("TIME ZONE 'UTC'", "DateStyle TO 'ISO'", "bytea_output TO 'hex'", "client_encoding TO 'UTF8'"):
        connection.exec_driver_sql(f"SET LOCAL {setting}")


def _in_parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for line in lines:
        part += line
        if len(part) >= _PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def _lines_of_server(connection: Connection, table: Table) -> Iterator[bytes]:
    order = [column.collate("C") if _is_text(column) else column for column in table.primary_key]
    wanted = [func.encode(func.float8send(each), "hex") if isinstance(each.type, Float) else each for each in table.c]
    statement = select(*wanted).order_by(*order).compile(connection, compile_kwargs={"literal_binds": True})
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT") as copy:
        for line in copy:
            yield bytes(line)


def _lines_of_file(connection: Connection, table: Table) -> Iterator[bytes]:
    driver: Any = connection.connection.driver_connection
    driver.create_function("float_hex", 1, _float_hex, deterministic=True)
    line = _joined([_written(column) for column in table.c]).concat(literal_column("char(10)"))
    statement = select(cast(line, LargeBinary)).order_by(*table.primary_key)
    written = statement.compile(connection, compile_kwargs={"literal_binds": True})
    for (row,) in driver.execute(str(written)):
        yield row


def _joined(texts: list[ColumnElement[str]]) -> ColumnElement[str]:
    line = texts[0]
    for text in texts[1:]:
        line = line.concat(_TAB).concat(text)
    return line


def _written(column: Column[Any]) -> ColumnElement[str]:
    """A value of SQLite's as PostgreSQL writes it."""
    for kind, written in _WRITTEN.items():
        if isinstance(column.type, kind):
            return case((column.is_(None), r"\N"), else_=written(type_coerce(column, String)))
    raise TypeError(f"{column}: nobody has said how this kind is written")


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String)


def _text(value: ColumnElement[str]) -> ColumnElement[str]:
    for sign, escaped in _ESCAPES:
        value = func.replace(value, literal_column(sign), escaped)
    return value


def _moment(value: ColumnElement[str]) -> ColumnElement[str]:
    short = func.rtrim(func.rtrim(value, "0"), ".")
    return case((func.instr(value, ".") > 0, short), else_=value).concat("+00")


def _truth(value: ColumnElement[str]) -> ColumnElement[str]:
    number = type_coerce(value, Integer)
    return case((number == 1, "t"), (number == 0, "f"), else_=cast(value, String))


def _bytes(value: ColumnElement[str]) -> ColumnElement[str]:
    return literal_column(r"'\\x'", String).concat(func.lower(func.hex(value)))


def _number(value: ColumnElement[str]) -> ColumnElement[str]:
    return cast(value, String)


_WRITTEN: dict[type, Callable[[ColumnElement[str]], ColumnElement[str]]] = {
    Moment: _moment,
    Boolean: _truth,
    LargeBinary: _bytes,
    Float: func.float_hex,
    Integer: _number,
    Date: _number,
    String: _text,
}


def _float_hex(number: float | None) -> str | None:
    return None if number is None else struct.pack(">d", number).hex()


def _readable(table: Table, part: bytes) -> bytes:
    """The same rows with their numbers as COPY reads them."""
    places = [place for place, each in enumerate(table.c) if isinstance(each.type, Float)]
    if not places:
        return part
    rows = [line.split(b"\t") for line in part.splitlines()]
    for row in rows:
        for place in places:
            if row[place] != rb"\N":
                (number,) = struct.unpack(">d", bytes.fromhex(row[place].decode()))
                row[place] = repr(number).encode()
    return b"".join(b"\t".join(row) + b"\n" for row in rows)
