"""Telling guests what is new: the one place where these mails are handed over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from newsletter.campaigns.signups.seats import settle
from newsletter.delivery.answers.events import Events
from newsletter.delivery.notices import How, Notice, Posted, post
from newsletter.delivery.places.due import due
from newsletter.delivery.places.letter import Letters
from newsletter.problems import Refused
from newsletter.subscribers.act import acting
from newsletter.subscribers.sample.mark import is_sample

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.store.register import Register


def tell_guests(
    root: Path,
    settings: Settings,
    register: Register,
    *,
    actor: str,
    only: str | None = None,
    **how: Unpack[How],
) -> list[Posted]:
    """Give seats that are free to those who wait, and tell everybody what is new; what became of each mail.

    Of all events to come, or of `only` one. Raises Refused when nothing can be sent.
    """
    notices = _notices(root, settings, register, now=how["clock"](), actor=actor, only=only)
    if notices and how["really"]:
        _must_be_real(register)
    return post(root, settings, register, notices, **how)


def _must_be_real(register: Register) -> None:
    with register.read() as connection:
        if is_sample(connection):
            text = "this register is a sample: its companies and people are invented"
            raise Refused(text, "leave --really out to see the mails as files in build/outbox/notices/")


def free_seats(root: Path, settings: Settings, register: Register, *, now: datetime, actor: str) -> None:
    """Give the seats of who was erased to those who wait, at all events to come."""
    for terms in Events(root, settings).terms.values():
        if now < terms.end:
            with acting(register, settings.privacy, now=now, actor=actor) as act:
                settle(act, terms)


def _notices(
    root: Path, settings: Settings, register: Register, *, now: datetime, actor: str, only: str | None
) -> list[Notice]:
    events, found = Events(root, settings), []
    for slug, terms in events.terms.items():
        if now >= terms.end or (only and slug != only):
            continue
        with acting(register, settings.privacy, now=now, actor=actor) as act:
            settle(act, terms)
            news = due(act.connection, terms, now)
        if news:
            letters = Letters(settings, events.items[slug])
            found += [letters.write(each) for each in news]
    return found
