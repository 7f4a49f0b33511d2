"""The ledger of a process: takes batches, holds windows, and writes down what became of each mail.

At most one copy for each address: a body is sent only after `step` has made its dot, and a dot is made once. What is
not waited for (dots and results) survives the process, and is safe from the machine at the next window.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

from newsletter.delivery.ledger import limits
from newsletter.delivery.ledger.doors import FileDoor, door_of
from newsletter.delivery.ledger.endings import Rest, finish, mend, reopen
from newsletter.delivery.ledger.sql import Statements
from newsletter.delivery.ledger.taking import Taker
from newsletter.delivery.ledger.values import FINAL, Batch, LedgerFull, LedgerLost, Outcome, Turn, Why
from newsletter.delivery.ledger.windows import file_window, server_window
from newsletter.delivery.ledger.writing import FileWriter, ServerWriter, Writer, accept_all, dot_values

if TYPE_CHECKING:
    from newsletter.delivery.ledger.life import Worker
    from newsletter.store.register import Register

T = TypeVar("T")
_PLAINLY = ("accepted", None, None)


class Ledger:
    """For all threads of a process. Every call raises LedgerLost when the register is away, LedgerFull when it is full.

    `rate`: mails a minute to a relay, all workers together; None is no limit.
    """

    def __init__(
        self, register: Register, worker: Worker, clock: Callable[[], datetime], *, rate: float | None = None
    ) -> None:
        self._words = Statements(register.engine.dialect)
        self._clock = clock
        self._rate = rate
        self._owner = worker.name
        self._door: Any = door_of(register, self._words)
        self._is_file = isinstance(self._door, FileDoor)
        self._writer: Writer = FileWriter() if self._is_file else ServerWriter()
        self._mine: WeakValueDictionary[tuple[int, int, int], Batch] = WeakValueDictionary()
        self._taker = Taker(self._owner, self._mine)
        self._lanes: set[tuple[str, int]] = set()
        """Connections that threads of this process have."""
        self._lanes_lock = Lock()

    def close(self) -> None:
        """Let go of the register."""
        self._door.close()

    def take(self, send_id: int | None = None, number: int | None = None) -> Batch | None:
        """The next batch to work, mine from now on; None when nothing is ready."""
        now = self._clock()

        def work(hand: Any) -> Batch | None:
            batch = self._taker.take(hand, send_id, number, now)
            if batch is not None:
                self._mine[batch.key] = batch
            return batch

        return self._act(work, durable=False)

    def hold(self, batch: Batch, limit: int = 20, skip_domains: Collection[str] = ()) -> list[Turn]:
        """Some whose turn it is, durably marked; [] when nothing is ready now. Raises Replaced and Halted.

        Who is no longer to be written to is skipped.
        """
        now, skip = self._clock(), frozenset(domain.lower() for domain in skip_domains)
        if batch.is_shaken:
            self._act(lambda hand: mend(hand, self._writer, batch, now), durable=True, batch=batch)
        if self._is_file:
            turns = self._act(lambda hand: file_window(hand, batch, limit, skip, now), durable=True, batch=batch)
        else:
            turns = self._ask(lambda hand: server_window(hand, batch, limit, skip, now), batch)
        batch.told.clear()
        batch.in_hand += len(turns)
        return turns

    def step(self, batch: Batch, results: Sequence[Outcome], dot: Turn | None) -> bool:
        """Write results, and the dot of who is next; False (`batch.why` says why): their body must not be sent.

        Neither must it when an error is raised. Results given once are kept until they are written.
        """
        batch.note(results)
        return self._record(batch, results, dot)

    def settle(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Write what became of turns that needed no dot: their transport may write the same mail again."""
        batch.note(outcomes)
        if not self._settled(batch, outcomes):
            self._record(batch, outcomes, None)

    def finish(self, batch: Batch) -> Rest:
        """End my time with a batch; what becomes of it. After LedgerLost ask again until it is told."""
        now = self._clock()
        found: Rest = self._act(lambda hand: finish(hand, self._writer, batch, now), durable=True, batch=batch)
        self._mine.pop(batch.key, None)
        batch.told.clear()
        batch.open_dots.clear()
        batch.in_hand = 0
        batch.is_shaken = False
        return found

    def stop(self, send_id: int, reason: str) -> bool:
        """The relay refuses us, not one address: the send rests until somebody resumes it. Whether it was going out."""
        values = {"send": send_id, "reason": reason}
        return bool(self._act(lambda hand: hand.run(self._words.stop, values), durable=True))

    def soonest(self) -> datetime | None:
        """When the next batch that waits for a time is ready."""
        return self._act(self._soonest, durable=False)

    def tokens(self, relay: str, wanted: int) -> tuple[int, float]:
        """How many of the wanted mails may go to the relay now, and in how many seconds the next may."""
        rate, now = self._rate, self._clock()
        if not rate:
            return wanted, 0.0
        return self._act(lambda hand: limits.take_tokens(hand, relay, wanted, rate, now), durable=False)

    def lane(self, relay: str, most: int) -> int | None:
        """A connection to the relay, out of so many that all workers have together; None when all are taken.

        One that is ours by the ledger and that no thread has (its answer was lost) is given out again.
        """
        now = self._clock()
        with self._lanes_lock:
            given = {number for name, number in self._lanes if name == relay}
            work = partial(limits.claim_lane, relay=relay, most=most, owner=self._owner, given=given, now=now)
            found = self._act(work, durable=False)
            if found is not None:
                self._lanes.add((relay, found))
        return found

    def free_lane(self, relay: str, lane: int) -> None:
        """Give a connection back."""
        values = {"relay": relay, "lane": lane, "owner": self._owner}
        with self._lanes_lock:
            try:
                self._act(lambda hand: hand.run(self._words.free, values), durable=False)
            finally:
                self._lanes.discard((relay, lane))

    def pause_domain(self, relay: str, domain: str, seconds: float | None = None) -> datetime:
        """Let a domain be, longer with each failure unless `seconds` are given; until when."""
        now = self._clock()
        return self._act(lambda hand: limits.pause_domain(hand, relay, domain.lower(), now, seconds), durable=False)

    def resume_domain(self, relay: str, domain: str) -> None:
        """A domain takes our mail: forget its failures."""
        values = {"relay": relay, "domain": domain.lower()}
        self._act(lambda hand: hand.run(self._words.resume, values), durable=False)

    def paused_domains(self, relay: str) -> Mapping[str, datetime]:
        """The domains that are to be let be, and until when."""
        now = self._clock()
        return self._act(lambda hand: limits.pauses(hand, relay, now), durable=False)

    def rested_domains(self, relay: str) -> frozenset[str]:
        """The domains that have failures to be forgotten once they take a mail."""
        return self._act(lambda hand: limits.rests(hand, relay), durable=False)

    def _record(self, batch: Batch, results: Sequence[Outcome], dot: Turn | None) -> bool:
        told, now = batch.told if batch.is_shaken else results, self._clock()
        is_made: bool = self._write(batch, told, dot, now)
        batch.is_shaken = False
        if not all(each.state in FINAL or each.state == "in_doubt" for each in told):
            self._late(batch, told, now)
        batch.why = None
        if dot is None:
            return True
        if is_made:
            batch.open_dots[dot.address_hash] = None
            return True
        batch.why = self._why(batch, dot, now)
        return False

    def _settled(self, batch: Batch, outcomes: Sequence[Outcome]) -> bool:
        """All that are held were accepted, and nothing was said of them: one statement, whatever their number."""
        if batch.is_shaken or batch.in_hand or batch.open_dots or any(each[1:4] != _PLAINLY for each in outcomes):
            return False
        now, count = self._clock(), len(outcomes)
        return self._act(lambda hand: accept_all(hand, batch, count, now), durable=False, batch=batch)

    def _write(self, batch: Batch, told: Sequence[Outcome], dot: Turn | None, now: datetime) -> bool:
        def work(hand: Any) -> bool:
            done: bool = self._writer.step(hand, batch, told, dot, now)
            return done

        return self._act(work, durable=False, batch=batch) if self._is_file else self._ask(work, batch)

    def _late(self, batch: Batch, told: Sequence[Outcome], now: datetime) -> None:
        """I may have been replaced, and what I know was not sent put into doubt: then it is planned again."""

        def work(hand: Any) -> None:
            keys = {"send": batch.send_id, "batch": batch.number}
            if (hand.row(self._words.standing, keys) or [None])[0] == batch.fence:
                return
            hand.row(self._words.lock_send, keys)
            hand.row(self._words.lock_batch, keys)
            if self._writer.late(hand, batch, told, now):
                reopen(hand, batch.send_id, batch.number)

        self._act(work, durable=False, batch=batch)

    def _why(self, batch: Batch, dot: Turn, now: datetime) -> Why:
        """Why a dot was not made. Who is not to be written to any more is skipped."""

        def work(hand: Any) -> Why:
            keys = dot_values(hand, batch, dot, now)
            standing = hand.row(self._words.standing, {**keys, "batch": batch.number})
            if standing is None or standing[0] != batch.fence:
                return "replaced"
            if standing[1] != "sending":
                return "halted"
            hand.run(self._words.unwanted, keys)
            return "changed"

        return self._act(work, durable=False, batch=batch)

    def _soonest(self, hand: Any) -> datetime | None:
        row = hand.row(self._words.soonest)
        found: datetime | None = hand.when(row[0]) if row and row[0] else None
        return found

    def _act(self, work: Callable[[Any], T], *, durable: bool, batch: Batch | None = None) -> T:
        try:
            found: T = self._door.act(work, durable=durable)
        except (LedgerLost, LedgerFull):
            if batch is not None:
                batch.is_shaken = True
            raise
        return found

    def _ask(self, work: Callable[[Any], T], batch: Batch) -> T:
        try:
            found: T = self._door.ask(work)
        except (LedgerLost, LedgerFull):
            batch.is_shaken = True
            raise
        return found
