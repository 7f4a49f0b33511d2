"""Sending automatic mails, one at a time: offered, claimed, then its body, then what was answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from newsletter.delivery.message import DkimSigner, Unsendable, read_signer
from newsletter.delivery.message.dkim import KEY_VARIABLE
from newsletter.delivery.message.reader import to_ascii
from newsletter.delivery.notices import rows
from newsletter.delivery.notices.mime import message_id, to_bytes
from newsletter.delivery.notices.values import Posted
from newsletter.delivery.sending.office import OUTBOX
from newsletter.delivery.smtp import AfterDot, BeforeDot, Envelope, Relay, Reply, Timeouts, Trouble, verdict
from newsletter.delivery.transports import AllowList, Outbox, RelayTransport
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.notices.values import Notice, State
    from newsletter.delivery.transports import Filer, Sender
    from newsletter.settings import Settings
    from newsletter.store.register import Register

FOLDER = f"{OUTBOX}/notices"
_LOOK = "newsletter doctor looks at the relay, step by step"


class Posting(ABC):
    """Sends notices by the relay, or writes them as files. For one thread at a time."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], signer: DkimSigner | None = None) -> None:
        self._settings, self._clock, self._signer = settings, clock, signer

    def send(self, notice: Notice) -> Posted:
        """Send it, unless its key was used.

        Raises Refused when nothing can be sent now; all may be sent later.
        """
        now = self._clock()
        try:
            data = to_bytes(notice, self._settings, now)
        except Unsendable as error:
            return Posted(key=notice.key, state="skipped", answer=str(error))
        return self._post(notice, self._signer.sign(data, now) if self._signer else data)

    @abstractmethod
    def _post(self, notice: Notice, data: bytes) -> Posted:
        """The mail of a notice goes where it belongs."""


class Filed(Posting):
    """Into the outbox: the same key again is the same file."""

    def __init__(
        self, filer: Filer, settings: Settings, clock: Callable[[], datetime], signer: DkimSigner | None
    ) -> None:
        super().__init__(settings, clock, signer)
        self._filer = filer

    def _post(self, notice: Notice, data: bytes) -> Posted:
        self._filer.write([(message_id(notice, self._settings), data)])
        return Posted(key=notice.key, state="written", answer=FOLDER)


class Relayed(Posting):
    """Over one connection to the relay, each key once."""

    def __init__(
        self,
        lane: Sender,
        settings: Settings,
        register: Register,
        clock: Callable[[], datetime],
        signer: DkimSigner | None = None,
    ) -> None:
        super().__init__(settings, clock, signer)
        self._lane, self._register = lane, register
        self._allow = AllowList.of(settings)

    def _post(self, notice: Notice, data: bytes) -> Posted:
        before = self._known(notice)
        if before is not None:
            return before
        if not self._allow.permits(notice.to.address):
            return Posted(key=notice.key, state="skipped", answer=_NOT_ALLOWED)
        refused = self._offered(self._envelope(notice, data))
        if refused is not None and _meaning(refused) == "deferred":
            return Posted(key=notice.key, state="deferred", answer=str(refused))
        number = self._claim(notice)
        if number is None:
            self._lane.abandon()
            return self._known(notice) or Posted(key=notice.key, state="deferred", answer="another process had it")
        if refused is not None:
            return self._end(notice, number, "rejected", str(refused))
        return self._deliver(notice, number, data)

    def _offered(self, envelope: Envelope) -> Reply | None:
        """Offer it; over a new connection when the relay had closed the old one meanwhile."""
        try:
            try:
                return self._lane.offer(envelope)
            except BeforeDot:
                return self._lane.offer(envelope)
        except Trouble as trouble:
            raise Refused(trouble.reason, trouble.hint or _LOOK) from trouble
        except BeforeDot as error:
            raise Refused(f"the relay: {error.reason}", _LOOK) from error

    def _deliver(self, notice: Notice, number: int, data: bytes) -> Posted:
        """Its body, and what comes of it. Whatever else happens here leaves the key held: perhaps it was sent."""
        try:
            reply = self._lane.deliver(data)
        except AfterDot as error:
            return self._end(notice, number, "in_doubt", error.reason)
        except BeforeDot as error:
            return self._put_off(notice, number, error.reason)
        if verdict(reply) in ("accepted", "rejected"):
            return self._end(notice, number, _meaning(reply), str(reply))
        posted = self._put_off(notice, number, str(reply))
        _meaning(reply)
        return posted

    def _envelope(self, notice: Notice, data: bytes) -> Envelope:
        sender = self._settings.delivery.return_address or self._settings.sender.address
        utf8 = not notice.to.address.rpartition("@")[0].isascii()
        return Envelope(sender=sender, recipient=to_ascii(notice.to.address), size=len(data), smtputf8=utf8)

    def _claim(self, notice: Notice) -> int | None:
        with self._register.write(durable=True) as connection:
            return rows.claim(connection, notice, self._clock())

    def _known(self, notice: Notice) -> Posted | None:
        with self._register.read() as connection:
            return rows.known(connection, [notice.key]).get(notice.key)

    def _end(self, notice: Notice, number: int, state: State, answer: str) -> Posted:
        with self._register.write() as connection:
            rows.end(connection, number, state, answer, self._clock())
        return Posted(key=notice.key, state=state, answer=answer)

    def _put_off(self, notice: Notice, number: int, answer: str) -> Posted:
        """It was certainly not sent."""
        with self._register.write() as connection:
            rows.let_go(connection, number)
        return Posted(key=notice.key, state="deferred", answer=answer)


def _meaning(reply: Reply) -> State:
    """Raises Refused for an answer that is about us: it would be said of every mail."""
    found = verdict(reply)
    if found == "sender":
        raise Refused(f"the relay does not take the mail: {reply}", _LOOK)
    return found


class How(TypedDict):
    """How mails are posted: what the environment says, the clock, and whether by the relay or into files."""

    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    really: bool


@contextmanager
def open_posting(
    root: Path, settings: Settings, register: Register, *, timeouts: Timeouts | None = None, **how: Unpack[How]
) -> Iterator[Posting]:
    """A way to send notices by the relay, or without `really` into build/outbox/notices/.

    What others held and will not end is put in doubt. Raises Refused where nothing can be sent.
    """
    environ, clock = how["environ"], how["clock"]
    dkim = settings.delivery.dkim
    signer = read_signer(dkim.domain, dkim.selector, environ.get(KEY_VARIABLE)) if dkim else None
    if not how["really"]:
        with Outbox(root / FOLDER).open() as filer:
            yield Filed(filer, settings, clock, signer)
        return
    if settings.delivery.transport != "smtp":
        hint = "set delivery.transport to smtp and the relay's host; or leave out --really to write files"
        raise Refused("newsletter.yml says `transport: outbox`, so nothing can really be sent", hint)
    with register.write() as connection:
        rows.settle(connection, clock())
    relay = RelayTransport(
        relay=Relay.of(settings, environ, root), allow=AllowList.of(settings), timeouts=timeouts or Timeouts()
    )
    with relay.open() as lane:
        yield Relayed(lane, settings, register, clock, signer)


def post(
    root: Path, settings: Settings, register: Register, notices: Sequence[Notice], **how: Unpack[How]
) -> list[Posted]:
    """Send these; what became of each. Without any, nothing is opened. Raises Refused where nothing can be sent."""
    if not notices:
        return []
    with open_posting(root, settings, register, **how) as posting:
        return [posting.send(notice) for notice in notices]


_NOT_ALLOWED = "not on the allow-list: newsletter.yml says environment: test"
