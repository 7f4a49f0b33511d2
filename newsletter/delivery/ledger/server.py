"""The ledger's way into PostgreSQL: a connection for each thread, whose commits are not waited for unless asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock, local
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import finalize

from newsletter.delivery.ledger.values import LedgerFull, LedgerLost

if TYPE_CHECKING:
    import psycopg

    from newsletter.delivery.ledger.sql import Statements
    from newsletter.store.register import Register

T = TypeVar("T")
_TRIES = 5
_NO_GHOSTS = """SET idle_in_transaction_session_timeout = '6s'; SET lock_timeout = '5s';
    SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"""
"""A machine that is gone in the middle of a transaction lets go of its locks after seconds, not hours."""
_FULL = (
    "free some space on PostgreSQL's disk, then run the command again: all that was sent is written down or in doubt"
)


class ServerHand:
    """What a transaction on the server works with."""

    is_sqlite = False

    def __init__(self, connection: psycopg.Connection[Any], words: Statements, epoch: str) -> None:
        self.connection = connection
        self.words = words
        self.cursor = connection.cursor(binary=True)
        self.epoch = epoch

    def rows(self, statement: str, values: Any = ()) -> list[Any]:
        """What the statement finds."""
        return self.cursor.execute(translated(statement), values).fetchall()

    def row(self, statement: str, values: Any = ()) -> Any:
        """The first row, or None."""
        return self.cursor.execute(translated(statement), values).fetchone()

    def run(self, statement: str, values: Any = ()) -> int:
        """How many rows the statement changed."""
        return self.cursor.execute(translated(statement), values).rowcount

    def moment(self, at: datetime) -> Any:
        """A point in time as the server takes it."""
        return at

    def when(self, value: Any) -> datetime:
        """A point in time that the server gave."""
        found: datetime = value.astimezone(UTC)
        return found


@lru_cache(maxsize=256)
def translated(statement: str) -> Any:
    """A statement with `:name` where a value goes, as psycopg wants it."""
    return re.sub(r"(?<!:):([a-z]\w*)", r"%(\1)s", statement).encode()


def _close(connections: set[psycopg.Connection[Any]]) -> None:
    while connections:
        connections.pop().close()


class ServerDoor:
    """Gives each thread its connection. A connection that was lost is made again at the next act."""

    def __init__(self, register: Register, words: Statements, epoch: Callable[[Any], str]) -> None:
        self._register = register
        self._words = words
        self._epoch = epoch
        self._mine = local()
        self._all: set[psycopg.Connection[Any]] = set()
        self._lock = Lock()
        finalize(self, _close, self._all)  # a ledger that is dropped, or asked again after its end, leaves nothing open

    def act(self, work: Callable[[ServerHand], T], *, durable: bool) -> T:
        """Do the work in a transaction; durable: it stays done though the server is killed. Repeated on a deadlock."""

        def whole(hand: ServerHand) -> T:
            with hand.connection.transaction():
                if durable:
                    hand.connection.execute("SET LOCAL synchronous_commit = on")
                return work(hand)

        return self.ask(whole)

    def ask(self, work: Callable[[ServerHand], T]) -> T:
        """Do work whose statements are a transaction each. Raises LedgerLost and LedgerFull."""
        import psycopg
        from psycopg import errors

        for left in reversed(range(_TRIES)):
            try:
                return work(self._hand())
            except (errors.DeadlockDetected, errors.SerializationFailure):
                if not left:
                    raise
            except errors.DiskFull as error:
                raise LedgerFull("PostgreSQL: the disk is full", _FULL) from error
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self._drop()
                raise LedgerLost(f"PostgreSQL: {str(error).strip().partition(chr(10))[0]}") from error
        raise AssertionError

    def close(self) -> None:
        """Let go of all connections, those of other threads too."""
        with self._lock:
            _close(self._all)
        self._mine = local()

    def _hand(self) -> ServerHand:
        hand: ServerHand | None = getattr(self._mine, "hand", None)
        if hand is None or hand.connection.closed:
            hand = self._mine.hand = self._open()
        return hand

    def _open(self) -> ServerHand:
        from sqlalchemy import exc

        try:
            fairy = self._register.engine.raw_connection()
        except exc.DBAPIError as error:
            raise LedgerLost(f"PostgreSQL: {str(error.orig).strip().partition(chr(10))[0]}") from error
        connection = cast("psycopg.Connection[Any]", fairy.driver_connection)
        fairy.detach()
        with self._lock:
            self._all.add(connection)
        connection.autocommit = True
        connection.prepare_threshold = 1
        connection.execute("SET synchronous_commit = off; SET TIME ZONE 'UTC'; SET jit = off")
        connection.execute(_NO_GHOSTS)
        connection.execute("SET plan_cache_mode = force_generic_plan")  # planning takes longer than a step
        return ServerHand(connection, self._words, self._epoch(connection))

    def _drop(self) -> None:
        hand: ServerHand | None = getattr(self._mine, "hand", None)
        self._mine.hand = None
        if hand is not None:
            hand.connection.close()
            with self._lock:
                self._all.discard(hand.connection)
