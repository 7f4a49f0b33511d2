"""Complaints: somebody pressed `this is spam`, and their provider tells us (ARF, RFC 5965; Microsoft's own form)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.delivery.bounces.addresses import addresses_in, field_address
from newsletter.delivery.bounces.named import one_line, returned_to
from newsletter.delivery.bounces.verdict import Kind, Recipient, Verdict

if TYPE_CHECKING:
    from newsletter.delivery.bounces.mime import Part
    from newsletter.delivery.bounces.prose import Prose

_TYPES = {
    "abuse": Kind.COMPLAINT,
    "fraud": Kind.COMPLAINT,
    "virus": Kind.COMPLAINT,
    "other": Kind.COMPLAINT,
    "opt-out": Kind.COMPLAINT,
    "opt-out-list": Kind.COMPLAINT,
    "miscategorized": Kind.COMPLAINT,
    "auth-failure": Kind.SENDER,
    "dkim": Kind.SENDER,
    "not-spam": Kind.UNKNOWN,
}
"""Feedback-Type (RFC 5965 § 7.3, 6591, 6430). `not-spam` takes a complaint back: for a person to look at."""
_PRIVATE = re.compile(r"(?i)redact|hidden|removed|undisclosed|xxxx|\*\*\*|^[0-9a-f]{32,}@")


def read_complaint(mail: Part, prose: Prose) -> Recipient | None:
    """The complaint in a mail; None when it is none. Its address is None when the provider does not tell it."""
    report = next((part for part in mail.walk() if part.kind == "message/feedback-report"), None)
    if report is None and mail.headers.parameter("report-type").lower() == "feedback-report":
        report = next((part for part in mail.walk() if "feedback-type:" in part.text().lower()), None)
    if report is None:
        return _microsofts(mail, prose)
    told = _fields(report.text())
    sort = next(iter(told.get("feedback-type", ["abuse"]))).lower()
    verdict = Verdict(kind=_TYPES.get(sort, Kind.COMPLAINT), reason=f"feedback-{sort[:20]}", status="")
    address = _address(told) or returned_to(mail, prose)
    words = f"Feedback-Type: {sort}; {next(iter(told.get('user-agent', [''])))}"
    return Recipient(address=_known(address), verdict=verdict, diagnostic=one_line(words.strip("; ")))


def _address(told: dict[str, list[str]]) -> str:
    for name in ("original-rcpt-to", "removal-recipient", "original-recipient", "x-hmxmroriginalrecipient"):
        for value in told.get(name, []):
            if address := field_address(value.strip("<> ")):
                return address
    return ""


def _microsofts(mail: Part, prose: Prose) -> Recipient | None:
    """Outlook.com's complaints: the mail itself, attached, with the recipient in a header of theirs."""
    subject = mail.headers.text("subject").lower()
    theirs = prose.returned.get("x-hmxmroriginalrecipient")
    if not theirs and not (subject.startswith("complaint about message from") and prose.has_returned):
        return None
    address = next(addresses_in(theirs), "") or returned_to(mail, prose)
    verdict = Verdict(kind=Kind.COMPLAINT, reason="feedback-abuse", status="")
    return Recipient(address=_known(address), verdict=verdict, diagnostic=one_line(subject))


def _known(address: str) -> str | None:
    return address if address and not _PRIVATE.search(address) else None


def _fields(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in re.sub(r"\n[ \t]+", " ", text).split("\n")[:500]:
        name, mark, value = line.partition(":")
        if mark:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found
