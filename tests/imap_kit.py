"""A small IMAP server in a thread: one mailbox, one user, just the commands that reading bounces takes (RFC 9051)."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "hemmelig"


class Box:
    """The mailbox, and what was asked of it."""

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = mails
        self.seen: set[int] = set()
        self.asked: list[str] = []
        self.is_stubborn = False
        """Says no to FETCH."""

    def answer(self, words: str) -> tuple[list[bytes], str]:
        """Lines before the last one, and the last one's word."""
        self.asked.append(re.sub(r"LOGIN .*", "LOGIN …", words))
        name, _, rest = words.partition(" ")
        if name == "LOGIN":
            return [], "OK" if PASSWORD in rest else "NO"
        if name == "SELECT":
            return [b"* %d EXISTS" % len(self.mails)], "OK" if "INBOX" in rest else "NO"
        if name == "UID":
            return self._uid(rest)
        return ([b"* CAPABILITY IMAP4rev1"] if name == "CAPABILITY" else []), "OK"

    def _uid(self, words: str) -> tuple[list[bytes], str]:
        if words.startswith("SEARCH"):
            unread = (str(n) for n in range(1, len(self.mails) + 1) if n not in self.seen)
            return [b"* SEARCH " + " ".join(unread).encode()], "OK"
        number = int(words.split()[1])
        if words.startswith("STORE"):
            self.seen.add(number)
            return [], "OK"
        data = self.mails[number - 1]
        line = b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (number, number, len(data), data)
        return ([], "BAD") if self.is_stubborn else ([line], "OK")


@contextmanager
def imap(box: Box, certificate: Path | None = None) -> Iterator[int]:
    """The server's port while it runs."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, box, certificate), daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def _serve(listener: socket.socket, box: Box, certificate: Path | None) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
    if context is not None:
        context.load_cert_chain(certificate)
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        try:
            _talk(context.wrap_socket(line, server_side=True) if context else line, box)
        except OSError:
            line.close()


def _talk(line: socket.socket, box: Box) -> None:
    with line, line.makefile("rb") as heard:
        line.sendall(b"* OK ready\r\n")
        for command in heard:
            tag, _, words = command.decode().strip().partition(" ")
            lines, word = box.answer(words)
            line.sendall(b"".join(each + b"\r\n" for each in lines) + f"{tag} {word} done\r\n".encode())
            if words == "LOGOUT":
                return
