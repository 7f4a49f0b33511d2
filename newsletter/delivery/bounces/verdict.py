"""What became of a mail for one recipient, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a mail that came back says of one recipient."""

    HARD = "hard"
    """The address takes no mail, and none later."""
    SOFT = "soft"
    """Not this time."""
    SENDER = "sender"
    """Refused because of us: our mail, our server, our name. Says nothing of the address."""
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A kind, and the reason in one word (docs/bounces.md explains each)."""

    kind: Kind
    reason: str
    status: str
    """An enhanced status code (RFC 3463) that says the same; empty when none does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """One recipient of a mail that came back, and what it says of them."""

    address: str | None
    """As it stands there; None when the mail names nobody."""
    verdict: Verdict
    status: str | None = None
    """The enhanced status code in the mail."""
    diagnostic: str | None = None
    """What the server said, in one line."""

    @property
    def kind(self) -> Kind:
        """What it says of them."""
        return self.verdict.kind
