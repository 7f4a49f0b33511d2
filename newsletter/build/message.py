"""An edition as a mail: one multipart/alternative, text first, UTF-8, quoted-printable, CRLF.

The same values give the same bytes: the boundary and the Message-ID come from what the mail says.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.settings import Settings

SAMPLE_READER = "laeser@eksempel.example"
"""Whom the sample mail for nobody in particular is addressed to."""
_LINE = 76
"""Characters in a line of a header."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the headers need to know."""

    settings: Settings
    subject: str
    sent: datetime
    """With its zone."""
    identity: str
    """Makes the Message-ID: the same for the same mail, for ever."""
    unsubscribe_url: str
    to: str = SAMPLE_READER


def encode(text: str) -> bytes:
    """Text as quoted-printable that ends in a soft line break, so that pieces can be joined (RFC 2045 § 6.7).

    What all editions share is encoded once.
    """
    lines = text.replace("\r\n", "\n").encode()
    return b2a_qp(lines, istext=True).replace(b"\n", b"\r\n") + b"=\r\n"


def to_mail(envelope: Envelope, text: bytes, html: bytes) -> bytes:
    """The whole mail out of its encoded parts, ready to be opened in a mail program (RFC 5322, 2045-2046).

    No encoded line begins as the boundary does, since `=` is followed there by two digits or the line's end.
    """
    mark = hashlib.sha256(envelope.identity.encode()).hexdigest()[:32].encode()
    boundary = b"=_" + mark
    return b"".join(
        [
            _headers(envelope).encode(),
            b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n',
            *(line for kind, body in ((b"plain", text), (b"html", html)) for line in _part(boundary, kind, body)),
            b"--" + boundary + b"--\r\n",
        ]
    )


def _headers(envelope: Envelope) -> str:
    sender = envelope.settings.sender
    host = sender.address.rpartition("@")[2]
    lines = {
        "From": f"{_phrase(sender.name)} <{sender.address}>",
        "To": envelope.to,
        "Reply-To": sender.reply_to,
        "Subject": _words("Subject", envelope.subject),
        "Date": format_datetime(envelope.sent),
        "Message-ID": f"<{hashlib.sha256(envelope.identity.encode()).hexdigest()[:32]}@{host}>",
        "List-Unsubscribe": f"<{envelope.unsubscribe_url}>",
        "MIME-Version": "1.0",
    }
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)


def _phrase(name: str) -> str:
    """A name before an address: bare, in quotes, or encoded."""
    words = _words("From", name)
    return words if words.startswith("=?") or re.fullmatch(r"[\w -]+", words, re.ASCII) else f'"{quote(words)}"'


def _words(header: str, text: str) -> str:
    """Text in one header, folded; encoded (RFC 2047) unless it is ASCII that cannot be taken for anything else."""
    line = " ".join(text.split())
    plain = line.isascii() and line.isprintable() and "=?" not in line and len(line) <= _LINE
    charset = "us-ascii" if plain else "utf-8"
    return Header(line, charset, header_name=header, maxlinelen=_LINE).encode(linesep="\r\n")


def _part(boundary: bytes, kind: bytes, body: bytes) -> tuple[bytes, ...]:
    content_type = b"\r\nContent-Type: text/" + kind + b'; charset="utf-8"\r\n'
    return b"--" + boundary, content_type, b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", body, b"\r\n"
