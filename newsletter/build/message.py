"""An edition as a mail: one multipart/alternative, text first, UTF-8, quoted-printable, CRLF.

The same values give the same bytes: the boundary and the Message-ID come from what the mail says.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.settings import Settings

SAMPLE_READER = "laeser@eksempel.example"
"""Whom the sample mail is addressed to."""


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


def to_mail(envelope: Envelope, text: str, html: str) -> bytes:
    """The whole mail, ready to be opened in a mail program (RFC 5322, 2045-2046)."""
    digest = hashlib.sha256(text.encode())
    digest.update(html.encode())
    boundary = f"={digest.hexdigest()[:32]}="
    parts = "".join(_part(boundary, kind, body) for kind, body in (("plain", text), ("html", html)))
    content_type = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    return (_headers(envelope) + content_type + parts + f"--{boundary}--\r\n").encode("ascii")


def _headers(envelope: Envelope) -> str:
    sender = envelope.settings.sender
    host = sender.address.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = SAMPLE_READER
    if sender.reply_to:
        message["Reply-To"] = sender.reply_to
    message["Subject"] = " ".join(envelope.subject.split())
    message["Date"] = format_datetime(envelope.sent)
    message["Message-ID"] = f"<{hashlib.sha256(envelope.identity.encode()).hexdigest()[:32]}@{host}>"
    message["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
    message["MIME-Version"] = "1.0"
    return message.as_bytes().decode("ascii").removesuffix("\r\n")


def _part(boundary: str, kind: str, body: str) -> str:
    encoded = b2a_qp(body.encode(), istext=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").decode("ascii")
    return (
        f"--{boundary}\r\n"
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n"
    )
