"""Rules about time: what is over, not yet in force, or long unchecked when the issue is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING

from newsletter.checks.rule import Remark
from newsletter.content.items import Event, Scheme

if TYPE_CHECKING:
    from newsletter.checks.subjects import ShownSubject


def scheme_expired(subject: ShownSubject) -> Iterator[Remark]:
    """A scheme still applies on the day it is sent (`valid_to`).

    A company that plans with rules of yesterday gets a no from the municipality.
    Source: our own rule: what an authority says of the law must be right on the day it says so.
    """
    scheme = subject.item.fields
    if isinstance(scheme, Scheme) and scheme.valid_to and scheme.valid_to < subject.sent:
        text = f"the scheme ended on {scheme.valid_to}, before the issue is sent on {subject.sent}"
        hint = "hold the text against the law of today, or take the scheme out of the issue"
        yield Remark(subject.item.place("valid_to"), text, hint)


def scheme_not_yet(subject: ShownSubject) -> Iterator[Remark]:
    """A scheme applies already on the day it is sent (`valid_from`).

    News of a scheme to come is welcome, but the text must say from when.
    Source: our own rule: what an authority says of the law must be right on the day it says so.
    """
    scheme = subject.item.fields
    if isinstance(scheme, Scheme) and scheme.valid_from and scheme.valid_from > subject.sent:
        text = f"the scheme applies from {scheme.valid_from}, after the issue is sent on {subject.sent}"
        yield Remark(subject.item.place("valid_from"), text, "say so in its summary, or show it in a later issue")


def scheme_unchecked(subject: ShownSubject) -> Iterator[Remark]:
    """Somebody has lately held a scheme against its source (`checked_on`).

    Rates and rules change in January and July. The limit is `checks: scheme_unchecked_days` in newsletter.yml, 90 days
    if it says nothing.
    Source: our own rule: what an authority says of the law must be right on the day it says so.
    """
    scheme = subject.item.fields
    if not isinstance(scheme, Scheme):
        return
    days = (subject.sent - scheme.checked_on).days
    if days > subject.settings.checks.scheme_unchecked_days:
        text = f"the scheme was last checked on {scheme.checked_on}, {days} days before the issue is sent"
        yield Remark(subject.item.place("checked_on"), text, "read its source, mend the text and write the new date")


def event_past(subject: ShownSubject) -> Iterator[Remark]:
    """An event is not over on the day the issue is sent.

    Source: our own rule; a report from a past event is an article.
    """
    event = subject.item.fields
    if isinstance(event, Event) and event.end.date() < subject.sent:
        text = f"the event was on {event.end.date()}, before the issue is sent on {subject.sent}"
        yield Remark(subject.item.place("end"), text, "take it out of the issue, or write an article about it")


def event_clock(subject: ShownSubject) -> Iterator[Remark]:
    """An event begins and ends at times that clocks show.

    In spring the clock is put forward, and an hour of that night is left out; every calendar guesses another time.
    Source: RFC 5545, 3.3.5 Date-Time.
    """
    event = subject.item.fields
    if not isinstance(event, Event):
        return
    for key, wall in (("start", event.start), ("end", event.end)):
        there = wall.replace(tzinfo=subject.settings.zone).astimezone(UTC).astimezone(subject.settings.zone)
        if there.replace(tzinfo=None, fold=0) != wall:
            text = (
                f"{wall:%Y-%m-%d %H:%M} does not exist in {subject.settings.time_zone}: the clock is put forward then"
            )
            yield Remark(subject.item.place(key), text, f"write {there:%Y-%m-%d %H:%M}")
