"""The letter of an issue, out of the workspace: what newsletter.yml and the contacts say on the day of approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.build.editions import STANDARD
from newsletter.build.render import sample_reader
from newsletter.delivery.letter import Letter

if TYPE_CHECKING:
    from newsletter.delivery.sealed import Sealed
    from newsletter.settings import Settings
    from newsletter.workspace import Workspace


def letter_of(workspace: Workspace, sealed: Sealed) -> Letter:
    """What all mails of the issue share."""
    settings = workspace.settings
    sender, delivery = settings.sender, settings.delivery
    return Letter(
        issue=sealed.issue,
        title=settings.title,
        language=settings.language,
        zone=settings.time_zone,
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        return_address=delivery.return_address or sender.address,
        verp=delivery.verp,
        list_id=list_id(settings),
        public_url=settings.public_url,
        archive_url=f"{settings.public_url}/{sealed.issue}/{STANDARD}.html",
        unsubscribe_address=delivery.unsubscribe_address or sender.reply_to or sender.address,
        feedback_id=f"{sealed.issue}:{host_of(sender.address)}:nyt" if delivery.feedback_id else None,
        subject=str(sealed.manifest["subject"]),
        invites=sealed.invites,
        defaults=sample_reader(workspace),
        contacts={
            slug: {"title": item.fields.title, "email": item.fields.email or ""}
            for slug, item in workspace.items["contact"].items()
        },
    )


def list_id(settings: Settings) -> str:
    """The list's identifier (RFC 2919): as newsletter.yml says, else made of the sender's domain; stays for ever."""
    return settings.delivery.list_id or f"nyt.{host_of(settings.sender.address)}"


def host_of(address: str) -> str:
    """The domain of an address."""
    return address.rpartition("@")[2]
