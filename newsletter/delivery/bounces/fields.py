"""The fields of a delivery report (RFC 3464), as servers write them: lines missing, doubled, or in another part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.delivery.bounces.addresses import field_address

if TYPE_CHECKING:
    from newsletter.delivery.bounces.mime import Part

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status", "message/delivery-stat")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)")
_RECIPIENT = ("final-recipient", "original-recipient")
_ABOUT_ONE = (*_RECIPIENT, "x-actual-recipient", "action", "status", "diagnostic-code", "remote-mta")
_TYPICAL = re.compile(r"(?im)^(?:final-recipient|original-recipient)[ \t]*:")
_REPORT = re.compile(r"(?im)^(?:reporting-mta|action|status|diagnostic-code)[ \t]*:")
_MOST = 500
"""Recipients of one report that are looked at."""

Fields = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a report tells of one recipient, in its own words."""

    address: str
    """The one that the mail was sent to, where it was another than the last; empty for none."""
    final: str
    action: str
    """One word in small letters; empty for none."""
    status: str
    diagnostic: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A delivery report: what it says of the mail as a whole, and of each recipient."""

    of_mail: Fields
    recipients: tuple[Told, ...]


def find_report(mail: Part) -> Report | None:
    """The delivery report in a mail; None when it has none that names a recipient or an action."""
    for part in mail.walk():
        is_report = part.kind in _STATUS_PARTS
        if not is_report and not (part.kind.startswith(("text/", "message/")) and not part.is_mail):
            continue
        text = part.text()
        if is_report or (_TYPICAL.search(text) and _REPORT.search(text)):
            report = read_report(text if is_report else text[_start(text) :])
            if report.recipients:
                return report
    return None


def read_report(text: str) -> Report:
    """The report in the text of a message/delivery-status part."""
    groups = list(_groups(text))
    of_mail = next((group for group in groups if "reporting-mta" in group), groups[0] if groups else {})
    told = [_told(group) for group in groups if any(name in group for name in _ABOUT_ONE)]
    named = [each for each in told if each.address or each.final]
    return Report(of_mail=of_mail, recipients=tuple((named or told)[:_MOST]))


def _start(text: str) -> int:
    """Where the fields begin in a text that has sentences before them."""
    first = re.search(r"(?im)^(?:reporting-mta|original-envelope-id|final-recipient|original-recipient)[ \t]*:", text)
    return first.start() if first else 0


def _groups(text: str) -> Iterator[Fields]:
    """The groups of fields, parted by empty lines or by a field that comes again."""
    group: Fields = {}
    last = ""
    for line in text.split("\n"):
        if not line.strip():
            if group and not _goes_on(group):
                yield group
                group = {}
            last = ""
            continue
        match = _FIELD.match(line)
        if line[0] in " \t" and last:
            group[last] = f"{group[last]}\n{line.strip()}"
        elif match:
            last = match[1].lower()
            if last in group and last in _ABOUT_ONE:
                yield group
                group = {}
            group.setdefault(last, match[2].strip())
        elif last:
            group[last] = f"{group[last]}\n{line.strip()}"  # a value that was folded without its space
    if group:
        yield group


def _goes_on(group: Fields) -> bool:
    """Whether an empty line stands in the middle: a recipient was named, and nothing said of it yet."""
    return any(name in group for name in _RECIPIENT) and not any(name in group for name in _ABOUT_ONE[3:6])


def _told(group: Fields) -> Told:
    final = field_address(group.get("final-recipient", ""))
    actual = field_address(group.get("x-actual-recipient", ""))
    original = field_address(group.get("original-recipient", "")) or field_address(
        group.get("x-original-recipient", "")
    )
    action = re.match(r"[a-z]+", group.get("action", "").lower())
    kind, mark, words = group.get("diagnostic-code", "").partition(";")
    said = words if mark and re.fullmatch(r"[\w. -]{1,30}", kind.strip()) else group.get("diagnostic-code", "")
    return Told(
        address=original or final or actual,
        final=final or actual,
        action=action[0] if action else "",
        status=group.get("status", ""),
        diagnostic="\n".join(filter(None, [said.strip(), _more(group)])),
    )


def _more(group: Fields) -> str:
    """What some servers say in fields of their own."""
    names = ("x-supplementary-info", "x400-supplementary-info", "x-notes", "x-smtp-diagnostic", "x-display-name")
    return "\n".join(group[name] for name in names[:4] if name in group)
