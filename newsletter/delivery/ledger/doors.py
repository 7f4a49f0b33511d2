"""Which way into the register there is: a file's, or a server's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from newsletter.delivery.ledger.file import FileDoor, FileHand
from newsletter.delivery.ledger.life import boot, epoch_of_server
from newsletter.delivery.ledger.server import ServerDoor

if TYPE_CHECKING:
    from newsletter.delivery.ledger.sql import Statements
    from newsletter.store.register import Register

T = TypeVar("T")


class Hand(Protocol):
    """What a transaction works with, on either database. `:name` in a statement stands for a value."""

    words: Statements
    epoch: str
    """When that is another than it was, commits that were not waited for can have been lost."""

    def rows(self, statement: str, values: Any = ()) -> list[Any]:
        """What the statement finds."""

    def row(self, statement: str, values: Any = ()) -> Any:
        """The first row, or None."""

    def run(self, statement: str, values: Any = ()) -> int:
        """How many rows the statement changed."""

    def moment(self, at: datetime) -> Any:
        """A point in time as the database takes it."""

    def when(self, value: Any) -> datetime:
        """A point in time that the database gave."""


class Door(Protocol):
    """Does work in a transaction. Raises LedgerLost and LedgerFull."""

    def act(self, work: Callable[[Any], T], *, durable: bool) -> T:
        """Do the work in a transaction; durable: it stays done whatever crashes."""

    def close(self) -> None:
        """Let go of the database."""


def door_of(register: Register, words: Statements) -> FileDoor | ServerDoor:
    """A way into the register, of one's own."""
    if register.is_sqlite:
        return FileDoor(register, words, lambda _connection: boot())
    return ServerDoor(register, words, epoch_of_server)


__all__ = ["Door", "FileDoor", "FileHand", "Hand", "ServerDoor", "door_of"]
