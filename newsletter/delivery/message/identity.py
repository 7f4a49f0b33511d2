"""What a delivery is known by when it comes back: its Message-ID and the address that bounces go to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from newsletter.delivery.letter import Letter
from newsletter.delivery.message.reader import to_ascii


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """One delivery: the send, and the keyed hash of the address it goes to."""

    send_id: int
    address_hash: bytes


def message_id(letter: Letter, identity: Identity) -> str:
    """`<2027-01.12.0f…@kommune.example>`: the same for the same delivery, for ever (RFC 5322 § 3.6.4)."""
    return f"<{letter.issue}.{_tail(identity)}@{_host(letter.sender_address)}>"


@lru_cache(64)
def _host(address: str) -> str:
    return to_ascii(address).rpartition("@")[2]


def return_path(letter: Letter, identity: Identity) -> str:
    """The envelope's sender; with VERP `nyt+12.0f…@kommune.example`, which tells the delivery."""
    if not letter.verp:
        return letter.return_address
    local, _, domain = letter.return_address.rpartition("@")
    return f"{local}+{_tail(identity)}@{domain}"


def _tail(identity: Identity) -> str:
    return f"{identity.send_id}.{identity.address_hash.hex()}"
