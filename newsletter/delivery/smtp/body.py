"""A mail's bytes as they go over the line: nothing in them can end the mail early (RFC 5321 § 4.5.2, § 2.3.8)."""

from __future__ import annotations

import re
from io import IncrementalNewlineDecoder

DOT = b".\r\n"
"""Ends a mail, alone in a line."""


_DOTTED = re.compile(rb"\n\.").search


class Stuffed(bytes):
    """A mail as it goes over the line. `stuffed` makes it of any mail.

    Who knows what the bytes are made of may say so: a template's frame is looked through once, and what is put into
    it has no line ends and no leading dots.
    """

    __slots__ = ()


def stuffed(data: bytes) -> Stuffed:
    """The mail with a second dot before each line that begins with one.

    Raises ValueError for a CR or LF that stands alone: where relays read them differently, one mail becomes two.
    """
    if not data.endswith(b"\r\n"):
        raise ValueError("the mail's last line has no end: CR and LF")
    seen = IncrementalNewlineDecoder(None, translate=False)
    seen.decode(data.decode("latin-1"))
    if seen.newlines != "\r\n":
        raise ValueError("a line of the mail ends in CR or LF alone; every line ends in both")
    if _DOTTED(data):
        data = data.replace(b"\r\n.", b"\r\n..")
    return Stuffed(b"." + data if data.startswith(b".") else data)
