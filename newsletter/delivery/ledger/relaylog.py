"""What a relay's log says of our mails: found by the identity that each Message-ID holds.

Postfix writes a mail's Message-ID on one line and what became of it on later ones, tied by its queue id; others write
all of it on one line. That a server has begun to read a mail proves nothing: only that it has taken it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Verdict = Literal["accepted", "rejected"]

_QUEUE = re.compile(r"(?:^|[\s:])([0-9A-F]{6,20}|[0-9A-Za-z]{12,20}): ")
_BEGINS = re.compile(r": (?:client|uid|message-id)=|: removed$")
"""A queue id is used again for other mails."""
_BACK = re.compile(r"\bstatus=(?:bounced|expired)\b|,FAIL,")
_TAKEN = re.compile(
    r"\bstatus=(?:sent|deferred)\b|\(queue active\)|\bqueued as\b|\bqueued mail for delivery\b"
    r"|\b250[ -](?:2\.\d+\.\d+|ok)\b|\s<=\s|,(?:RECEIVE|DELIVER|SEND),",
    re.IGNORECASE,
)
"""Postfix, a server's own answer, Exim, Exchange's message tracking."""


def read_log(lines: Iterable[str], root_id: int) -> dict[bytes, Verdict]:
    """Hashes of addresses → what the log, read in its order, proves of the mails of a send."""
    identity = re.compile(rf"(?<![0-9]){root_id}\.([0-9a-f]{{32}})(?![0-9a-f])")
    owners: dict[str, bytes] = {}
    found: dict[bytes, Verdict] = {}
    for line in lines:
        match, queue = identity.search(line), _QUEUE.search(line)
        if queue and _BEGINS.search(line.rstrip()):
            owners.pop(queue[1], None)
        if match and queue:
            owners[queue[1]] = bytes.fromhex(match[1])
        owner = bytes.fromhex(match[1]) if match else owners.get(queue[1]) if queue else None
        verdict = _verdict(line)
        if owner and verdict and found.get(owner) != "rejected":  # what came back was taken before
            found[owner] = verdict
    return found


def _verdict(line: str) -> Verdict | None:
    if _BACK.search(line):
        return "rejected"
    return "accepted" if _TAKEN.search(line) else None
