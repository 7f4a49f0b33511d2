"""Two small functions that both databases must read alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.subscribers.rules.facts import CAPITALS, SMALL


class Folded(FunctionElement[str]):
    """A column's word for comparing, as `facts.folded` has it."""

    type = String()
    inherit_cache = True
    name = "folded"


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


@compiles(AsBytes)
def _as_bytes(element: AsBytes, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(AsBytes, "postgresql")
def _as_bytes_postgresql(element: AsBytes, compiler: Any, **kw: Any) -> str:
    return f'({compiler.process(element.clauses, **kw)}) COLLATE "C"'
