"""A name server of the tests' own, on loopback: answers out of a dict of `name KIND` → texts of records."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Iterator

_TTL = 60


@contextmanager
def running(records: dict[str, list[str]], silent: tuple[str, ...] = ()) -> Iterator[int]:
    """The server's port, while the block runs. Names in `silent` are never answered, those in records only if asked."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(line, records, silent))
    thread.start()
    port = line.getsockname()[1]
    try:
        yield port
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"stop", ("127.0.0.1", port))
        thread.join()
        line.close()


def _serve(line: socket.socket, records: dict[str, list[str]], silent: tuple[str, ...]) -> None:
    while True:
        data, asker = line.recvfrom(4096)
        if data == b"stop":
            return
        query = dns.message.from_wire(data)
        name = str(query.question[0].name).rstrip(".").lower()
        if name not in silent:
            line.sendto(_answer(query, name, records).to_wire(), asker)


def _answer(query: dns.message.Message, name: str, records: dict[str, list[str]]) -> dns.message.Message:
    question = query.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    found = records.get(f"{name} {kind}", [])
    if found == ["SERVFAIL"]:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif found:
        answer.answer.append(dns.rrset.from_text(question.name, _TTL, "IN", kind, *found))
    elif name and not any(key.partition(" ")[0] == name for key in records):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
