"""The lanes of a process: threads that take batches from the ledger and work them, each over its own connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.delivery.ledger import Halted, LedgerFull, LedgerLost, Replaced
from newsletter.delivery.sending.circuit import Circuit
from newsletter.delivery.sending.conversation import Conversation, Stopped
from newsletter.delivery.sending.filing import file_batch
from newsletter.delivery.sending.heart import beating
from newsletter.delivery.sending.office import Unmakeable
from newsletter.delivery.sending.seat import Seat
from newsletter.delivery.smtp import BeforeDot, Trouble
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.ledger import Batch
    from newsletter.delivery.sending.office import Office
    from newsletter.delivery.transports import Sender

_POLL = 1.0
"""Seconds between looks for work."""
_FAREWELL = 20.0
"""Seconds to wait for a register that is away when told to stop: what is not written down then is in doubt."""
_CLOSED = 421


class Crew:
    """Works batches with so many lanes until told to stop."""

    def __init__(
        self,
        office: Office,
        *,
        lanes: int,
        send_id: int | None = None,
        leaves: bool = False,
        patience: int | None = None,
    ) -> None:
        """`send_id`: only this send. `leaves`: go home when nothing is to be done now.

        `patience`: failures in a row to reach the relay before giving up; None tries for ever.
        """
        self.office = office
        self.send_id = send_id
        self.circuit = Circuit()
        self.gave_up = False
        """Whether it left although there was something to do."""
        self._leaves = leaves
        self._patience = patience
        self._lanes = lanes
        self._bug: BaseException | None = None

    def run(self) -> None:
        """Work. Raises what a lane raised that nobody expected, after all have stopped."""
        lanes = [threading.Thread(target=self._lane, name=f"lane-{number}") for number in range(self._lanes)]
        with beating(self.office.worker):
            for lane in lanes:
                lane.start()
            for lane in lanes:
                lane.join()
        if self._bug is not None:
            raise self._bug

    def run_batch(self, send_id: int, number: int, seat: Seat) -> None:
        """Work one batch, on this thread, if it is there to be taken: what an engine calls.

        Nothing happens for one that is done, that somebody works, or that never was.
        """
        with self._told():
            batch = self.office.ledger.take(send_id, number)
            if batch is not None:
                self._work(batch, seat)

    def _lane(self) -> None:
        seat = Seat(self.office)
        goes_on = True
        while goes_on and not self.office.stop.is_set() and self._bug is None:
            try:
                with self._told():
                    goes_on = self._round(seat)
            except BaseException as error:  # noqa: BLE001  a lane that dies in silence would leave a send half done
                self._bug = error
                self.office.stop.set()
        with self._told():
            seat.leave()

    def _round(self, seat: Seat) -> bool:
        """Take a batch and work it; False when it is time to go home."""
        if self.circuit.wait:
            if self._patience is not None and self.circuit.failures >= self._patience:
                self.gave_up = True
                return False
            self.office.rest(min(self.circuit.wait, _POLL))
            return True
        batch = self.office.ledger.take(self.send_id)
        if batch is None:
            seat.leave()
            if self._leaves:
                return False
            self.office.rest(_POLL)
            return True
        self._work(batch, seat)
        return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Troubles that pass are told, and waited for."""
        try:
            yield
        except LedgerLost as error:
            self._tell("warning", f"the register cannot be reached: {error}")
            self.office.rest(_POLL)
        except Refused as error:
            self._tell("error", str(error))
            if self._leaves:
                self.gave_up = True
                self.office.stop.set()
            self.office.rest(30 * _POLL)

    def _work(self, batch: Batch, seat: Seat) -> None:
        """Work a batch as far as it goes now, and let go of it."""
        transport = self.office.transport(batch)
        batch.relay = transport.name
        try:
            if transport.repeatable:
                file_batch(self.office, batch, transport)
            else:
                sender = seat.take(transport)
                if sender is None:
                    self.office.rest(_POLL)
                else:
                    self._talk(batch, sender)
        except Replaced:
            self._tell("warning", f"{batch.issue}, batch {batch.number}: somebody else has taken it over")
        except Unmakeable as error:
            self._stop(batch, f"no mail can be made: {error}")
        except Halted:
            pass
        finally:
            self._let_go(batch)

    def _talk(self, batch: Batch, sender: Sender) -> None:
        try:
            Conversation(self.office, batch, sender, self.circuit).work()
        except Stopped as error:
            self._stop(batch, str(error))
        except Trouble as trouble:
            if trouble.sender_side:
                self._stop(batch, str(trouble))
            else:
                self._failed(batch, str(trouble), closed=trouble.code == _CLOSED)
        except BeforeDot as error:
            self._failed(batch, error.reason, closed=error.reply is not None and error.reply.code == _CLOSED)

    def _failed(self, batch: Batch, reason: str, *, closed: bool) -> None:
        if self.circuit.failed(closed=closed):
            self._stop(batch, f"the relay closes every connection: {reason}")
        else:
            self._tell("warning", f"{batch.relay}: {reason}; trying again in {self.circuit.wait:.0f} seconds")

    def _stop(self, batch: Batch, reason: str) -> None:
        if self.office.ledger.stop(batch.send_id, reason):
            self._tell("error", f"{batch.issue} is stopped: {reason}")

    def _let_go(self, batch: Batch) -> None:
        """Give the batch back, however often the database must be asked; at the end somebody else settles it."""
        until: float | None = None
        while True:
            try:
                self.office.ledger.finish(batch)
            except Replaced:
                return
            except (LedgerLost, LedgerFull) as error:
                self._tell("warning", f"the register cannot be written: {error}")
                if self.office.stop.wait(_POLL):
                    until = until or time.monotonic() + _FAREWELL
                    if time.monotonic() > until:
                        return
                    time.sleep(_POLL)
            else:
                return

    def _tell(self, level: str, text: str) -> None:
        self.office.tell(level, text)
