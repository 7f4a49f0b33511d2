"""The relay: mails over SMTP, as many over a connection as the relay likes, then over a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from newsletter.delivery.smtp import Envelope, Relay, Reply, Session, Timeouts, open_session
from newsletter.delivery.smtp.session import MOST
from newsletter.delivery.transports.allow import AllowList
from newsletter.problems import Refused


@dataclass(frozen=True, kw_only=True)
class RelayTransport:
    """Sends by way of a relay, to those who may get mail."""

    relay: Relay
    allow: AllowList
    timeouts: Timeouts = field(default_factory=Timeouts)
    most: int = MOST
    """Mails over one connection."""

    @property
    def name(self) -> str:
        """host:port: the rate and the lanes are counted for it."""
        return self.relay.name

    @property
    def repeatable(self) -> Literal[False]:
        """A mail is sent once."""
        return False

    def open(self) -> _Lane:
        """For one lane; connects when the first mail is offered, or at once with `connect`."""
        return _Lane(self)


class _Lane:
    """One connection at a time."""

    def __init__(self, transport: RelayTransport) -> None:
        self._transport = transport
        self._session: Session | None = None

    @property
    def closed(self) -> bool:
        return self._session is None or self._session.closed

    @property
    def session(self) -> Session:
        """The connection for the next mail; a new one where the old had enough. Raises Trouble."""
        if self._session is None or self._session.spent:
            self.close()
            its = self._transport
            self._session = open_session(its.relay, its.timeouts, its.most)
        return self._session

    def offer(self, envelope: Envelope) -> Reply | None:
        if not self._transport.allow.permits(envelope.recipient):
            raise Refused(
                f"{envelope.recipient} may get no mail from here: this is not production",
                "add the address to delivery.allow in newsletter.yml, or set environment: production",
            )
        return self.session.offer(envelope)

    def deliver(self, data: bytes, upcoming: Envelope | None = None) -> Reply:
        if self._session is None:
            raise ValueError("no mail was offered")
        if upcoming is not None and not self._transport.allow.permits(upcoming.recipient):
            upcoming = None
        return self._session.deliver(data, upcoming)

    def abandon(self) -> None:
        if self._session is not None:
            self._session.abandon()

    def close(self) -> None:
        """Take leave of the relay."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
