"""Which delivery a mail answers: by the address it came to (VERP), or by a Message-ID that it returns or answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from newsletter.delivery.bounces.mime import Part

_TRACE = re.compile(r"(?:^|[.+\s;<:\"])(\d{1,18})\.([0-9a-f]{32})(?![0-9a-f])")
_ENVELOPE = (
    "to",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "apparently-to",
    "x-failed-sender",
)
_ANSWERED = ("in-reply-to", "references", "original-message-id")
_MOST = 20


class Trace(NamedTuple):
    """What our Message-ID and return path end in (`delivery.message.identity`). Nobody else can make one up."""

    send_id: int
    address_hash: bytes


def traces_of(mail: Part, data: bytes) -> tuple[Trace, ...]:
    """The deliveries that a mail may answer, the likeliest first, none twice."""
    return tuple(dict.fromkeys(_all(mail, data)))[:_MOST]


def _all(mail: Part, data: bytes) -> Iterator[Trace]:
    for name in _ENVELOPE:
        for value in mail.headers.all(name):
            yield from _in(value)
    for part in mail.walk():
        if part.is_mail and part.parts:
            yield from _in(part.parts[0].headers.get("message-id"))
    for name in _ANSWERED:
        for value in mail.headers.all(name):
            yield from _in(value)
    for part in mail.walk():
        if not part.parts:
            yield from _in(part.text())
    yield from _in(data[:1_000_000].decode("latin-1"))


def _in(text: str) -> Iterator[Trace]:
    for match in _TRACE.finditer(text):
        yield Trace(int(match[1]), bytes.fromhex(match[2]))
