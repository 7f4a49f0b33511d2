"""What every lane of a process needs: the ledger, templates, where mails go, and the word to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newsletter.delivery.ledger import Outcome
from newsletter.delivery.message import Identity, Reader, Unsendable, message_id
from newsletter.delivery.sending.domains import Domains
from newsletter.delivery.sending.templates import Templates
from newsletter.delivery.smtp import Envelope, Relay, Stuffed, Timeouts
from newsletter.delivery.transports import AllowList, Nowhere, Outbox, RelayTransport
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.ledger import Batch, Ledger, Turn, Worker
    from newsletter.delivery.message import Template
    from newsletter.delivery.transports import Transport

OUTBOX = "build/outbox"


class Unmakeable(Refused):
    """No mail of an edition can be made: the send rests until a person has looked."""


class Mail(NamedTuple):
    """A mail ready to go."""

    turn: Turn
    identity: str
    """Its Message-ID."""
    envelope: Envelope
    data: bytes


@dataclass(kw_only=True)
class Office:
    """One process's way of sending."""

    root: Path
    ledger: Ledger
    worker: Worker
    templates: Templates
    relay: Relay
    allow: AllowList
    clock: Callable[[], datetime]
    connections: int = 2
    """To the relay at a time, all processes together."""
    per_domain: int = 2
    retry_hours: int = 48
    stop: threading.Event = field(default_factory=threading.Event)
    tell: Callable[[str, str], None] = lambda _level, _text: None
    """Called with info, warning or error and a line for people: no address in it."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    nowhere: Nowhere = field(default_factory=Nowhere)
    domains: Domains = field(init=False)

    def __post_init__(self) -> None:
        self.domains = Domains(self.per_domain)

    def transport(self, batch: Batch) -> Transport:
        """Where a batch's mails go, as was said when its send began."""
        if batch.transport == "smtp":
            return RelayTransport(relay=self.relay, allow=self.allow, timeouts=self.timeouts)
        return self.nowhere if batch.transport == "nowhere" else Outbox(self.root / OUTBOX / batch.issue)

    def prepare(self, batch: Batch, turn: Turn) -> Mail | Outcome:
        """The mail of a turn, or why there is none."""
        if batch.transport == "smtp" and not self.allow.permits(turn.address):
            return Outcome(turn, "skipped", None, "not on the allow-list: newsletter.yml says environment: test")
        template = self._template(batch, turn.edition)
        identity = Identity(send_id=batch.root_id, address_hash=turn.address_hash)
        reader = Reader(
            address=turn.address,
            name=turn.name,
            first_name=turn.first_name,
            company=turn.company,
            contact=turn.contact,
            person_id=turn.person_id,
        )
        try:
            data = Stuffed(
                template.fill(reader, identity, batch.started_at)
            )  # no line of a template's begins with a dot
        except Unsendable as error:
            return Outcome(turn, "rejected", None, str(error))
        envelope = Envelope(
            sender=template.return_path(identity),
            recipient=turn.address,
            size=len(data),
            smtputf8=turn.smtputf8,
            envid=f"{batch.root_id}.{turn.address_hash.hex()}",
        )
        return Mail(turn, message_id(self.templates.letter(batch.send_id), identity), envelope, data)

    def _template(self, batch: Batch, edition: str) -> Template:
        """Raises Unmakeable when the edition is none that mails can be made of: a person must look at it."""
        try:
            return self.templates.of(batch.send_id, edition)
        except Refused as error:
            raise Unmakeable(error.text, error.hint) from error

    def is_over(self, batch: Batch, wait: float) -> bool:
        """Whether another try after so many seconds would be too late."""
        deadline = batch.started_at + timedelta(hours=self.retry_hours)
        return self.clock() + timedelta(seconds=wait) > deadline

    def rest(self, seconds: float) -> None:
        """Wait, unless told to stop."""
        self.stop.wait(seconds)
