"""A notice as a mail: text first, then HTML with its pictures, then the calendar; files beside them (RFC 2046, 2387).

The same notice and date give the same bytes.
"""

from __future__ import annotations

import hashlib
from base64 import encodebytes
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from newsletter.build.headers import mailbox, words
from newsletter.build.message import encode
from newsletter.delivery.letters import host_of
from newsletter.delivery.message.reader import Unsendable, faults, to_ascii

if TYPE_CHECKING:
    from newsletter.delivery.notices.values import Notice
    from newsletter.settings import Settings


def message_id(notice: Notice, settings: Settings) -> str:
    """`<reminder.0f…@kommune.example>`: the same for the same key, for ever."""
    return f"<{notice.kind}.{_mark(notice)}@{to_ascii('x@' + host_of(settings.sender.address))[2:]}>"


def to_bytes(notice: Notice, settings: Settings, date: datetime) -> bytes:
    """The whole mail: CRLF, no line of the body longer than 76 or beginning with a dot.

    Raises Unsendable for a recipient no mail can be written to.
    """
    texts = {"name": notice.to.name, "subject": notice.subject}
    if found := list(faults(texts, {"address": notice.to.address})):
        raise Unsendable("; ".join(found))
    return "".join(_head(notice, settings, date)).encode() + b"".join(_body(notice))


def _head(notice: Notice, settings: Settings, date: datetime) -> Iterator[str]:
    """RFC 3834: it was made by a program, and nobody's absence is to be told to it."""
    sender = settings.sender
    yield mailbox("From", sender.name, to_ascii(sender.address))
    yield mailbox("To", notice.to.name, to_ascii(notice.to.address))
    if reply_to := notice.reply_to or sender.reply_to:
        yield mailbox("Reply-To", None, to_ascii(reply_to))
    yield f"Subject: {words(notice.subject, len('Subject: '))}\r\n"
    yield f"Date: {format_datetime(date.astimezone(settings.zone))}\r\n"
    yield f"Message-ID: {message_id(notice, settings)}\r\n"
    yield "Auto-Submitted: auto-generated\r\n"
    yield "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
    yield "MIME-Version: 1.0\r\n"


def _body(notice: Notice) -> Iterator[bytes]:
    mark = _mark(notice)
    files = [_binary(file.kind, file.data, f'attachment; filename="{file.name}"') for file in notice.files]
    if calendar := notice.calendar:
        files.append(_text("application/ics", calendar.text, f'attachment; filename="{calendar.file}"'))
    inner = _multipart("alternative", f"=_{mark}.1", _readable(notice, mark))
    yield _multipart("mixed", f"=_{mark}.0", [inner, *files]) if files else inner


def _readable(notice: Notice, mark: str) -> list[bytes]:
    """What a program shows one of; it takes the last it can."""
    html = _text('text/html; charset="utf-8"', notice.html)
    if notice.pictures:
        pictures = [_binary(each.kind, each.data, "inline", each.cid) for each in notice.pictures]
        html = _multipart('related; type="text/html"', f"=_{mark}.2", [html, *pictures])
    parts = [_text('text/plain; charset="utf-8"', notice.text), html]
    if calendar := notice.calendar:
        parts.append(_text(f"text/calendar; charset=utf-8; method={calendar.method}", calendar.text))
    return parts


def _text(kind: str, text: str, place: str = "") -> bytes:
    return _part(kind, "quoted-printable", encode(text if text.endswith("\n") else f"{text}\n"), place)


def _binary(kind: str, data: bytes, place: str, cid: str = "") -> bytes:
    return _part(kind, "base64", encodebytes(data).replace(b"\n", b"\r\n"), place, cid)


def _part(kind: str, coding: str, body: bytes, place: str, cid: str = "") -> bytes:
    lines = {
        "Content-Type": kind,
        "Content-Disposition": place,
        "Content-ID": cid and f"<{cid}>",
        "Content-Transfer-Encoding": coding,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return head.encode() + b"\r\n" + body + b"\r\n"


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    """Several parts. No encoded line begins as a boundary does: base64 has no `_`, and QP no `=_`."""
    line = f"--{boundary}".encode()
    pieces = [b"%s\r\n%s" % (line, part) for part in parts]
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + b"".join(pieces) + line + b"--\r\n"
    )


def _mark(notice: Notice) -> str:
    return hashlib.sha256(notice.key.encode()).hexdigest()[:24]
