"""The parts of a mail: text first, then HTML, then what a calendar reads; that also as a file (RFC 2046, 6047)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from newsletter.build.invitation import INVITATION
from newsletter.delivery.letter import Letter, Sheet
from newsletter.delivery.message.body import body_pieces
from newsletter.delivery.message.calendar import calendar_pieces
from newsletter.delivery.message.frame import Hole

_Pieces = Iterable[bytes | Hole]


def part_pieces(letter: Letter, sheet: Sheet) -> Iterator[bytes | Hole]:
    """All from Content-Type to the mail's end. Raises Refused."""
    mark = hashlib.sha256(f"{letter.issue}/{sheet.name}".encode()).hexdigest()[:24]
    if sheet.calendar is None:
        yield from _multipart("alternative", f"=_{mark}", _readable(letter, sheet))
        return
    calendar = list(calendar_pieces(sheet))
    event = _part(f"text/calendar; charset=utf-8; method={sheet.method}", calendar)
    file = _part(f'application/ics; name="{INVITATION}"', calendar, f'attachment; filename="{INVITATION}"')
    inner = _multipart("alternative", f"=_{mark}.1", [*_readable(letter, sheet), event])
    yield from _multipart("mixed", f"=_{mark}.0", [inner, file])


def _readable(letter: Letter, sheet: Sheet) -> list[_Pieces]:
    return [
        _part('text/plain; charset="utf-8"', body_pieces(sheet.text, letter, plain=True)),
        _part('text/html; charset="utf-8"', body_pieces(sheet.html, letter)),
    ]


def _part(kind: str, body: _Pieces, place: str | None = None) -> Iterator[bytes | Hole]:
    """One part, encoded as quoted-printable."""
    yield f"Content-Type: {kind}\r\n".encode()
    yield f"Content-Disposition: {place}\r\n".encode() if place else b""
    yield b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    yield from body
    yield b"\r\n"


def _multipart(kind: str, boundary: str, parts: Iterable[_Pieces]) -> Iterator[bytes | Hole]:
    """Several parts. No encoded line begins as a boundary does: there `=` is followed by digits or the line's end."""
    yield f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    for part in parts:
        yield f"--{boundary}\r\n".encode()
        yield from part
    yield f"--{boundary}--\r\n".encode()
