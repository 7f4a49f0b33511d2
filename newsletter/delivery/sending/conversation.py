"""Batches that go to a relay: each mail is noted before its body leaves, and what is answered is noted with the next.

Killed at any point, at most the one mail whose body was on its way is in doubt; the ledger says which.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.delivery.ledger import LedgerFull, LedgerLost, Outcome
from newsletter.delivery.sending.circuit import Circuit
from newsletter.delivery.sending.office import Mail, Office
from newsletter.delivery.smtp import AfterDot, BeforeDot, Reply, verdict, waits

if TYPE_CHECKING:
    from newsletter.delivery.ledger import Batch, Turn
    from newsletter.delivery.transports import Sender

WINDOW = 20
"""Turns that are held at a time: so many at most are in doubt for each connection when a database crashes."""
_CROWDED = 1.0


class Stopped(Exception):
    """The relay refuses us, not an address: the send is stopped and a person is told why."""


@dataclass
class Conversation:
    """One lane's way through a batch."""

    office: Office
    batch: Batch
    sender: Sender
    circuit: Circuit
    results: list[Outcome] = field(default_factory=list)
    """What became of turns and is not in the ledger yet."""
    queue: deque[Turn] = field(default_factory=deque)
    inside: list[str] = field(default_factory=list)
    """Domains that a mail of ours is under way to."""
    rested: set[str] = field(default_factory=set)
    """Domains that had to be let be, and have not taken a mail since."""

    def work(self) -> None:
        """Send what is ready in the batch. Raises what the ledger raises, Stopped, Trouble and BeforeDot."""
        ledger, relay = self.office.ledger, self.batch.relay
        self.rested.update(ledger.rested_domains(relay))
        while not self.office.stop.is_set():
            granted, wait = ledger.tokens(relay, WINDOW)
            if not granted:
                self.office.rest(wait)
                continue
            turns = ledger.hold(self.batch, limit=granted, skip_domains=ledger.paused_domains(relay))
            if not turns:
                return
            if not self._window(turns):
                return

    def _window(self, turns: Sequence[Turn]) -> bool:
        """Send these; False when the batch is no longer ours to work."""
        self.queue.extend(turns)
        try:
            goes_on = self._mails()
        except (LedgerLost, LedgerFull):
            self.sender.abandon()  # the ledger remembers what it was told; `finish` settles the rest
            self._leave_all()
            raise
        except BaseException:
            self.sender.abandon()  # another mail may have been announced
            self._give_back()
            self._leave_all()
            raise
        self._give_back()
        return goes_on

    def _leave_all(self) -> None:
        for domain in self.inside:
            self.office.domains.leave(domain)
        self.inside.clear()

    def _mails(self) -> bool:
        mail = self._next()
        while mail is not None:
            refused = self._offered(mail)
            if refused is not None:
                self._judge(mail.turn, refused)
                mail = self._next()
                continue
            results, self.results = self.results, []
            if not self.office.ledger.step(self.batch, results, mail.turn):
                self.sender.abandon()
                self._leave(mail.turn)
                if self.batch.why != "changed":
                    self.queue.clear()  # not ours any more: who took over settles them
                    return False
                mail = self._next()
                continue
            mail = self._deliver(mail)
        return True

    def _offered(self, mail: Mail) -> Reply | None:
        """Offer a mail; over a new connection when the relay had closed the old one meanwhile."""
        try:
            return self.sender.offer(mail.envelope)
        except BeforeDot as error:
            if error.reply is not None:
                self._back(mail.turn)
                raise
        except BaseException:
            self._back(mail.turn)
            raise
        try:
            return self.sender.offer(mail.envelope)
        except BaseException:
            self._back(mail.turn)
            raise

    def _deliver(self, mail: Mail) -> Mail | None:
        """Send the body; the next mail, which was announced with it."""
        upcoming = None if self.office.stop.is_set() else self._next(blocks=False)
        since = time.monotonic()
        try:
            reply = self.sender.deliver(mail.data, upcoming.envelope if upcoming else None)
        except AfterDot as error:
            self._note(Outcome(mail.turn, "in_doubt", None, error.reason))
            if self.circuit.fell_silent(since):
                raise Stopped(f"it takes mails and does not say so: {error.reason}") from None
        except BeforeDot as error:
            self._put_off(mail.turn, None, error.reason)
        else:
            self._judge(mail.turn, reply)
        return upcoming or self._next()

    def _next(self, *, blocks: bool = True) -> Mail | None:
        """The next turn with room at its domain, made ready. None when there is none left, or it is time to stop."""
        while self.queue and not self.office.stop.is_set():
            for at, turn in enumerate(self.queue):
                if self.office.domains.enter(turn.domain):
                    self.inside.append(turn.domain)
                    del self.queue[at]
                    made = self.office.prepare(self.batch, turn)
                    if isinstance(made, Mail):
                        return made
                    self._note(made)
                    break
            else:
                if not blocks:
                    return None
                self.office.domains.wait(_CROWDED)
        return None

    def _judge(self, turn: Turn, reply: Reply) -> None:
        """What an answer means for the turn. Raises Stopped when it is about us."""
        found = verdict(reply, reply.stage)
        if found == "sender":
            self._back(turn)
            raise Stopped(str(reply))
        if found == "accepted":
            self.circuit.worked()
            self._forgive(turn.domain)
        if found == "deferred":
            self._put_off(turn, reply.code, str(reply))
        else:
            self._note(Outcome(turn, found, reply.code, str(reply)), is_put_off=False)

    def _forgive(self, domain: str) -> None:
        """A domain takes mail again: its next rest is a short one."""
        if domain in self.rested:
            self.rested.discard(domain)
            self.office.ledger.resume_domain(self.batch.relay, domain)

    def _put_off(self, turn: Turn, code: int | None, text: str) -> None:
        """Later, with growing waits; after the last of them never."""
        wait = waits(turn.attempt)
        if self.office.is_over(self.batch, wait):
            tried = f"put off for {self.office.retry_hours} hours: {text}"
            self._note(Outcome(turn, "rejected", code, tried), is_put_off=True)
            return
        failures = self._note(Outcome(turn, "deferred", code, text, wait), is_put_off=code is not None)
        if code is not None and self.office.domains.wants_a_rest(failures):
            self.office.ledger.pause_domain(self.batch.relay, turn.domain)
            self.rested.add(turn.domain)
            resting = [each for each in self.queue if each.domain == turn.domain]
            self.results += [Outcome(each, "planned") for each in resting]
            self.queue = deque(each for each in self.queue if each.domain != turn.domain)

    def _note(self, outcome: Outcome, *, is_put_off: bool | None = None) -> int:
        self.results.append(outcome)
        return self._leave(outcome.turn, is_put_off=is_put_off)

    def _leave(self, turn: Turn, *, is_put_off: bool | None = None) -> int:
        self.inside.remove(turn.domain)
        return self.office.domains.leave(turn.domain, is_put_off=is_put_off)

    def _back(self, turn: Turn) -> None:
        """Certainly not sent: somebody takes it again."""
        self._note(Outcome(turn, "planned"))

    def _give_back(self) -> None:
        """Write down all that is known, and let go of turns that were not reached."""
        results, self.results = self.results, []
        results += [Outcome(turn, "planned") for turn in self.queue]
        self.queue.clear()
        if results:
            self.office.ledger.step(self.batch, results, None)
