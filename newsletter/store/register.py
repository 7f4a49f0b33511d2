"""Opening the register: a SQLite file with nothing to set up, or PostgreSQL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.inputs import WORKSPACE_FILE
from newsletter.problems import Invalid, Place, Problem
from newsletter.store.key import KEY_FILE, KEY_VARIABLE, address_hash, fingerprint, make_key, read_key
from newsletter.store.stamp import REGISTER_VARIABLE, register_name

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from newsletter.settings import Settings
    from newsletter.store.marks import Move

_PATIENCE = 30
"""Seconds to wait for another process that writes."""
_CACHE_KIB = 65_536
"""Memory for pages of SQLite's file."""
_WRITES = {"newsletter_writes": True}
_ALIVE = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""Of a line to a server: one that is dead is noticed within seconds."""
_MOVED = "SELECT value FROM meta WHERE name = 'moved'"
_MOVED_WAITING = f"{_MOVED} FOR KEY SHARE"
"""On a server a move that is under way is waited for; a file lets one writer in at a time."""


class Register:
    """An open register: connections to it, and the key its hashes are made with."""

    def __init__(self, engine: Engine, key: bytes, path: Path | None = None) -> None:
        self.engine = engine
        self.key = key
        self.path = path
        """The SQLite file; None on PostgreSQL."""
        self.in_use = False
        """Whether it was opened to be worked with: then each write looks whether it was moved away meanwhile."""

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.path is not None

    def hash_of(self, address_key: str) -> bytes:
        """The keyed hash of an address in its comparing form."""
        return address_hash(self.key, address_key)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A transaction that writes: all of it, or nothing when an error comes. SQLite lets one in at a time.

        Durable: it stays done though the machine loses its power. Raises Invalid when the register was moved to
        another place since it was opened.
        """
        with (
            self.engine.connect().execution_options(**_WRITES) as connection,
            self._synchronous(connection, durable=durable),
            connection.begin(),
        ):
            if self.in_use:
                self._refuse_moved(connection)
            yield connection

    @contextmanager
    def _synchronous(self, connection: Connection, *, durable: bool) -> Iterator[None]:
        """SQLite's file waits for the disk while it is asked to; a server always does."""
        if not durable or not self.is_sqlite:
            yield
            return
        file: Any = connection.connection.driver_connection
        file.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            file.execute("PRAGMA synchronous = NORMAL")

    def _refuse_moved(self, connection: Connection) -> None:
        found = connection.exec_driver_sql(_MOVED if self.is_sqlite else _MOVED_WAITING).scalar()
        if found is not None:
            from newsletter.store.marks import read_mark

            raise Invalid([_gone(self, read_mark(found))])

    def close(self) -> None:
        """Let go of all connections; SQLite puts its log back into the file."""
        self.engine.dispose()


def find_register(root: Path, settings: Settings) -> str | None:
    """Where the register is: a path, or PostgreSQL's URL; None when there is no file yet."""
    named = register_name(settings.register_at)
    return named if is_url(named) or (root / named).exists() else None


def is_url(named: str) -> bool:
    """Whether the register is a server rather than a file."""
    return bool(re.match(r"postgres(ql)?://", named))


def open_register(root: Path, settings: Settings) -> Register:
    """The register of the workspace, made or brought up to date if need be. Raises Invalid with the cure."""
    from sqlalchemy import exc

    from newsletter.store.upgrade import settle

    named = register_name(settings.register_at)
    register = connect(root, named)
    try:
        settle(register)
        _recognise(root, register)
        register.in_use = True
    except exc.DatabaseError as error:
        register.close()
        if register.path is not None:
            raise Invalid([_unreadable(named, str(error.orig))]) from error
        if isinstance(error, exc.OperationalError):
            raise Invalid([_unreachable(str(error.orig))]) from error
        raise
    except BaseException:
        register.close()
        raise
    return register


def _unreadable(named: str, reason: str) -> Problem:
    if "locked" in reason:
        hint = f"it has been writing for more than {_PATIENCE} seconds: wait for it, then run the command again"
        return Problem.at(Place(named), "register", "another program is writing to the register", hint)
    hint = "put a backup in its place (docs/register.md), or move the file away to begin a new register"
    return Problem.at(Place(named), "register", f"this is no register: {reason}", hint)


def connect(root: Path, named: str) -> Register:
    """A register as it stands, whatever its version."""
    path = None if is_url(named) else root / named
    engine = _server(named) if path is None else _file(path)
    return Register(engine, read_key(root) or b"", path)


def _server(url: str) -> Engine:
    from sqlalchemy import create_engine, exc

    driver_url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    engine = create_engine(driver_url, hide_parameters=True, pool_pre_ping=True, connect_args=_ALIVE)
    try:
        engine.connect().close()
    except exc.OperationalError as error:
        raise Invalid([_unreachable(str(error.orig or ""))]) from error
    return engine


def _unreachable(reason: str) -> Problem:
    first = reason.strip().partition("\n")[0] or "no answer"
    hint = f"check `register` there, or {REGISTER_VARIABLE} and PGPASSWORD in the environment, and that it runs"
    return Problem.at(Place(WORKSPACE_FILE), "register", f"PostgreSQL cannot be reached: {first}", hint)


def _file(path: Path) -> Engine:
    from sqlalchemy import create_engine, event

    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():  # closing a file that is there would drop this process's SQLite locks on it (POSIX)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # it holds personal data: nobody else may read it
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """What each connection to the file is told. Deleted rows are overwritten; transactions are ours to begin."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "synchronous = NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a transaction. Who writes wants the indexes at hand; who reads goes through once, and needs little."""
    writes = connection.get_execution_options().get("newsletter_writes")
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB if writes else _CACHE_KIB // 4}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _recognise(root: Path, register: Register) -> None:
    """See that the key is this register's. A new register takes the key there is, or a new one."""
    from sqlalchemy import select

    from newsletter.store.marks import moved_to
    from newsletter.store.tables import meta

    with register.read() as connection:
        known = connection.scalar(select(meta.c.value).where(meta.c.name == "key"))
        gone = moved_to(connection)
    if gone is not None:
        raise Invalid([_gone(register, gone)])
    if known is None:
        known = _adopt(root, register)
    if not register.key or fingerprint(register.key) != known:
        lack = "is missing" if not register.key else "is another register's"
        text = f"the key of this register {lack}"
        hint = f"put the key back ({KEY_FILE}, or {KEY_VARIABLE}): without it nobody knows whom never to write to"
        raise Invalid([Problem.at(Place(KEY_FILE), "register-key", text, hint)])


def _gone(register: Register, gone: Move) -> Problem:
    place = Place(register.path.name if register.path else WORKSPACE_FILE)
    text = f"this register was moved to {gone.place} on {gone.at[:10]}: nothing is read from it or written to it here"
    hint = f"write `register: {gone.place}` in {WORKSPACE_FILE}, or put it into {REGISTER_VARIABLE}"
    return Problem.at(place, "register-moved", text, hint)


def _adopt(root: Path, register: Register) -> str:
    """Give a new register its key; what it knows the key by."""
    from sqlalchemy import insert, select

    from newsletter.store.tables import meta

    register.key = register.key or make_key(root)
    with register.write() as connection:
        known = connection.scalar(select(meta.c.value).where(meta.c.name == "key"))
        if known is None:
            known = fingerprint(register.key)
            connection.execute(insert(meta).values(name="key", value=known))
    return known
