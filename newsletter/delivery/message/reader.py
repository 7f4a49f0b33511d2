"""The one person a mail is for, and the values that may be said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsletter.delivery.letter import Letter

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, line ends of every kind, halves of characters: none may stand in a header (RFC 5322 § 2.2)."""
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"]+@[A-Za-z0-9.-]+").fullmatch
_LONGEST = 254
"""Octets of an address (RFC 5321 § 4.5.3.1.3, less the brackets)."""


class Unsendable(ValueError):
    """The mail cannot be made for one reader, who is rejected; the others are not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whom a mail is for."""

    address: str
    name: str | None = None
    first_name: str | None = None
    company: str | None = None
    contact: str | None = None
    """Short name of the company's fixed contact."""
    person_id: int | None = None
    """None for somebody who is not in the register, such as the reader of a test copy."""


def to_ascii(address: str) -> str:
    """The address with its domain as every server takes it (RFC 5890); what stands before the @ stays as it is.

    Raises Unsendable for what is no address, without saying it.
    """
    local, _, domain = address.rpartition("@")
    written = address if domain.isascii() else f"{local}@{_labels(domain)}"
    if not _ADDRESS(written) or not written.isprintable() or len(written.encode()) > _LONGEST:
        raise Unsendable("the address is none that a mail can go to")
    return written


def _labels(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise Unsendable("the domain of the address cannot be written in ASCII") from error


def faults(texts: Mapping[str, str | None], addresses: Mapping[str, str | None]) -> Iterator[str]:
    """What keeps these values, by what they are, out of a mail. None of them is repeated in it."""
    for what, value in texts.items():
        if found := _FORBIDDEN.search(value or ""):
            yield f"the {what} holds a control character (U+{ord(found[0]):04X})"
    for what, value in addresses.items():
        try:
            _ = value and to_ascii(value)
        except Unsendable:
            yield f"the {what} is none that a mail can go to"


def check_reader(reader: Reader) -> None:
    """Raises Unsendable with all that keeps this reader's values out of a mail."""
    if f"{reader.address}{reader.name}{reader.first_name}{reader.company}".isprintable() and reader.address.isascii():
        return  # the usual case, seen at one glance
    texts = {"name": reader.name, "first name": reader.first_name, "company": reader.company}
    if found := list(faults(texts, {"address": reader.address})):
        raise Unsendable("; ".join(found))


def known_values(letter: Letter, reader: Reader) -> dict[str, str]:
    """What may be said of the reader, without links; where nothing is known, what the letter says for everybody."""
    contact = letter.contacts.get(reader.contact or "", {})
    known = {
        "first_name": reader.first_name or (reader.name or "").partition(" ")[0],
        "name": reader.name,
        "company": reader.company,
        "contact": contact.get("title"),
        "contact_email": contact.get("email"),
    }
    return {name: value or letter.defaults.get(name, "") for name, value in known.items()}
