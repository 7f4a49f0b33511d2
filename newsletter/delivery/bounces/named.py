"""Whom a bounce in sentences is about: headers first, then the text, then the mail that it returns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.delivery.bounces.addresses import addresses_in, key_of
from newsletter.delivery.bounces.prose import Mention, Prose, mentions

if TYPE_CHECKING:
    from newsletter.delivery.bounces.headers import Headers
    from newsletter.delivery.bounces.mime import Part

_OURS = (
    "from",
    "to",
    "cc",
    "sender",
    "return-path",
    "reply-to",
    "errors-to",
    "x-sender",
    "envelope-to",
    "delivered-to",
)
_SENDERS = (
    "from",
    "sender",
    "return-path",
    "reply-to",
    "errors-to",
    "list-post",
    "x-beenthere",
    "list-unsubscribe",
    "list-id",
    "list-owner",
)
_LONGEST = 300
_UNCLEAR = 3
"""More addresses than these, none clearer than the others, say nothing."""


def named_in(mail: Part, prose: Prose) -> list[Mention]:
    """Whom it is about; one without an address when nobody can be told."""
    failed = [address for value in mail.headers.all("x-failed-recipients") for address in addresses_in(value)]
    ours = _ours(mail, prose)
    found = mentions(prose.text, ours)
    if failed:
        texts = {key_of(each.address): each.text for each in found}
        return [Mention(address=each, weight=3, text=texts.get(key_of(each), "")) for each in dict.fromkeys(failed)]
    if found and (found[0].weight > 1 or len(found) <= _UNCLEAR):
        return found
    return [Mention(address=returned_to(mail, prose), weight=1, text="")]


def returned_to(mail: Part, prose: Prose) -> str:
    """To whom the returned mail went, when that was one person and no list; else as VERP tells; else empty."""
    theirs = {key_of(each) for name in _SENDERS for value in prose.returned.all(name) for each in addresses_in(value)}
    found = [each for name in ("to", "cc") for value in prose.returned.all(name) for each in addresses_in(value)]
    if len(found) == 1 and key_of(found[0]) not in theirs:
        return found[0]
    return _by_verp(mail)


def sender_of(headers: Headers) -> str:
    """Who wrote the mail."""
    return next((each for name in ("from", "reply-to", "sender") for each in addresses_in(headers.text(name))), "")


def one_line(text: str, address: str = "") -> str | None:
    """What a server said, as one short line; None for nothing."""
    line = re.sub(r"\s+", " ", text).strip()
    if address:
        line = re.sub(rf"^\W*{re.escape(address)}\W*(?=\w)", "", line)
    return line[:_LONGEST].strip() or None


def _ours(mail: Part, prose: Prose) -> frozenset[str]:
    """Addresses that stand in bounces and never failed: who wrote it, and who wrote the mail that it returns."""
    found = [each for name in _OURS for value in mail.headers.all(name) for each in addresses_in(value)]
    found += [each for name in _SENDERS for value in prose.returned.all(name) for each in addresses_in(value)]
    return frozenset(map(key_of, found))


def _by_verp(mail: Part) -> str:
    """The recipient in the address that the bounce came to: `list-bounces+bo=firma.example@…`."""
    for value in mail.headers.all("to"):
        for each in addresses_in(value):
            match = re.search(r"[+-]([^+=@]{1,64})=([\w.-]{3,200})$", each.rpartition("@")[0])
            if match and "." in match[2]:
                return f"{match[1]}@{match[2]}"
    return ""
