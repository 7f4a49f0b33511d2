"""What a register that was moved remembers: where it went, and where it came from."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select

from newsletter.store.tables import meta

if TYPE_CHECKING:
    from sqlalchemy import Connection

TO, FROM = "moved", "moved_from"
"""Names of lines in `meta`."""


class Move(NamedTuple):
    """A register went from one place to another."""

    place: str
    """The other one: a file, or PostgreSQL's address without a password."""
    at: str
    """When, in UTC (ISO 8601)."""
    digest: str
    """Of all that was in it (SHA-256)."""


def mark_moved(connection: Connection, place: str, now: datetime, digest: str) -> None:
    """From now on this register is not opened again."""
    _mark(connection, TO, Move(place, now.isoformat(), digest))


def mark_arrived(connection: Connection, place: str, now: datetime, digest: str) -> None:
    """Remember from where this register came."""
    connection.execute(delete(meta).where(meta.c.name == TO))
    _mark(connection, FROM, Move(place, now.isoformat(), digest))


def moved_to(connection: Connection) -> Move | None:
    """Where the register went; None for one that is in use."""
    return _marked(connection, TO)


def arrived_from(connection: Connection) -> Move | None:
    """Where the register came from; None for one that began where it is."""
    return _marked(connection, FROM)


def _mark(connection: Connection, name: str, move: Move) -> None:
    connection.execute(delete(meta).where(meta.c.name == name))
    connection.execute(insert(meta).values(name=name, value=json.dumps(move._asdict(), sort_keys=True)))


def read_mark(value: str) -> Move:
    """A move, as `meta` keeps it."""
    return Move(**json.loads(value))


def _marked(connection: Connection, name: str) -> Move | None:
    value = connection.scalar(select(meta.c.value).where(meta.c.name == name))
    return None if value is None else read_mark(value)
