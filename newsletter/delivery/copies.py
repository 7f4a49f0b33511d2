"""One marked copy of an edition, to look at: it stands in no ledger, and says in its subject that it is a test."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.build.editions import STANDARD
from newsletter.build.reader import find_reader
from newsletter.delivery.letters import letter_of
from newsletter.delivery.message import Identity, Reader, Template, Unsendable, message_id
from newsletter.delivery.sealed import read_sealed
from newsletter.delivery.sending.office import OUTBOX
from newsletter.delivery.smtp import AfterDot, BeforeDot, Envelope, Relay, Trouble
from newsletter.delivery.transports import AllowList, Outbox, RelayTransport
from newsletter.problems import Refused, guess

if TYPE_CHECKING:
    from newsletter.store.register import Register
    from newsletter.subscribers.addresses import Address
    from newsletter.workspace import Workspace

TESTS = "test"
"""Folder of the outbox."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A test copy, and where it went: a path below the workspace, or the relay."""

    issue: str
    edition: str
    message_id: str
    to: str


@dataclass(frozen=True, kw_only=True)
class _Mail:
    edition: str
    message_id: str
    envelope: Envelope
    data: bytes


class Copying:
    """Making test copies of a sealed issue; it need not be approved."""

    def __init__(self, workspace: Workspace, register: Register, issue: str) -> None:
        self.workspace, self.register = workspace, register
        self.sealed = read_sealed(workspace.root, issue)

    def write(self, address: Address, edition: str | None, now: datetime) -> Copy:
        """Into the outbox."""
        mail = self._mail(address, edition, now)
        folder = Path(OUTBOX) / TESTS
        with Outbox(self.workspace.root / folder).open() as filer:
            filer.write([(mail.message_id, mail.data)])
        return Copy(issue=self.sealed.issue, edition=mail.edition, message_id=mail.message_id, to=folder.as_posix())

    def send(self, address: Address, edition: str | None, now: datetime, environ: Mapping[str, str]) -> Copy:
        """By the relay. Raises Refused with what it said, when it does not take the mail."""
        settings = self.workspace.settings
        if settings.delivery.transport != "smtp":
            hint = "set delivery.transport to smtp and the relay's host; or leave out --really to write a file"
            raise Refused("newsletter.yml says `transport: outbox`, so nothing can really be sent", hint)
        mail = self._mail(address, edition, now)
        relay = Relay.of(settings, environ, self.workspace.root)
        with RelayTransport(relay=relay, allow=AllowList.of(settings)).open() as lane:
            try:
                reply = lane.offer(mail.envelope) or lane.deliver(mail.data)
            except Trouble as trouble:
                raise Refused(trouble.reason, trouble.hint or _LOOK) from trouble
            except (BeforeDot, AfterDot) as error:
                raise Refused(f"{relay.name}: {error.reason}", _LOOK) from error
        if not reply.taken:
            raise Refused(f"{relay.name} does not take the mail: {reply}", _LOOK)
        return Copy(issue=self.sealed.issue, edition=mail.edition, message_id=mail.message_id, to=relay.name)

    def _mail(self, address: Address, edition: str | None, now: datetime) -> _Mail:
        reader = self._reader(address)
        name = self._edition(edition)
        letter = replace(letter_of(self.workspace, self.sealed), marked=True, verp=False)
        identity = Identity(send_id=0, address_hash=secrets.token_bytes(16))
        template = Template(letter, self.sealed.sheet(name), self.register.key)
        try:
            data = template.fill(reader, identity, now)
        except Unsendable as error:
            raise Refused(str(error), "mend the person's values (newsletter subscribers show)") from error
        envelope = Envelope(
            sender=letter.return_address, recipient=address.written, size=len(data), smtputf8=address.needs_smtputf8
        )
        return _Mail(edition=name, message_id=message_id(letter, identity), envelope=envelope, data=data)

    def _edition(self, name: str | None) -> str:
        known = self.sealed.editions
        wanted = name or (STANDARD if STANDARD in known else known[0])
        if wanted not in known:
            raise Refused(f"{self.sealed.issue} has no edition {wanted!r}", guess(wanted, known))
        return wanted

    def _reader(self, address: Address) -> Reader:
        """What the register knows of them; somebody it does not know gets what it says to everybody."""
        with self.register.read() as connection:
            known = find_reader(connection, address.key)
        if known is None:
            return Reader(address=address.written)
        return Reader(
            address=address.written,
            name=known.name,
            first_name=known.first_name,
            company=known.company,
            contact=known.contact,
        )


_LOOK = "newsletter doctor looks at the relay, step by step"
