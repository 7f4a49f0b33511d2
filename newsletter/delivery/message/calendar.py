"""The calendar part of a mail that invites (RFC 5545, 5546, 6047)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.build.message import encode
from newsletter.campaigns.events.ics import fold
from newsletter.delivery.letter import Sheet
from newsletter.delivery.message.frame import Hole
from newsletter.problems import Refused

_METHODS = ("PUBLISH", "REQUEST", "CANCEL")
_CURE = "make the event's calendar anew, build, and approve again"


def calendar_pieces(sheet: Sheet) -> Iterator[bytes | Hole]:
    """The calendar as quoted-printable; an answer is asked of the reader alone: nobody learns who else is invited.

    Raises Refused when it says another method than the sheet, or names people already.
    """
    text = (sheet.calendar or "").replace("\r\n", "\n")
    methods = re.findall(r"^METHOD:(.*)$", text, re.MULTILINE)
    if sheet.method not in _METHODS or methods != [sheet.method]:
        told = ", ".join(methods) or "none"
        raise Refused(f"{sheet.name}: the mail's calendar method is {sheet.method}, its file says {told}", _CURE)
    if re.search(r"^ATTENDEE[;:]", text, re.MULTILINE | re.IGNORECASE):
        raise Refused(f"{sheet.name}: the calendar names somebody who is invited, and all would read it", _CURE)
    head, *events = text.split("END:VEVENT\n") if sheet.method != "PUBLISH" else [text]
    yield encode(head)
    for event in events:
        yield Hole("attendee", encode)
        yield encode(f"END:VEVENT\n{event}")


def attendee(name: str | None, address: str, method: str) -> str:
    """The reader as the only one invited, as folded lines that end."""
    label = (name or address).replace('"', "'")
    asked = "" if method == "CANCEL" else ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
    return "\n".join(fold(f'ATTENDEE;CN="{label}"{asked}:mailto:{address}')) + "\n"
