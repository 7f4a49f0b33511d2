"""What a send says, frozen with it: everything that is the same for all its mails. No later change reaches it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What all mails of a send share."""

    issue: str
    """Short name of the issue."""
    title: str
    """The newsletter's name."""
    language: str
    zone: str
    """Name of the time zone, such as Europe/Copenhagen."""
    sender_name: str
    sender_address: str
    reply_to: str | None = None
    return_address: str
    """Where mails that cannot be delivered come back to."""
    verp: bool = False
    """Whether the return address tells the delivery."""
    list_id: str
    public_url: str
    """Without a / at the end."""
    archive_url: str | None = None
    """The issue's web copy."""
    unsubscribe_address: str
    feedback_id: str | None = None
    subject: str
    """Plain text that may hold reader's slots."""
    auto_submitted: str | None = None
    """For automatic mails (RFC 3834); a newsletter is none."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What stands in a reader's slot when we do not know the value."""
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Short name → title and email of the contacts."""
    invites: Mapping[str, Any] | None = None
    """The event whose calendar goes with the mails, its method and sequence, and a mark of its time and place."""
    marked: bool = False
    """Whether it is a test copy, and says so."""

    def to_json(self) -> str:
        """The letter as text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The letter that was written as this text."""
        return cls(**json.loads(text))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One edition as it was sealed, with reader's slots."""

    name: str
    html: str
    text: str
    calendar: str | None = None
    """The whole iCalendar text of a mail that invites."""
    method: str = "PUBLISH"
    """Of the calendar part: PUBLISH, REQUEST or CANCEL (RFC 5546)."""

    def packed(self) -> bytes:
        """The sheet, small."""
        return zlib.compress(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode(), 6)

    @classmethod
    def unpacked(cls, body: bytes, digest: str) -> Self:
        """The sheet that was packed. Raises ValueError when it is not the one with this digest."""
        if digest_of(body) != digest:
            raise ValueError("an edition in the register is not the one that was approved")
        facts: dict[str, Any] = json.loads(zlib.decompress(body))
        return cls(**facts)


def digest_of(body: bytes) -> str:
    """SHA-256 of a packed sheet."""
    return hashlib.sha256(body).hexdigest()
