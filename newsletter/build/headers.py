"""Values as they stand in a mail's header: encoded where they must be, folded, one line of text in, one field out."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterator
from email.utils import quote

_LINE = 76
"""Characters in a line that holds an encoded word (RFC 2047 § 2)."""
_BEFORE, _AFTER = "=?utf-8?q?", "?="
_SHORTER = "=?utf-8?b?"
"""Base64, where that makes one word of two: some programs show a space too many between two words of a name."""
_ROOM = 75 - len(_BEFORE) - len(_AFTER)
"""Characters of text in one encoded word."""
_BARE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
"""What stands for itself in an encoded word wherever the word stands (RFC 2047 § 5)."""
_MARKS = [chr(byte) if byte in _BARE else "_" if byte == ord(" ") else f"={byte:02X}" for byte in range(256)]
_FURTHER = "89AB"
"""How the mark of every byte begins that goes on with a letter in UTF-8."""
_ATOMS = re.compile(r"[A-Za-z0-9 -]+").fullmatch


def words(text: str, used: int) -> str:
    """Text for a header whose line has `used` characters already: as it is, or in encoded words (RFC 2047), folded.

    It stays as it is when it is ASCII that fits in the line and cannot be taken for anything else.
    """
    line = " ".join(text.split())
    if line.isascii() and line.isprintable() and used + len(line) <= _LINE and "=?" not in line:
        return line
    marks = "".join([_MARKS[byte] for byte in line.encode()])
    if len(marks) > (room := _LINE - used - len(_BEFORE) - len(_AFTER)):
        short = b2a_base64(line.encode(), newline=False).decode()
        if len(short) <= room:
            return f"{_SHORTER}{short}{_AFTER}"
    return "\r\n ".join([f"{_BEFORE}{word}{_AFTER}" for word in _cut(marks, room)])


def _cut(marks: str, end: int) -> Iterator[str]:
    """The marks of each encoded word: the first has room for `end` of them, and no letter is cut in two."""
    while len(marks) > end:
        end -= 1 if marks[end - 1] == "=" else 2 if marks[end - 2] == "=" else 0
        while marks[end] == "=" and marks[end + 1] in _FURTHER:
            end -= 3
        yield marks[:end]
        marks, end = marks[end:], _ROOM
    yield marks


def phrase(name: str, used: int) -> str:
    """A name before an address: bare, in quotes, or encoded."""
    line = words(name, used)
    return line if line.startswith("=?") or _ATOMS(line) else f'"{quote(line)}"'


def mailbox(header: str, name: str | None, address: str) -> str:
    """A whole field with one mailbox, such as `To: Mette Holm <mette@firma.example>`, with its line's end."""
    if not name:
        return f"{header}: {address}\r\n"
    line = f"{header}: {phrase(name, len(header) + 2)}"
    fits = len(line) - line.rfind("\n") + len(address) + 2 <= _LINE
    return f"{line}{' ' if fits else f'{chr(13)}{chr(10)} '}<{address}>\r\n"
