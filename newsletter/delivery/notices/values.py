"""What an automatic mail is made of, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

State = Literal["held", "accepted", "rejected", "in_doubt", "deferred", "skipped", "written"]
"""held: under way elsewhere. accepted, rejected: what the relay said. in_doubt: perhaps sent, never again by itself.
deferred: the relay did not take it now. skipped: it was not offered. written: into the outbox.
The first four stay with the key; after the others it may be sent."""
_CID = re.compile(r"[a-z0-9.-]+@[a-z0-9.-]+").fullmatch
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch
_KIND = re.compile(r"[a-z]+/[a-z0-9.+-]+").fullmatch
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*").fullmatch


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """The one person it goes to: a contact of ours, or somebody in the register."""

    address: str
    name: str | None = None
    contact: str | None = None
    """Short name in content/contacts/."""
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture in the HTML, which shows it as `<img src="cid:…">`."""

    cid: str
    """Such as burn-up@status: small letters, digits, dots and hyphens on both sides of the @."""
    kind: str
    """image/png."""
    data: bytes

    def __post_init__(self) -> None:
        _must(_CID(self.cid), f"{self.cid!r} cannot name a picture of a mail")
        _must(_KIND(self.kind), f"{self.kind!r} is no kind of file")


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file beside the mail."""

    name: str
    """ASCII, as status-2027-01.pdf."""
    kind: str
    """application/pdf."""
    data: bytes

    def __post_init__(self) -> None:
        _must(_FILE(self.name), f"{self.name!r} cannot name a file of a mail: a-z, 0-9, dots and hyphens")
        _must(_KIND(self.kind), f"{self.kind!r} is no kind of file")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """What a calendar reads: a part of the mail, and the same as a file (RFC 6047)."""

    text: str
    """A whole iCalendar, whose METHOD is `method`. Who is asked to answer stands in it: the recipient alone."""
    method: Literal["PUBLISH", "REQUEST", "CANCEL"]
    file: str = "invite.ics"

    def __post_init__(self) -> None:
        found = re.findall(r"^METHOD:(\S*)", self.text, re.MULTILINE)
        _must(found == [self.method], f"the calendar's method is {found}, not {self.method}")
        _must(_FILE(self.file), f"{self.file!r} cannot name a file of a mail")


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One automatic mail, made ready for its one reader."""

    key: str
    kind: str
    """One word for the register, such as reminder: what its Message-ID begins with."""
    to: Recipient
    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()
    files: tuple[File, ...] = ()
    calendar: Calendar | None = None
    reply_to: str | None = None
    """Where answers go; else `reply_to` of newsletter.yml."""

    def __post_init__(self) -> None:
        _must(_WORD(self.kind), f"{self.kind!r} is no kind of notice: one word of a-z, 0-9 and hyphens")
        _must(self.key.isprintable() and self.key and "@" not in self.key, "a key has no address and no line break")
        for picture in self.pictures:
            _must(f"cid:{picture.cid}" in self.html, f"the HTML does not show the picture {picture.cid}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """What became of a notice."""

    key: str
    state: State
    answer: str = ""
    """Of the relay, or why it was not offered."""
    again: bool = False
    """Whether it was sent at another time: nothing was done now."""


def _must(holds: object, text: str) -> None:
    if not holds:
        raise ValueError(f"notice: {text}")
