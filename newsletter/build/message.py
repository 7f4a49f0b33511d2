"""An edition as a mail: one multipart/alternative, text first, UTF-8, quoted-printable, CRLF.

The same values give the same bytes: the boundary and the Message-ID come from what the mail says.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from newsletter.build.headers import mailbox, words

if TYPE_CHECKING:
    from newsletter.settings import Settings

SAMPLE_READER = "laeser@eksempel.example"
"""Whom the sample mail for nobody in particular is addressed to."""
_DOTS = re.compile(rb"^\.+", re.MULTILINE)


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
    """Text as quoted-printable that ends where a line begins, so that pieces can be joined (RFC 2045 § 6.7).

    What all editions share is encoded once. A line that the text leaves open is broken softly. None is longer than 76,
    and none begins with a dot, so SMTP need not double one (RFC 5321 § 4.5.2).
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    coded = b2a_qp(lines + b"=", istext=True)[: -len(b"=3D")]  # the sign keeps room for the soft line break
    if b"\n." in coded or coded.startswith(b"."):
        coded = _DOTS.sub(lambda dots: b"=2E=\n" * len(dots[0]), coded)
    return coded.replace(b"\n", b"\r\n") + (b"=\r\n" if coded and not coded.endswith(b"\n") else b"")


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
        "To": envelope.to,
        "Reply-To": sender.reply_to,
        "Subject": words(envelope.subject, len("Subject: ")),
        "Date": format_datetime(envelope.sent),
        "Message-ID": f"<{hashlib.sha256(envelope.identity.encode()).hexdigest()[:32]}@{host}>",
        "List-Unsubscribe": f"<{envelope.unsubscribe_url}>",
        "MIME-Version": "1.0",
    }
    written = (f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return mailbox("From", sender.name, sender.address) + "".join(written)


def _part(boundary: bytes, kind: bytes, body: bytes) -> tuple[bytes, ...]:
    content_type = b"\r\nContent-Type: text/" + kind + b'; charset="utf-8"\r\n'
    return b"--" + boundary, content_type, b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", body, b"\r\n"
