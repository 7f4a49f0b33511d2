"""A mail as it came, cut into parts: no file is too broken, too deep or too large to be looked at.

The standard library's parser asks for more than hostile and hand-made mails give; here every step has a limit, works
through the bytes once, and never raises.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from quopri import decodestring

from newsletter.delivery.bounces.headers import Headers, parse_headers

MOST_BYTES = 4_000_000
"""Of one mail; what stands behind is not looked at."""
MOST_TEXT = 200_000
"""Bytes of one part's text."""
DEEPEST = 8
MOST_PARTS = 64

_UNSAFE = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
"""Encodings of Python's own that no mail has, or that take long."""
_FIRST_LINES = 10_000
_PLAIN = ("", "ascii", "us-ascii", "utf-8", "utf8", "7bit", "8bit")
"""Said of texts that are nonetheless UTF-8 or Latin-1."""
_HIDDEN = re.compile(r"(?i)<(script|style|head|title)\b[^>]{0,500}>")
_LINE = re.compile(rb"[^\n]*\n?")
_CHUNK = re.compile(rb"[^A-Za-z0-9+/=]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A mail, or a part of one: its headers, its bytes, and the parts inside."""

    headers: Headers
    body: bytes
    parts: tuple[Part, ...] = ()

    @property
    def kind(self) -> str:
        """The media type, in small letters: `text/plain` when none is said."""
        return self.headers.media_type

    @property
    def is_mail(self) -> bool:
        """Whether it is another mail, whole or its headers only."""
        return self.kind in _MAILS or self.kind in _MAIL_HEADERS

    def walk(self) -> Iterator[Part]:
        """It and all parts inside, as they stand; the insides of a returned mail are left out."""
        yield self
        if not self.is_mail:
            for part in self.parts:
                yield from part.walk()

    def text(self) -> str:
        """What a person reads in it, as lines of text; HTML without its tags."""
        data = self._decoded()[:MOST_TEXT]
        text = _decode(data, self.headers.parameter("charset")).replace("\r\n", "\n").replace("\r", "\n")
        return strip_html(text) if self.kind == "text/html" else text

    def _decoded(self) -> bytes:
        return _undo(self.body, self.headers.get("content-transfer-encoding"))


_MAILS = ("message/rfc822", "message/global", "message/partial", "message/news")
_MAIL_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822-header")


@dataclass(slots=True)
class _Budget:
    """How many parts may still be made."""

    left: int = field(default=MOST_PARTS)


def parse_mail(data: bytes) -> Part:
    """The mail in these bytes. Never raises: what makes no sense is text."""
    return _parse(with_lines(data[:MOST_BYTES]), DEEPEST, _Budget())


def with_lines(data: bytes) -> bytes:
    """The bytes with lines that end in LF or CRLF; some programs store mails with CR alone."""
    return data if b"\n" in data[:_FIRST_LINES] else data.replace(b"\r", b"\n")


def strip_html(text: str) -> str:
    """The text of a page, a line for each block."""
    from html import unescape

    text = _without_hidden(text[:MOST_TEXT])
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?pre|/?table|/?blockquote|hr)\b[^<>]{0,2000}>", "\n", text)
    text = re.sub(r"<(?=[/!a-zA-Z])(?![^<>\s]{1,200}@)[^<>]{0,4000}>", "", text)
    return "\n".join(line.strip() for line in unescape(text).replace("\xa0", " ").split("\n"))


def _without_hidden(text: str) -> str:
    """Without what a page does not show: styles, scripts, its head. One that is not closed hides nothing."""
    shown: list[str] = []
    open_ended: set[str] = set()
    place = 0
    for match in _HIDDEN.finditer(text):
        name = match[1].lower()
        if match.start() < place or name in open_ended:
            continue
        closing = re.compile(rf"(?i)</{name}\s*>").search(text, match.end())
        if closing is None:
            open_ended.add(name)
            continue
        shown.append(text[place : match.start()])
        place = closing.end()
    return " ".join([*shown, text[place:]])


def _parse(data: bytes, depth: int, budget: _Budget) -> Part:
    budget.left -= 1
    headers, body = parse_headers(data)
    if depth <= 0 or budget.left <= 0:
        return Part(headers=headers, body=body)
    kind = headers.media_type
    if kind.startswith("multipart/"):
        return Part(headers=headers, body=body, parts=_inside(body, headers, depth, budget))
    if kind in _MAILS or kind in _MAIL_HEADERS:
        inner = _undo(body, headers.get("content-transfer-encoding")).lstrip(b"\r\n")
        return Part(headers=headers, body=body, parts=(_parse(inner, depth - 1, budget),))
    return Part(headers=headers, body=body)


def _inside(body: bytes, headers: Headers, depth: int, budget: _Budget) -> tuple[Part, ...]:
    """The parts of a multipart; its whole text as one when the boundary is not there."""
    pieces = _split(body, headers.parameter("boundary"))
    found = []
    for piece in pieces or [b"\n" + body]:
        if budget.left <= 0:
            break
        found.append(_parse(piece, depth - 1, budget))
    return tuple(found)


def _split(body: bytes, boundary: str) -> list[bytes]:
    """The pieces between a multipart's delimiters; what stands before the first is no part."""
    if not boundary.strip():
        return []
    delimiter = b"--" + boundary.rstrip().encode("latin-1", "replace")
    pieces: list[bytes] = []
    start = -1
    for line in _delimiters(body, delimiter):
        if start >= 0:
            pieces.append(body[start : line.start()])
        start = line.end()
        if body[line.start() : line.end()].rstrip() == delimiter + b"--" or len(pieces) > MOST_PARTS:
            return pieces
    if start >= 0:
        pieces.append(body[start:])
    return pieces


def _delimiters(body: bytes, delimiter: bytes) -> Iterator[re.Match[bytes]]:
    """Lines that are the delimiter, with or without its end mark."""
    place = body.find(delimiter)
    while place >= 0:
        at_start = place == 0 or body[place - 1 : place] == b"\n"
        line = _LINE.match(body, place)
        assert line is not None
        if at_start and line[0].rstrip() in (delimiter, delimiter + b"--"):
            yield line
        place = body.find(delimiter, line.end())


def _undo(data: bytes, encoding: str) -> bytes:
    """Without the transfer encoding; as it is when that fails."""
    name = encoding.strip().lower()
    if name == "quoted-printable":
        return decodestring(data)
    if name == "base64":
        clean = _CHUNK.sub(b"", data)
        try:
            return a2b_base64(clean + b"=" * (-len(clean) % 4))
        except Error:
            return data
    return data


def _decode(data: bytes, charset: str) -> str:
    """Text in the charset that is said, else UTF-8, else Latin-1."""
    import codecs

    said = charset.strip().lower()
    for name in ("utf-8", said) if said in _PLAIN else (said, "utf-8"):
        try:
            codec = codecs.lookup(name)
            if codec.name in _UNSAFE:
                continue
            return data.decode(codec.name, "strict" if name == "utf-8" else "replace")
        except (LookupError, ValueError, UnicodeError):
            continue
    return data.decode("latin-1")
