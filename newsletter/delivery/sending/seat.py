"""A lane's place at the relay: one of the connections that all workers may have, kept from batch to batch."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from newsletter.delivery.sending.office import Office
    from newsletter.delivery.transports import Sender
    from newsletter.delivery.transports.kinds import Sends


class Seat:
    """For one thread. Given back when there is nothing to send, so that others may have it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._relay = ""
        self._lane: int | None = None
        self._sender: Sender | None = None

    def take(self, transport: Sends) -> Sender | None:
        """The connection to this relay; None when all of them are taken."""
        if self._sender is not None and self._relay == transport.name:
            return self._sender
        self.leave()
        self._lane = self._office.ledger.lane(transport.name, self._office.connections)
        if self._lane is None:
            return None
        self._relay = transport.name
        self._sender = transport.open()
        return self._sender

    def leave(self) -> None:
        """Take leave of the relay and give the place back."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.__exit__(None, None, None)
        if self._lane is not None:
            self._office.ledger.free_lane(self._relay, self._lane)
            self._lane = None  # only now: while the register is away the place is ours, and given back next time

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()
