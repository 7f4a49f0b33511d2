"""The two kinds of transport: what may be done again without harm, and what may not."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from newsletter.delivery.smtp import Envelope, Reply

Mails = Iterable[tuple[str, bytes]]
"""Message-ID and whole bytes of each."""


class Filer(AbstractContextManager["Filer"], Protocol):
    """Takes mails many at a time; the same mail again is the same mail."""

    def write(self, mails: Mails) -> int:
        """Put them where they belong; how many it were. Raises Refused with the cure; all may then be written again."""
        ...


class Sender(AbstractContextManager["Sender"], Protocol):
    """Takes mails one at a time, over one connection; nothing is ever sent again unless somebody says so."""

    @property
    def closed(self) -> bool:
        """Whether the connection is gone: the next mail opens a new one."""
        ...

    def offer(self, envelope: Envelope) -> Reply | None:
        """As Session.offer; opens a connection where one is needed. Raises Trouble, BeforeDot, and Refused."""
        ...

    def deliver(self, data: bytes, upcoming: Envelope | None = None) -> Reply:
        """As Session.deliver. Raises BeforeDot and AfterDot."""
        ...

    def abandon(self) -> None:
        """As Session.abandon: what was offered is not sent."""
        ...


class Files(Protocol):
    """A transport whose mails may be written again."""

    @property
    def name(self) -> str:
        """For people and for the register."""
        ...

    @property
    def repeatable(self) -> Literal[True]:
        """Tells it from one that sends."""
        ...

    def open(self) -> Filer:
        """For one lane."""
        ...


class Sends(Protocol):
    """A transport whose mails reach people, once."""

    @property
    def name(self) -> str:
        """For people and for the register."""
        ...

    @property
    def repeatable(self) -> Literal[False]:
        """Tells it from one that writes."""
        ...

    def open(self) -> Sender:
        """For one lane; connects when the first mail is offered."""
        ...


Transport = Files | Sends
