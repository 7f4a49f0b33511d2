"""The ledger's way into a SQLite file: one connection for the process, behind a lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from newsletter.delivery.ledger.values import LedgerFull, LedgerLost

if TYPE_CHECKING:
    from newsletter.delivery.ledger.sql import Statements
    from newsletter.store.register import Register

T = TypeVar("T")
_FULL = "free some space on the disk, then run the command again: all that was sent is written down or listed in doubt"
_READ_ONLY = "let this user write to the register's file and its folder, then run the command again"


class FileHand:
    """What a transaction on the file works with."""

    is_sqlite = True

    def __init__(self, connection: sqlite3.Connection, words: Statements, epoch: str) -> None:
        self._connection = connection
        self.words = words
        self.epoch = epoch
        self.many = connection.executemany

    def rows(self, statement: str, values: Any = ()) -> list[Any]:
        """What the statement finds."""
        return self._connection.execute(statement, values).fetchall()

    def stream(self, statement: str, values: Any = ()) -> Iterable[Any]:
        """What the statement finds, as it is asked for."""
        return self._connection.execute(statement, values)

    def row(self, statement: str, values: Any = ()) -> Any:
        """The first row, or None."""
        cursor = self._connection.execute(statement, values)
        try:
            return cursor.fetchone()
        finally:
            cursor.close()

    def run(self, statement: str, values: Any = ()) -> int:
        """How many rows the statement changed."""
        return self._connection.execute(statement, values).rowcount

    def moment(self, at: datetime) -> Any:
        """A point in time as the file keeps it."""
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    def when(self, value: Any) -> datetime:
        """A point in time that the file kept."""
        return datetime.fromisoformat(value).replace(tzinfo=UTC)


class FileDoor:
    """Lets one thread at a time write; keeps the level of `synchronous` that was last asked for."""

    def __init__(self, register: Register, words: Statements, epoch: Callable[[Any], str]) -> None:
        self._register = register
        self._words = words
        self._epoch = epoch
        self._lock = RLock()
        self._hand: FileHand | None = None
        self._connection: sqlite3.Connection | None = None
        self._durable = False

    def act(self, work: Callable[[FileHand], T], *, durable: bool) -> T:
        """Do the work in a transaction; durable: it stays done though the machine loses its power."""
        with self._lock:
            try:
                return self._act(work, durable)
            except sqlite3.OperationalError as error:
                raise _translated(error, self._register) from error
            finally:
                self._roll_back()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._hand = None

    def _act(self, work: Callable[[FileHand], T], durable: bool) -> T:
        hand = self._hand or self._open()
        execute = hand._connection.execute  # noqa: SLF001
        if durable is not self._durable:
            execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        execute("BEGIN IMMEDIATE")
        result = work(hand)
        execute("COMMIT")
        return result

    def _open(self) -> FileHand:
        fairy = self._register.engine.raw_connection()
        connection = cast("sqlite3.Connection", fairy.driver_connection)
        fairy.detach()
        self._connection, self._durable = connection, False
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -65536")
        self._hand = FileHand(connection, self._words, self._epoch(connection))
        return self._hand

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._connection.rollback()


def _translated(error: sqlite3.OperationalError, register: Register) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    place = register.path.name if register.path else "register"
    if code == sqlite3.SQLITE_FULL:
        return LedgerFull(f"{place}: the disk is full", _FULL)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return LedgerFull(f"{place}: the register cannot be written to ({error})", _READ_ONLY)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR}:
        return LedgerLost(f"{place}: {error}")
    return error
