"""What we say to a relay about one mail (RFC 5321, 1870, 6152, 6531, 3461), and what need not be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from newsletter.delivery.smtp.replies import Reply

_WRITABLE = re.compile(r"[^\x00-\x20\x7f<>@]+@[^\x00-\x20\x7f<>@]+").fullmatch
_PLAIN = re.compile(r"[!-*,-<>-~]*").fullmatch
"""ASCII that xtext leaves as it is (RFC 3461 § 4)."""
_LONGEST_ENVID = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """Who one mail is from and to, and what the relay must know of it."""

    sender: str
    """The return address; empty for mails that must not come back."""
    recipient: str
    size: int
    """Bytes of the mail."""
    smtputf8: bool = False
    envid: str | None = None
    """Comes back in reports (RFC 3461)."""
    eightbit: bool = False
    """Whether the mail has other bytes than ASCII."""


@dataclass(frozen=True, kw_only=True)
class Extensions:
    """What the relay offers beyond the basics."""

    names: Mapping[str, str]
    """In small letters → what stood after."""
    pipelining: bool = False
    eightbit: bool = False
    smtputf8: bool = False
    dsn: bool = False
    size: bool = False
    size_limit: int | None = None
    """The largest mail it takes, in bytes; None when it does not say."""

    @classmethod
    def of(cls, names: Mapping[str, str]) -> Self:
        """Out of an answer to EHLO."""
        limit = names.get("size", "")
        return cls(
            names=dict(names),
            pipelining="pipelining" in names,
            eightbit="8bitmime" in names,
            smtputf8="smtputf8" in names,
            dsn="dsn" in names,
            size="size" in names,
            size_limit=int(limit) or None if limit.isascii() and limit.isdigit() else None,
        )


class Commands(NamedTuple):
    """The three lines that come before a mail's body."""

    mail: bytes
    rcpt: bytes
    data: bytes = b"DATA\r\n"


def commands(envelope: Envelope, offered: Extensions) -> Commands:
    """What to say for this mail to a relay that offers this; `refusal` was asked first."""
    mail, rcpt = f"MAIL FROM:<{envelope.sender}>", f"RCPT TO:<{envelope.recipient}>"
    if offered.size:
        mail += f" SIZE={envelope.size}"
    if offered.eightbit and (envelope.eightbit or envelope.smtputf8):
        mail += " BODY=8BITMIME"
    if _beyond_ascii(envelope):
        mail += " SMTPUTF8"
    if offered.dsn:
        mail += " RET=HDRS" + _envid(envelope.envid)
        rcpt += " NOTIFY=FAILURE" + _orcpt(envelope.recipient)
    return Commands(f"{mail}\r\n".encode(), f"{rcpt}\r\n".encode())


def refusal(envelope: Envelope, offered: Extensions) -> Reply | None:
    """The answer that is known without asking; None when the relay must be asked."""
    if not _WRITABLE(envelope.recipient):
        return Reply(553, "5.1.3", "this is no address that a mail can be sent to", "rcpt")
    if envelope.sender and not _WRITABLE(envelope.sender):
        return Reply(553, "5.1.7", "the return address is no address", "mail")
    if not offered.smtputf8 and _beyond_ascii(envelope):
        return Reply(550, "5.6.7", "the relay takes no addresses with letters beyond a to z (SMTPUTF8)", "rcpt")
    if offered.size_limit and envelope.size > offered.size_limit:
        told = f"the mail has {_kilobytes(envelope.size)}, the relay takes {_kilobytes(offered.size_limit)}"
        return Reply(552, "5.3.4", told, "mail")
    if envelope.eightbit and not offered.eightbit:
        return Reply(554, "5.6.3", "the relay takes only mails of 7-bit characters (no 8BITMIME)", "mail")
    return None


def _beyond_ascii(envelope: Envelope) -> bool:
    return envelope.smtputf8 or not (envelope.recipient.isascii() and envelope.sender.isascii())


def _kilobytes(size: int) -> str:
    return f"{-(-size // 1024)} kB"


def _envid(envid: str | None) -> str:
    if not envid or len(envid) > _LONGEST_ENVID or not envid.isascii() or not envid.isprintable():
        return ""
    return f" ENVID={_xtext(envid)}"


def _orcpt(recipient: str) -> str:
    """The address as we know it, which comes back even when it is rewritten on the way."""
    return f" ORCPT=rfc822;{_xtext(recipient)}" if recipient.isascii() else ""


def _xtext(text: str) -> str:
    if _PLAIN(text):
        return text
    return "".join(each if _PLAIN(each) else f"+{ord(each):02X}" for each in text)
