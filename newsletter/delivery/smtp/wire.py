"""The line to a relay: bytes out, answers in, each with a limit of time and of length."""

from __future__ import annotations

import re
import socket
import ssl
from functools import lru_cache
from time import monotonic

from newsletter.delivery.smtp.replies import Reply, Stage, parse_reply

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL).fullmatch
_LONGEST_LINE = 4096
"""RFC 5321 § 4.5.3.1.5 allows 512; some say more."""
_MOST_LINES = 100
_CHUNK = 8192
_RECORD = 16384
"""Plain bytes of a TLS record (RFC 8446 § 5.1): what leaves together."""


class Broken(Exception):
    """The line is of no use any more. `handed` is the most bytes of the last write that the relay can have got."""

    def __init__(self, reason: str, handed: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.handed = handed


class Wire:
    """A connected socket, with what was read from it and not yet asked for."""

    def __init__(self, connected: socket.socket, heard: bytes = b"") -> None:
        self._socket = connected
        self._heard = heard
        self._record = _RECORD if isinstance(connected, ssl.SSLSocket) else None

    @property
    def heard(self) -> bytes:
        """What the relay said that was not asked for yet."""
        return self._heard

    def write(self, data: bytes, seconds: float) -> None:
        """Hand all of it over, waiting so long for each piece. Raises Broken, which knows how much can have left."""
        handed = piece = 0
        try:
            self._socket.settimeout(seconds)
            if self._record is None:
                handed = self._socket.send(data)
            view = memoryview(data)
            while handed < len(data):
                piece = self._record or 0
                handed += self._socket.send(view[handed : handed + piece] if piece else view[handed:])
        except OSError as error:
            raise Broken(_told(error), min(handed + piece, len(data))) from error

    def answer(self, stage: Stage, seconds: float) -> Reply:
        """The next answer, waiting so long for the whole of it. Raises Broken, also for what is no answer."""
        line, deadline = self._line(seconds, 0.0)
        if line[3:4] != b"-":
            return _alone(line, stage)
        lines = [line]
        while line[3:4] == b"-" and len(lines) < _MOST_LINES:
            line, deadline = self._line(seconds, deadline)
            lines.append(line)
        return _together(lines, stage)

    def close(self) -> None:
        """Let go of the line."""
        self._socket.close()

    def _line(self, seconds: float, deadline: float) -> tuple[bytes, float]:
        """The next line, and until when it was waited for; the clock starts when there is something to wait for."""
        while (end := self._heard.find(b"\n")) < 0:
            deadline = deadline or monotonic() + seconds
            self._listen(deadline)
        line, self._heard = self._heard[:end], self._heard[end + 1 :]
        return line.removesuffix(b"\r"), deadline

    def _listen(self, deadline: float) -> None:
        if len(self._heard) > _LONGEST_LINE:
            raise Broken("the relay said a line without an end")
        left = deadline - monotonic()
        if left <= 0:
            raise Broken("the relay did not answer in time")
        try:
            self._socket.settimeout(left)
            heard = self._socket.recv(_CHUNK)
        except OSError as error:
            raise Broken(_told(error)) from error
        if not heard:
            raise Broken("the relay closed the connection")
        self._heard += heard


@lru_cache(maxsize=256)
def _alone(line: bytes, stage: Stage) -> Reply:
    """An answer of one line. Most are the same, mail after mail."""
    return _together([line], stage)


def _together(lines: list[bytes], stage: Stage) -> Reply:
    """An answer of these lines, which all begin with one code."""
    found = [_LINE(line) for line in lines]
    texts = [each[3] or b"" for each in found if each is not None and each[1] == lines[0][:3]]
    if len(texts) < len(lines) or lines[-1][3:4] == b"-":
        raise Broken(f"the relay said what is no answer: {lines[-1][:80]!r}")
    return parse_reply(int(lines[0][:3]), texts, stage)


def _told(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "the relay did not answer in time"
    return f"the connection to the relay broke: {error.strerror or error}"
