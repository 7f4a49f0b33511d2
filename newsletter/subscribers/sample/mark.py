"""A register that holds invented companies says so, so that nothing real is ever mixed into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from newsletter.problems import Refused
from newsletter.store.tables import meta

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NAME = "sample"


def is_sample(connection: Connection) -> bool:
    """Whether the register was made by `register sample`."""
    return connection.scalar(select(meta.c.value).where(meta.c.name == _NAME)) is not None


def mark(connection: Connection, value: str) -> None:
    """Write down that the register is a sample, and of which kind."""
    connection.execute(insert(meta).values(name=_NAME, value=value))


def unmark(connection: Connection) -> None:
    """Forget that it was a sample: it is emptied in the same transaction."""
    connection.execute(delete(meta).where(meta.c.name == _NAME))


def refuse_sample(connection: Connection) -> None:
    """Raises Refused for a sample: what is real does not belong into it."""
    if is_sample(connection):
        hint = "move the sample away (subscribers/register.sqlite, or another database), then begin with a new register"
        raise Refused("this register is a sample: its companies and people are invented", hint)
