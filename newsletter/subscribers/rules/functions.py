"""Small functions that both databases must read alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, String, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.subscribers.rules.facts import CAPITALS, SMALL, folded


class Folded(FunctionElement[str]):
    """A column's word for comparing, as `facts.folded` has it."""

    type = String()
    inherit_cache = True
    name = "folded"


class Plain(FunctionElement[str]):
    """A column's word, of which only A-Z are folded: much quicker, and enough beside words without other letters."""

    type = String()
    inherit_cache = True
    name = "plain"


class AsBytes(FunctionElement[str]):
    """A column's text, compared sign by sign whatever the database's language is."""

    type = String()
    inherit_cache = True
    name = "as_bytes"


@compiles(Folded)
def _folded(element: Folded, compiler: Any, **kw: Any) -> str:
    """SQLite's `lower` knows A-Z only, which is what is wanted; the other letters, if any, follow one by one."""
    column = compiler.process(element.clauses, **kw)
    plain = sql = f"lower({column})"
    for large, small in zip(CAPITALS, SMALL, strict=True):
        sql = f"replace({sql}, '{large}', '{small}')"
    return f"CASE WHEN length({column}) = length(CAST({column} AS BLOB)) THEN {plain} ELSE {sql} END"


@compiles(Folded, "postgresql")
def _folded_postgresql(element: Folded, compiler: Any, **kw: Any) -> str:
    return f"translate(lower(({compiler.process(element.clauses, **kw)}) COLLATE \"C\"), '{CAPITALS}', '{SMALL}')"


@compiles(Plain)
def _plain(element: Plain, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)}) COLLATE NOCASE"


@compiles(Plain, "postgresql")
def _plain_postgresql(element: Plain, compiler: Any, **kw: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **kw)}) COLLATE "C")'


@compiles(AsBytes)
def _as_bytes(element: AsBytes, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(AsBytes, "postgresql")
def _as_bytes_postgresql(element: AsBytes, compiler: Any, **kw: Any) -> str:
    return f'({compiler.process(element.clauses, **kw)}) COLLATE "C"'


def among(column: ColumnElement[Any], words: Collection[str]) -> ColumnElement[bool]:
    """Whether the column's word is one of these, written large or small."""
    every = {folded(word) for word in words}
    simple = {word for word in every if not set(word) & set(SMALL)}
    found = ((Plain(column), simple), (Folded(column), every - simple))
    return or_(*(column.in_(sorted(some)) for column, some in found if some))
