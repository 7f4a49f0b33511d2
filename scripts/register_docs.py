"""The register's schema for docs/register.md: a diagram of each room, and a table for each of its tables.

All of it comes from the Table objects in newsletter/store/tables/. write_docs.py puts it in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint, types

from newsletter.store.kinds import Moment

ROOMS = ("companies", "people", "contacts", "sends", "plans", "records")
_KINDS: list[tuple[type, str]] = [
    (Moment, "moment"),
    (types.Boolean, "truth"),
    (types.Date, "date"),
    (types.LargeBinary, "bytes"),
    (types.Integer, "number"),
    (types.Float, "fraction"),
    (types.String, "text"),
]
_FATES = {
    "CASCADE": "the row goes when that one goes",
    "SET NULL": "left empty when that one goes",
    None: "that one stays while it is named",
}


def tables_of(room: str) -> list[Table]:
    """The tables of a room, in the order of its file."""
    module = import_module(f"newsletter.store.tables.{room}")
    return [each for each in vars(module).values() if isinstance(each, Table)]


def about(room: str) -> str:
    """What a room is for, in a sentence."""
    return (import_module(f"newsletter.store.tables.{room}").__doc__ or "").strip()


def chapter(room: str) -> str:
    """A diagram of the room, and a table for each of its tables."""
    parts = [about(room), "", "```mermaid", *_diagram(tables_of(room)), "```"]
    for table in tables_of(room):
        parts += ["", f"#### {table.name}", "", table.comment or "", "", *_columns(table), *_together(table)]
    return "\n".join(parts)


def _diagram(tables: Iterable[Table]) -> Iterator[str]:
    yield "erDiagram"
    for table in tables:
        yield f"    {table.name} {{"
        yield from (f"        {kind(column)} {column.name}{_keys(column)}" for column in table.columns)
        yield "    }"
    for child, parent, columns in links(tables):
        end = "|o" if any(column.nullable for column in columns) else "||"
        yield f'    {parent} {end}--o{{ {child} : "{", ".join(column.name for column in columns)}"'


def links(tables: Iterable[Table]) -> list[tuple[str, str, list[Column[Any]]]]:
    """Each table with the tables it names, and by which columns."""
    found = [
        (table.name, constraint.referred_table.name, list(constraint.columns))
        for table in tables
        for constraint in table.foreign_key_constraints
    ]
    return sorted(found, key=lambda link: (*link[:2], [column.name for column in link[2]]))


def kind(column: Column[Any]) -> str:
    """What a column holds, in a word."""
    return next(word for known, word in _KINDS if isinstance(column.type, known))


def _keys(column: Column[Any]) -> str:
    marks = {"PK": column.primary_key, "FK": bool(column.foreign_keys), "UK": bool(column.unique)}
    words = [word for word, holds in marks.items() if holds]
    return f" {', '.join(words)}" if words else ""


def _columns(table: Table) -> Iterator[str]:
    yield from ("| column | holds | else | meaning |", "|---|---|---|---|")
    for column in table.columns:
        meaning = " ".join(_meaning(table, column))
        yield f"| `{column.name}` | {_holds(column)} | {_else(column)} | {meaning} |"


def _holds(column: Column[Any]) -> str:
    length = getattr(column.type, "length", None)
    return f"{kind(column)} of {length}" if length else kind(column)


def _else(column: Column[Any]) -> str:
    """What stands there when nobody says anything."""
    if column.name == "id":
        return "the next number"
    if column.server_default is not None:
        return f"`{getattr(column.server_default, 'arg', '')}`"
    return "nothing" if column.nullable else "**must be there**"


def _meaning(table: Table, column: Column[Any]) -> Iterator[str]:
    if column.doc:
        yield column.doc
    for each in sorted(column.foreign_keys, key=lambda each: each.target_fullname):
        yield f"Names `{each.target_fullname}`: {_FATES[each.ondelete]}."
    for check in table.constraints:
        said = str(check.sqltext) if isinstance(check, CheckConstraint) else ""
        if said.startswith(f"{column.name} IN "):
            words = re.findall(r"'([^']+)'", said)
            yield f"One of {', '.join(f'`{word}`' for word in words)}."
    if column.unique:
        yield "No two alike."


def _together(table: Table) -> Iterator[str]:
    """What holds for the table as a whole."""
    if table.dialect_options["sqlite"]["autoincrement"]:
        yield from ("", "A number is never given twice, even when its row is gone.")
    for each in table.constraints:
        if isinstance(each, UniqueConstraint) and len(each.columns) > 1:
            names = [f"`{column.name}`" for column in each.columns]
            yield from ("", f"No two rows share {', '.join(names[:-1])} and {names[-1]}.")
