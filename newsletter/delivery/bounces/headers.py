"""The headers of a mail, read with patience: folded, repeated, in any encoding, or not quite headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_BYTES = 128_000
_MOST_LINES = 1_000
_LONGEST = 8_000
"""Characters of one header's value."""
_HEADER = re.compile(r"([!-9;-~]{1,76})[ \t]*:(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([\w-]{1,40})\*?\s*=\s*(?:\"((?:[^\"\\]|\\.){0,400})\"|([^\s;\"]{0,400}))")
_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]{0,2000})\?=")


@dataclass(frozen=True, slots=True)
class Headers:
    """Names in small letters and values unfolded, in their order."""

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The first value of a header, as it stands; empty when there is none."""
        return next(self.all(name), "")

    def all(self, name: str) -> Iterator[str]:
        """Every value of a header."""
        return (value for key, value in self.fields if key == name)

    def text(self, name: str) -> str:
        """The first value of a header, its encoded words (RFC 2047) read."""
        return decode_words(self.get(name))

    @property
    def media_type(self) -> str:
        """`text/plain` when nothing is said, or nothing that makes sense."""
        kind = self.get("content-type").partition(";")[0].strip().lower()
        return kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else "text/plain"

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type; empty when there is none."""
        for key, quoted, bare in _PARAMETER.findall(self.get("content-type")):
            if key.lower() == name:
                return str(re.sub(r"\\(.)", r"\1", quoted) or bare)
        return ""


def parse_headers(data: bytes) -> tuple[Headers, bytes]:
    """The headers that these bytes begin with, and the rest. A line that is no header ends them."""
    fields: list[tuple[str, str]] = []
    place, number = 0, 0
    while place < len(data) and number < _MOST_LINES and place < _MOST_BYTES:
        end = data.find(b"\n", place) + 1 or len(data)
        line = data[place:end].rstrip(b"\r\n")
        number += 1
        if not line:
            return Headers(tuple(fields)), data[end:]
        if not _take(line, fields, first=place == 0):
            return Headers(tuple(fields)), data[place:]
        place = end
    return Headers(tuple(fields)), data[place:]


def _take(line: bytes, fields: list[tuple[str, str]], *, first: bool) -> bool:
    """Whether the line belongs to the headers; it is added to them."""
    if first and line.startswith((b"From ", b">From ")):  # mbox
        return True
    text = _characters(line[:_LONGEST])
    if text[0] in " \t" and fields:
        name, value = fields[-1]
        if len(value) < _LONGEST:
            fields[-1] = (name, f"{value} {text.strip()}".strip())
        return True
    match = _HEADER.fullmatch(text)
    if match is None:
        return False
    fields.append((match[1].lower(), match[2].strip()))
    return True


def decode_words(text: str) -> str:
    """A header's value with its encoded words read; what cannot be read stays as it is."""
    if "=?" not in text:
        return text
    joined = re.sub(r"(\?=)\s+(?==\?)", r"\1", text)
    return _WORD.sub(_word, joined)


def _word(match: re.Match[str]) -> str:
    from binascii import Error, a2b_base64
    from quopri import decodestring

    try:
        if match[2] in "bB":
            data = a2b_base64(match[3] + "=" * (-len(match[3]) % 4))
        else:
            data = decodestring(match[3].encode("latin-1"), header=True)
        return data.decode(match[1], "replace") if match[1].lower() != "unknown-8bit" else _characters(data)
    except (Error, LookupError, ValueError, UnicodeError):
        return match[0]


def _characters(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
