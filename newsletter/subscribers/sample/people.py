"""Invented people: what they are called, where they are reached (nowhere), and what they agreed to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.consent import NOTHING, Entry, standing_after
from newsletter.subscribers.sample.dice import Dice
from newsletter.subscribers.sample.words import (
    FIRST_NAMES,
    LARGE_ROLE_STEPS,
    MIDDLE_NAMES,
    ROLES,
    SMALL_ROLE_STEPS,
    SURNAME,
    plain,
)
from newsletter.subscribers.terms import months_after

Row = dict[str, Any]

_WORDING = (
    "Ja tak, send mig nyhedsbrevet til virksomheder om ordninger, arrangementer og gode eksempler en gang om måneden "
    "med e-mail. Afsender er Virksomhedsservice i Eksempelkommune. Jeg kan altid trække mit samtykke tilbage."
)
_OLDER_WORDING = (
    "Jeg vil gerne have nyt til virksomheder med e-mail fra Virksomhedsservice i Eksempelkommune. Jeg kan afmelde mig "
    "i hver mail."
)
WORDINGS = (_WORDING, _OLDER_WORDING)
"""What they agreed to: the wording of today, and an older one."""

_KEPT_MONTHS = 24
_LARGE = 10
_NEW_WORDING = timedelta(days=400)
_SMTPUTF8, _CAPITALS, _ENGLISH, _ALONE = 0.005, 0.05, 0.05, 0.02
_FORM = "formularen på hjemmesiden"
_SOURCES = (_FORM, "virksomhedsbesøg", "netværksmøde", "telefon")
_ENDINGS = ("given", "confirmed", "pending", "unsubscribed", "other", "bounced", "none")
_ENDING_STEPS = (46, 58, 63, 71, 79, 80, 100)


class World(Protocol):
    """What a person is made from."""

    dice: Dice
    now: datetime
    wordings: tuple[int, ...]
    hash_of: Callable[[str], bytes]


class Invited(NamedTuple):
    """A person: the row, what they said, oldest first, and whether they are never to be written to."""

    row: Row
    entries: list[Entry]
    suppressions: list[Row]


def invite(world: World, number: int, company: Row, places: list[Row], domain: str) -> Invited:
    """A person of a company, with a history that ends somewhere."""
    dice = world.dice
    first, middle = dice.pick(FIRST_NAMES), dice.pick(MIDDLE_NAMES)
    address = _address(dice, number, first, middle, domain)
    address_hash = world.hash_of(address.key)
    ending = dice.weighed(_ENDINGS, _ENDING_STEPS)
    entries = _HISTORIES[ending](world, number)
    standing = standing_after(entries[-1]) if entries else NOTHING
    created = entries[0].at if entries else _ago(world, 30, 700)
    last = entries[-1].at if entries else created
    alone = dice.often(_ALONE)  # a reader whose company nobody has noted
    steps = LARGE_ROLE_STEPS if company["size"] >= _LARGE else SMALL_ROLE_STEPS
    row = {
        "id": number,
        "address": address.written,
        "address_key": address.key,
        "address_hash": address_hash,
        "smtputf8": address.needs_smtputf8,
        "name": f"{first} {middle} {SURNAME}",
        "first_name": first,
        "role": dice.weighed(ROLES, steps),
        "language": "en" if dice.often(_ENGLISH) else "da",
        "company_id": None if alone else company["id"],
        "workplace_id": dice.pick(places)["id"] if len(places) > 1 and not alone else None,
        "state": standing.state,
        "basis": standing.basis,
        "subscribed_on": standing.subscribed_on,
        "created_at": created,
        "updated_at": last,
    }
    return Invited(row, entries, _suppressions(world, ending, address_hash, last))


def _address(dice: Dice, number: int, first: str, middle: str, domain: str) -> Address:
    """Some write capitals; few have a letter that only servers with SMTPUTF8 take."""
    chance = dice.throw()
    local = f"{plain(first)}.{plain(middle)}.{number}"
    if chance < _SMTPUTF8:
        local = f"{first.casefold()}.øst.{number}"
    elif chance < _CAPITALS:
        local = local.title()
    return parse_address(f"{local}@{domain}")


def _given(world: World, person: int) -> list[Entry]:
    return [_entry(world, person, "given", _ago(world, 2, 900), world.dice.pick(_SOURCES))]


def _confirmed(world: World, person: int) -> list[Entry]:
    asked = _ago(world, 2, 600)
    answered = asked + timedelta(minutes=world.dice.between(1, 900))
    return [_entry(world, person, "requested", asked), _entry(world, person, "confirmed", answered)]


def _pending(world: World, person: int) -> list[Entry]:
    """Most still have time to confirm; some have forgotten it."""
    return [_entry(world, person, "requested", _ago(world, 1, 18))]


def _unsubscribed(world: World, person: int) -> list[Entry]:
    said = _ago(world, 120, 900)
    left = said + (world.now - said) * (0.1 + 0.85 * world.dice.throw())
    gone = Entry(person_id=person, kind="withdrawn", source="afmeldt i en mail", at=left.replace(microsecond=0))
    return [_entry(world, person, "given", said, world.dice.pick(_SOURCES)), gone]


def _other(world: World, person: int) -> list[Entry]:
    reason = "Offentlig myndighed: nyt om ordninger, de selv administrerer"
    at = _ago(world, 30, 700)
    return [Entry(person_id=person, kind="given", basis="other", source="adresseliste", reason=reason, at=at)]


def _entry(world: World, person: int, kind: Any, at: datetime, source: str = _FORM) -> Entry:
    older = world.now - at > _NEW_WORDING
    return Entry(person_id=person, kind=kind, source=source, at=at, wording_id=world.wordings[older])


def _ago(world: World, least: int, most: int) -> datetime:
    """A moment so many days ago."""
    return world.now - timedelta(days=world.dice.between(least, most), minutes=world.dice.between(1, 600))


def _suppressions(world: World, ending: str, address_hash: bytes, at: datetime) -> list[Row]:
    """Who unsubscribed stays out until the term has passed; so does an address that bounced."""
    if ending not in ("unsubscribed", "bounced"):
        return []
    expires = months_after(at, _KEPT_MONTHS)
    row = {"address_hash": address_hash, "reason": ending, "at": at, "expires_at": expires}
    return [row] if expires > world.now else []


_HISTORIES: dict[str, Callable[[World, int], list[Entry]]] = {
    "given": _given,
    "confirmed": _confirmed,
    "pending": _pending,
    "unsubscribed": _unsubscribed,
    "other": _other,
    "bounced": _given,
    "none": lambda _world, _person: [],
}
