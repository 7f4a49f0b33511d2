"""A conversation with a relay, mail after mail: where PIPELINING is offered, one write and one read for each.

The end of a mail's body travels together with the next mail's MAIL, RCPT and DATA (RFC 2920 § 3.1), so between two
mails nothing waits but for the relay. A mail is taken exactly when its final dot is answered with a yes.
"""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Self

from newsletter.delivery.smtp.body import DOT, Stuffed, stuffed
from newsletter.delivery.smtp.commands import Commands, Envelope, Extensions, commands, refusal
from newsletter.delivery.smtp.relay import Timeouts
from newsletter.delivery.smtp.replies import Reply, Stage
from newsletter.delivery.smtp.troubles import AfterDot, BeforeDot
from newsletter.delivery.smtp.wire import Broken, Wire

_SHUTTING = 421
"""The relay closes the line (RFC 5321 § 3.8)."""
_GO_ON, _NO = 354, 400
_STEPS: tuple[Stage, ...] = ("mail", "rcpt", "data")
MOST = 100
"""Mails over one connection; many relays ask for no more."""


class Session:
    """One connection to a relay: `offer` a mail, then `deliver` its body, again and again. For one thread at a time."""

    def __init__(self, wire: Wire, offered: Extensions, timeouts: Timeouts | None = None, most: int = MOST) -> None:
        self.offered = offered
        self.closed = False
        self.delivered = 0
        """Bodies that were answered."""
        self._wire = wire
        self._timeouts = timeouts or Timeouts()
        self._waits = self._timeouts.by_stage()
        self._most = most
        self._ahead: Envelope | None = None
        self._ready = False
        """Whether the relay waits for a body."""
        self._begun = False
        """Whether a mail was begun that must be taken back before the next."""

    def offers(self, name: str) -> bool:
        """Whether the relay offers this extension, such as PIPELINING."""
        return name.lower() in self.offered.names

    @property
    def spent(self) -> bool:
        """Whether the next mail wants a new connection: this one is closed, or had as many as are polite."""
        return self.closed or (self.delivered >= self._most and self._ahead is None and not self._ready)

    def offer(self, envelope: Envelope) -> Reply | None:
        """Ask the relay to take a mail. None: its body may come. A reply: it is refused, nothing was sent.

        A mail that was `upcoming` must be offered next. Raises BeforeDot; the session is closed then. It is also closed
        after a reply of 421.
        """
        if self._ready or (self._ahead is not None and self._ahead != envelope):
            raise ValueError("another mail is under way over this connection: deliver or abandon it first")
        try:
            if self._ahead is not None:
                self._ahead = None
                return self._answered()
            return refusal(envelope, self.offered) or self._ask(commands(envelope, self.offered))
        except Broken as broken:
            self.abandon()
            raise BeforeDot(broken.reason) from broken

    def deliver(self, data: bytes, upcoming: Envelope | None = None) -> Reply:
        """Send the body of the mail that was offered, and what the relay answers to its final dot.

        `upcoming` is the mail that will be offered next, asked for in the same write. Bytes that are no `Stuffed` are
        looked through first. Raises BeforeDot, AfterDot (in doubt), and ValueError for line ends that are none; the
        session is closed then, and after a reply of 421.
        """
        if not self._ready:
            raise ValueError("no mail was offered")
        try:
            body = data if isinstance(data, Stuffed) else stuffed(data)
        except ValueError:
            self.abandon()
            raise
        self._quiet()
        ahead = self._group_ahead(upcoming)
        reply = self._hand_over(body, ahead) or self._after_dot()
        self._ready = False
        self.delivered += 1
        if reply.code == _SHUTTING:
            self.abandon()
        elif ahead and not self.closed:
            self._ahead = upcoming
        return reply

    def abandon(self) -> None:
        """Drop the connection as it is: a body that was not ended is nothing to the relay (RFC 5321 § 4.1.1.4)."""
        self.closed = True
        self._ready, self._ahead = False, None
        self._wire.close()

    def close(self) -> None:
        """Take leave politely where nothing is under way, else drop the connection."""
        if not self.closed and not self._ready and self._ahead is None:
            with suppress(Broken):
                self._wire.write(b"QUIT\r\n", self._timeouts.quit)
                self._wire.answer("connect", self._timeouts.quit)
        self.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, said: Commands) -> Reply | None:
        self._quiet()
        if self._begun:
            self._reset()
        if self.offered.pipelining:
            self._say(b"".join(said), "mail")
            return self._answered()
        return self._answered(said)

    def _quiet(self) -> None:
        """Answers that nobody asked for would be taken for those to this mail."""
        if self._wire.heard:
            reply = self._last_words()
            self.abandon()
            raise BeforeDot(f"the relay spoke without being asked: {reply or 'nothing to understand'}", reply)

    def _reset(self) -> None:
        self._say(b"RSET\r\n", "mail")
        self._begun = False
        reply = self._read("mail")
        if not reply.taken:
            self.abandon()
            raise BeforeDot(f"the relay cannot begin anew: {reply}", reply)

    def _say(self, line: bytes, stage: Stage) -> None:
        """Write commands; a relay that hung up may have said why."""
        try:
            self._wire.write(line, self._waits[stage])
        except Broken as broken:
            reply = self._last_words()
            self.abandon()
            raise BeforeDot(f"{broken.reason}: {reply}" if reply else broken.reason, reply) from broken

    def _answered(self, said: Commands | None = None) -> Reply | None:
        """The answers to MAIL, RCPT and DATA: written already, or `said` now one by one up to the first no."""
        told: list[Reply] = []
        try:
            for index, stage in enumerate(_STEPS):
                if said is not None:
                    self._say(said[index], stage)
                told.append(self._read(stage))
                if self.closed or (said is not None and _is_no(told[-1])):
                    break
        except Broken:
            if not any(map(_is_no, told)):
                raise
            self.abandon()
        return self._outcome(told)

    def _outcome(self, told: list[Reply]) -> Reply | None:
        """The first no. A body that is asked for after one is an empty one (RFC 2920 § 3.1)."""
        refused = next(filter(_is_no, told), None)
        if self.closed:
            return refused
        if told[-1].code != _GO_ON:
            self._begun = True
        elif refused is None:
            self._ready = True
        elif refused.stage == "mail":
            self.abandon()
        else:
            self._send_nothing()
        return refused

    def _send_nothing(self) -> None:
        """A lone dot: the mail has no recipient, so whatever is answered, nobody gets it."""
        try:
            self._wire.write(DOT, self._timeouts.block)
            self._read("dot")
        except Broken:
            self.abandon()

    def _read(self, stage: Stage) -> Reply:
        """An answer that fits its place. A 421 closes the session; before the recipient was named it is nobody's."""
        reply = self._wire.answer(stage, self._waits[stage])
        fits = reply.code == _GO_ON if stage == "data" else reply.taken
        if not fits and not _is_no(reply):
            raise Broken(f"the relay's answer does not fit: {reply}")
        if reply.code == _SHUTTING:
            self.abandon()
            if stage == "mail":
                raise BeforeDot(f"the relay closes the connection: {reply}", reply)
        return reply

    def _group_ahead(self, upcoming: Envelope | None) -> bytes:
        """What may be said at once about the next mail; nothing where it must be said later, or over a new line."""
        last = self.delivered + 1 >= self._most
        if upcoming is None or last or not self.offered.pipelining or refusal(upcoming, self.offered):
            return b""
        return b"".join(commands(upcoming, self.offered))

    def _hand_over(self, body: bytes, ahead: bytes) -> Reply | None:
        """Write the body. A reply when the relay refused it on the way and hung up; None when all of it has left."""
        try:
            self._wire.write(b"".join((body, DOT, ahead)), self._timeouts.block)
        except Broken as broken:
            whole = broken.handed >= len(body) + len(DOT)
            reply = self._last_words()
            self.abandon()
            if reply is not None and (_is_no(reply) or (whole and reply.taken)):
                return reply
            raise (AfterDot if whole else BeforeDot)(broken.reason) from broken
        return None

    def _last_words(self) -> Reply | None:
        try:
            return self._wire.answer("dot", self._timeouts.quit)
        except Broken:
            return None

    def _after_dot(self) -> Reply:
        try:
            return self._read("dot")
        except Broken as broken:
            self.abandon()
            raise AfterDot(broken.reason) from broken


def _is_no(reply: Reply) -> bool:
    return reply.code >= _NO
