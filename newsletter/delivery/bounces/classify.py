"""A mail that came back, from bytes to what it says of each recipient. Nothing here knows the register, or raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.delivery.answers.replies import Answer, Unclear, read_answer
from newsletter.delivery.bounces import fields, sorts
from newsletter.delivery.bounces.complaints import read_complaint
from newsletter.delivery.bounces.judge import clean_status, codes_in, judge
from newsletter.delivery.bounces.mime import Part, parse_mail
from newsletter.delivery.bounces.named import named_in, one_line, returned_to, sender_of
from newsletter.delivery.bounces.prose import Prose, about, read_prose, replies_in
from newsletter.delivery.bounces.table import NOT_SAID
from newsletter.delivery.bounces.traces import Trace, traces_of
from newsletter.delivery.bounces.verdict import Kind, Recipient, Verdict

if TYPE_CHECKING:
    from newsletter.delivery.bounces.fields import Report, Told

_DELIVERED = ("delivered", "relayed", "expanded", "deliverable", "delivery", "success")
_WISH = 80
"""Characters of a subject that says no more than that somebody wants to leave."""
_DELAYED = ("delayed", "delay", "deferred", "warning")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What a mail says: of whom, which delivery it answers, and whether somebody wants to leave."""

    recipients: tuple[Recipient, ...]
    """At least one; its address is None when nobody is named."""
    traces: tuple[Trace, ...] = ()
    sender: str = ""
    wants_out: bool = False
    """Somebody asks by mail not to get the newsletter any more."""
    token: str = ""
    """What came with that, to tell who it is."""
    answer: Answer | Unclear | None = None
    """What a calendar answers to an invitation."""


def classify(data: bytes) -> Sighting:
    """What a mail says. `data`: the whole mail, of any size and in any state."""
    mail = parse_mail(data)
    if leaving := _leaving(mail):
        return leaving
    if (answer := read_answer(mail)) and fields.find_report(mail) is None:
        told = _alone(_verdict(Kind.UNKNOWN, "answer"), mail)
        return Sighting(recipients=(told,), sender=sender_of(mail.headers), answer=answer)
    recipients = tuple(_recipients(mail)) or (_alone(_verdict(Kind.UNKNOWN, "not-said"), mail),)
    return Sighting(recipients=recipients, traces=traces_of(mail, data), sender=sender_of(mail.headers))


def _recipients(mail: Part) -> list[Recipient]:
    """The sorts of mails, the surest first."""
    prose = read_prose(mail)
    if complaint := read_complaint(mail, prose):
        return [complaint]
    if report := fields.find_report(_unwrapped(mail)):
        return _from_report(report, mail, prose)
    if any(part.kind == "text/calendar" for part in mail.walk()):
        return [_alone(_verdict(Kind.UNKNOWN, "calendar"), mail)]
    if receipt := _receipt(mail, prose):
        return receipt
    return _from_prose(mail, prose)


def _unwrapped(mail: Part) -> Part:
    """The report inside a mail that only passes it on."""
    for part in mail.walk():
        if (
            part.is_mail
            and part.parts
            and part.parts[0].kind == "multipart/report"
            and fields.find_report(mail) is None
        ):
            return part.parts[0]
    return mail


def _leaving(mail: Part) -> Sighting | None:
    """Somebody who asks to leave: a person, not a server, with a subject that says nothing else."""
    subject = mail.headers.text("subject")
    match = sorts.UNSUBSCRIBE.match(subject)
    if match is None or sorts.is_from_daemon(mail.headers) or mail.kind == "multipart/report":
        return None
    if not match[1] and (sorts.is_marked_automatic(mail.headers) or len(subject) > _WISH):
        return None
    sender = sender_of(mail.headers)
    verdict = _verdict(Kind.UNKNOWN, "unsubscribe")
    recipient = Recipient(address=sender or None, verdict=verdict, diagnostic="asks to be unsubscribed")
    return Sighting(recipients=(recipient,), sender=sender, wants_out=True, token=match[1] or "")


def _from_report(report: Report, mail: Part, prose: Prose) -> list[Recipient]:
    found: dict[tuple[str, Kind], Recipient] = {}
    for told in report.recipients:
        recipient = _one_told(told, mail, prose, alone=len(report.recipients) == 1)
        found.setdefault((recipient.address or "", recipient.kind), recipient)
    return list(found.values())


def _one_told(told: Told, mail: Part, prose: Prose, *, alone: bool) -> Recipient:
    address = told.address or (returned_to(mail, prose) if alone else "")
    status = clean_status(told.status)
    verdict, said = _by_action(told.action, status, mail, prose), told.diagnostic
    if verdict is None:
        verdict, said = _failure(told, prose, alone=alone)
    codes = codes_in(said)
    seen = status if status and not status.endswith(".0.0") else codes.status or status
    return Recipient(address=address or None, verdict=verdict, status=seen or None, diagnostic=one_line(said))


def _by_action(action: str, status: str, mail: Part, prose: Prose) -> Verdict | None:
    """What the report's Action says; None for a failure."""
    if action in _DELIVERED or (not action and status.startswith("2.")):
        return _verdict(Kind.DELIVERED, "delivered")
    unsure = not action and not status.startswith("5.")
    if action in _DELAYED or (unsure and sorts.tells_delay(mail.headers.text("subject"), prose.text)):
        return _verdict(Kind.DELAYED, "delayed")
    return None


def _failure(told: Told, prose: Prose, *, alone: bool) -> tuple[Verdict, str]:
    """Why it failed: by what the report says, and where that says little, by what stands in the text."""
    comment = re.sub(r"^\s*[245]\.\d{1,3}\.\d{1,3}\s*", "", told.status)
    said = "\n".join(filter(None, [comment, told.diagnostic]))
    verdict = judge(told.status, said)
    if said and verdict is not NOT_SAID and not _is_vague(told.status, said):
        return verdict, said
    beside = "\n".join(
        filter(None, (about(prose.text, each) for each in dict.fromkeys([told.address, told.final]) if each))
    )
    for more in [beside] + ([prose.text] if alone else []):
        better = judge(told.status, f"{said}\n{more}") if more else NOT_SAID
        if better is not NOT_SAID and (better is not verdict or not said):
            return better, said or more
    return verdict, said or beside


def _is_vague(status: str, said: str) -> bool:
    """Whether codes and words say no more than that it failed."""
    code = clean_status(status)
    return (not code or code.endswith(".0")) and judge("", said) is NOT_SAID


def _receipt(mail: Part, prose: Prose) -> list[Recipient]:
    """A receipt (RFC 8098): the mail arrived, unless a filter says in it that it was refused."""
    notes = [part for part in mail.walk() if part.kind == "message/disposition-notification"]
    subject = mail.headers.text("subject")
    if not notes and not (
        sorts.is_receipt(subject) and mail.headers.parameter("report-type").startswith("disposition")
    ):
        return []
    told = fields.read_report(notes[0].text()).recipients if notes else ()
    address = (told[0].address if told else "") or sender_of(mail.headers)
    verdict = _verdict(Kind.DELIVERED, "receipt")
    if re.search(r"(?i)reject|refus|discard|afvist", f"{subject} {prose.text[:500]}"):
        verdict = judge("", f"{prose.text}")
    return [Recipient(address=address or None, verdict=verdict, diagnostic=one_line(prose.text))]


def _from_prose(mail: Part, prose: Prose) -> list[Recipient]:
    """A mail without a report: a bounce in sentences, an automatic answer, or something for a person."""
    headers, subject = mail.headers, mail.headers.text("subject")
    if not _is_bounce(mail, prose):
        if sorts.is_challenge(subject, prose.text):
            return [_alone(_verdict(Kind.AUTO_REPLY, "challenge"), mail)]
        if sorts.is_marked_automatic(headers) or sorts.is_away(subject, "" if sorts.is_answer(subject) else prose.text):
            return [_alone(_verdict(Kind.AUTO_REPLY, "away"), mail)]
        return []
    delayed = sorts.tells_delay(subject, prose.text)
    arrived = not delayed and sorts.tells_delivery(subject, prose.text)
    return [
        _one_named(each.address, each.text, prose, subject, _settled(delayed, arrived))
        for each in named_in(mail, prose)
    ]


def _settled(delayed: bool, arrived: bool) -> Verdict | None:
    if delayed:
        return _verdict(Kind.DELAYED, "delayed")
    return _verdict(Kind.DELIVERED, "delivered") if arrived else None


def _is_bounce(mail: Part, prose: Prose) -> bool:
    headers, subject = mail.headers, mail.headers.text("subject")
    if headers.get("x-failed-recipients"):
        return True
    if sorts.has_away_subject(subject) and not (sorts.is_from_daemon(headers) and sorts.has_failure_subject(subject)):
        return False
    if sorts.is_answer(subject, to_failure=True) and not sorts.is_from_daemon(headers):
        return False
    fails = sorts.tells_failure("", prose.text) or sorts.tells_delay(subject, prose.text)
    if sorts.has_failure_subject(subject) and (fails or prose.has_returned or sorts.is_from_daemon(headers)):
        return True
    if sorts.is_from_daemon(headers):
        away = sorts.is_marked_automatic(headers) and sorts.is_away(subject, prose.text)
        return (fails and not away) or sorts.tells_delivery(subject, prose.text)
    return fails and prose.has_returned and headers.get("return-path").strip() == "<>"


def _one_named(address: str, text: str, prose: Prose, subject: str, settled: Verdict | None) -> Recipient:
    """What the text says of one: by its own paragraph, then by what follows, then by all of it, then by the subject."""
    beside = about(prose.text, address) if address else ""
    replies = [replies_in(each) for each in (text, beside, prose.text)]
    for said in (*replies[:2], text.partition("\n\n")[0], text, beside, replies[2], prose.text, subject):
        verdict = settled or judge("", said)
        if verdict is not NOT_SAID:
            break
    else:
        said = text or prose.text
    codes = codes_in(said)
    return Recipient(
        address=address or None,
        verdict=verdict,
        status=codes.status or None,
        diagnostic=one_line(said or text, address),
    )


def _alone(verdict: Verdict, mail: Part) -> Recipient:
    """A mail that is about its own sender."""
    subject = one_line(mail.headers.text("subject"))
    return Recipient(address=sender_of(mail.headers) or None, verdict=verdict, diagnostic=subject)


def _verdict(kind: Kind, reason: str) -> Verdict:
    return Verdict(kind=kind, reason=reason, status="")
