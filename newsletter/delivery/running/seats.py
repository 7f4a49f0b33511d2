"""The places of a process at the relay: kept from job to job, given back when there is nothing to send.

All workers together have so many connections (`delivery.connections`); each has an equal share of them, so that the
work spreads over machines and cores.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.delivery.ledger import LedgerLost
from newsletter.delivery.sending.seat import Seat

if TYPE_CHECKING:
    from newsletter.delivery.sending import Office

_IDLE = 2.0
"""Seconds after which a place that nobody uses is given back."""


def share_of(name: str, names: Sequence[str], connections: int) -> int:
    """How many of the connections one of these workers may have; all shares together are all connections.

    Who is not known yet has one.
    """
    if name not in names:
        return 1
    each, more = divmod(connections, len(names))
    return each + (sorted(names).index(name) < more)


class Seats:
    """For many threads."""

    def __init__(self, office: Office) -> None:
        self.share = 1
        """How many this process may have at most."""
        self._office = office
        self._idle: list[tuple[float, Seat]] = []
        self._busy = 0
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[Seat]:
        """A place for one job: the one that was used last, whose connection is the freshest."""
        with self._lock:
            seat = self._idle.pop()[1] if self._idle else Seat(self._office)
            self._busy += 1
        try:
            yield seat
        finally:
            with self._lock:
                self._busy -= 1
                self._idle.append((time.monotonic(), seat))

    def trim(self, *, everything: bool = False) -> None:
        """Give back the places that have been idle for a while, and those that are more than our share."""
        oldest = time.monotonic() - _IDLE
        with self._lock:
            spare = max(0, len(self._idle) + self._busy - self.share)
            given = [each for at, each in enumerate(self._idle) if everything or each[0] < oldest or at < spare]
            self._idle = [each for each in self._idle if each not in given]
        for at, (_, seat) in enumerate(given):
            try:
                seat.leave()
            except LedgerLost:  # next time
                with self._lock:
                    self._idle = [*given[at:], *self._idle]
                return
