"""Sending the reminders of a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from newsletter.delivery.notices import How, Notice, Posted, Recipient, post
from newsletter.delivery.reminding.due import piles
from newsletter.delivery.reminding.letter import Letter
from newsletter.workspace import read_contacts

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Contact
    from newsletter.delivery.reminding.due import Pile
    from newsletter.settings import Settings
    from newsletter.store.register import Register

KIND = "reminder"


def remind(root: Path, settings: Settings, register: Register, **how: Unpack[How]) -> list[Posted]:
    """Remind every contact who has something to do today, each once a day; what became of each. Raises Refused."""
    contacts, now = read_contacts(root), how["clock"]()
    with register.read() as connection:
        found = piles(connection, settings, contacts, now.astimezone(settings.zone).date())
    letter = Letter(settings, {slug: item.fields.title for slug, item in contacts.items()}, now)
    notices = [_notice(letter, pile, contacts[pile.contact]) for pile in found if pile.contact in contacts]
    nobody = [_nobody(pile.contact) for pile in found if pile.contact not in contacts]
    return [*nobody, *post(root, settings, register, notices, **how)]


def _notice(letter: Letter, pile: Pile, contact: Item[Contact]) -> Notice:
    told = letter.write(pile)
    return Notice(
        key=f"{KIND}/{contact.slug}/{letter.today}",
        kind=KIND,
        to=Recipient(address=contact.fields.email, name=contact.fields.title, contact=contact.slug),
        subject=told.subject,
        text=told.text,
        html=told.html,
    )


def _nobody(contact: str) -> Posted:
    """The unit's entry cannot be read: nobody else is left."""
    return Posted(key=f"{KIND}/{contact}", state="skipped", answer=f"content/contacts/{contact}.md cannot be read")
