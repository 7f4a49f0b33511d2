"""A calendar's answer, from a mail's parts to what it says. Nothing here knows the register, or raises.

The mail's own parser bounds what is read (`bounces.mime`); here each line and their number have a limit, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from newsletter.delivery.bounces.mime import Part

Said = Literal["accepted", "declined", "tentative"]
_SAID: dict[str, Said] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_KINDS = ("text/calendar", "application/ics")
_MOST_LINES = 2_000
_LONGEST = 4_000
"""Characters of one line, unfolded."""
_FOLD = re.compile(r"\r?\n[ \t]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Somebody's calendar says whether they come."""

    uid: str
    attendee: str
    """Their address, as the answer has it."""
    said: Said
    sequence: int
    """Of the invitation that is answered."""
    stamp: datetime | None
    """When they answered, by their own clock."""
    has_comment: bool
    """Whether they wrote something with it, or bring others along."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """A calendar's answer that a person must look at."""

    why: str


class _Line(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


def read_answer(mail: Part) -> Answer | Unclear | None:
    """The answer in a mail; None when it holds none. A calendar that is no answer is none."""
    for part in mail.walk():
        if part.kind in _KINDS:
            lines = list(_lines(part.text()))
            method = _first(lines, "METHOD") or part.headers.parameter("method")
            if method.strip().upper() == "REPLY":
                return _read(lines)
            if method.strip().upper() == "COUNTER":
                return Unclear(why="proposes another time")
    return None


def _read(lines: list[_Line]) -> Answer | Unclear:
    event = list(_in_event(lines))
    attendees = [line for line in event if line.name == "ATTENDEE"]
    uid = _first(event, "UID")
    if not uid or len(attendees) != 1:
        return Unclear(why="does not say which event it answers" if not uid else f"names {len(attendees)} people")
    said = _SAID.get(attendees[0].parameters.get("PARTSTAT", "").upper())
    if said is None:
        return Unclear(why="says neither yes nor no nor perhaps")
    sequence = _first(event, "SEQUENCE")
    return Answer(
        uid=uid,
        attendee=_address(attendees[0].value),
        said=said,
        sequence=int(sequence) if re.fullmatch(r"[0-9]{1,9}", sequence) else 0,
        stamp=_moment(_first(event, "DTSTAMP")),
        has_comment=_has_comment(event, attendees[0].parameters),
    )


def _has_comment(event: list[_Line], attendee: dict[str, str]) -> bool:
    """Outlook's comment may be an empty line; Gmail's note, and how many more they bring, stand with the attendee."""
    outlook = re.sub(r"\\[nN]|\s", "", _first(event, "COMMENT"))
    return bool(outlook or attendee.get("X-RESPONSE-COMMENT") or attendee.get("X-NUM-GUESTS", "").strip("0"))


def _in_event(lines: list[_Line]) -> Iterator[_Line]:
    """What stands in the first VEVENT itself, not in an alarm inside it."""
    depth = 0
    for line in lines:
        if line.name == "BEGIN" and (depth or line.value.upper() == "VEVENT"):
            depth += 1
        elif line.name == "END" and depth:
            depth -= 1
            if not depth:
                return
        elif depth == 1:
            yield line


def _lines(text: str) -> Iterator[_Line]:
    """The lines of a calendar, unfolded (RFC 5545 § 3.1)."""
    for line in _FOLD.sub("", text).splitlines()[:_MOST_LINES]:
        end = _end_of_name(line[:_LONGEST])
        if end is not None:
            name, *parameters = _split(line[:end])
            told = (each.partition("=") for each in parameters)
            value = line[end + 1 : _LONGEST].strip()
            yield _Line(name.strip().upper(), {key.strip().upper(): text.strip('" ') for key, _, text in told}, value)


def _split(text: str) -> list[str]:
    """A line's name and parameters: parted by semicolons that stand in no quotes."""
    inside = text.split('"')  # every other piece stands in quotes
    joined = '"'.join(each if number % 2 else each.replace(";", "\n") for number, each in enumerate(inside))
    return joined.split("\n")


def _end_of_name(text: str) -> int | None:
    """Where the value of a line begins: after the first colon that stands in no quotes."""
    place = 0
    for number, each in enumerate(text.split('"')):
        if number % 2 == 0 and ":" in each:
            return place + each.index(":")
        place += len(each) + 1
    return None


def _first(lines: list[_Line], name: str) -> str:
    return next((line.value for line in lines if line.name == name), "")


def _address(value: str) -> str:
    return unquote(re.sub(r"(?i)^mailto:", "", value.strip()))[:320]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
