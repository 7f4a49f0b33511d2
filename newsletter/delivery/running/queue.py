"""The queue that brings batches to workers on any machine: procrastinate's tables, in a PostgreSQL schema of their own.

Nothing in it is worth keeping. The ledger is the truth; what stands in the queue can be thrown away at any time, and is
made again out of the ledger. So nothing of ours looks at these tables, moves them or counts them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc, text

from newsletter.problems import Refused

if TYPE_CHECKING:
    import psycopg
    from procrastinate import PsycopgConnector
    from sqlalchemy import Connection

    from newsletter.store.register import Register

SCHEMA = "procrastinate"
QUEUE = "newsletter"
_LOCK = 8246372
"""Of the one that makes the tables; the others wait for it."""
_OURS = "newsletter's queue of batches; may be dropped while no newsletter runs; "
_PATIENCE = 5.0
"""Seconds to wait for a connection."""
_ALIVE = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""A line that is dead is noticed within seconds."""


def make_queue(register: Register, *, renew: bool = False) -> bool:
    """See that the queue's tables are there; whether they had to be made.

    `renew`: tables of another version of procrastinate are thrown away and made again; else Refused is raised. It is
    raised, too, when this user may not make a schema.
    """
    with register.read() as connection:
        if _mark(connection) == _wanted():
            return False
    try:
        with register.write() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            return _make(connection, renew=renew)
    except exc.ProgrammingError as error:
        user = register.engine.url.username or "this user"
        raise Refused(
            f"the queue for several machines cannot be made in the database: {_first_line(error)}",
            f"let a database administrator run `CREATE SCHEMA {SCHEMA} AUTHORIZATION {user}` once, then start again",
        ) from error


def _make(connection: Connection, *, renew: bool) -> bool:
    mark = _mark(connection)
    if mark == _wanted():
        return False
    is_empty = mark is not None and not _tables(connection)
    if mark is not None and not is_empty:
        _may_go(mark, renew=renew)
        connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    if not is_empty:
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
    driver: Any = connection.connection.driver_connection
    driver.execute(_script().encode())
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS '{_wanted().replace(chr(39), chr(39) * 2)}'")
    return True


def _may_go(mark: str, *, renew: bool) -> None:
    if not mark.startswith(_OURS):
        raise Refused(
            f"the database has a schema `{SCHEMA}` that is not newsletter's",
            "give newsletter a database of its own: `newsletter register move` takes the register there",
        )
    if not renew:
        raise Refused(
            "the queue in the database is of another version of procrastinate than this machine has",
            "install the same version of newsletter on all machines, then run `newsletter register upgrade` once",
        )


def _mark(connection: Connection) -> str | None:
    """What is said of the schema; None when there is none."""
    found = "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = :name"
    mark: str | None = connection.scalar(text(found), {"name": SCHEMA})
    return mark


def _tables(connection: Connection) -> int:
    counted = "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname = :name"
    return connection.scalar(text(counted), {"name": SCHEMA}) or 0


def _wanted() -> str:
    return _OURS + hashlib.sha256(_script().encode()).hexdigest()[:12]


def _script() -> str:
    from procrastinate.schema import SchemaManager

    return SchemaManager.get_schema()


def _first_line(error: exc.DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]


def connector(register: Register) -> PsycopgConnector:
    """The way to the queue, over a few connections of its own."""
    from procrastinate import PsycopgConnector

    _, words = register.engine.dialect.create_connect_args(register.engine.url)
    return PsycopgConnector(
        kwargs={**_ALIVE, **words}, min_size=1, max_size=4, timeout=_PATIENCE, configure=_prepare, name="queue"
    )


async def _prepare(connection: psycopg.AsyncConnection[Any]) -> None:
    """The queue's tables are found first, then the register's. Nobody waits for the disk: the queue may be lost."""
    await connection.execute(
        f"SELECT set_config('search_path', '{SCHEMA}, ' || current_setting('search_path'), false),"
        " set_config('synchronous_commit', 'off', false),"
        " set_config('idle_in_transaction_session_timeout', '5s', false)"
    )
    await connection.commit()
