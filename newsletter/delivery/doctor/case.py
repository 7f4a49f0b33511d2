"""What the checks look at: the workspace, its settings, the register, the environment, and who answers for the DNS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.letters import host_of

if TYPE_CHECKING:
    from newsletter.delivery.doctor.resolver import Resolver
    from newsletter.settings import Settings
    from newsletter.store.register import Register


@dataclass(kw_only=True)
class Case:
    """One examination."""

    root: Path
    settings: Settings
    environ: Mapping[str, str]
    now: datetime
    register: Register | None = None
    """None when there is none yet, or it does not open."""
    resolver: Resolver | None = None
    """None when nobody answers for the DNS."""
    patience: float = 20
    """Seconds to wait for each word of the relay."""

    @property
    def sends(self) -> bool:
        """Whether mails leave at all."""
        return self.settings.delivery.transport == "smtp"

    @property
    def production(self) -> bool:
        """Whether mails go to everybody."""
        return self.settings.environment == "production"

    @property
    def sender_domain(self) -> str:
        """Of the From address, in the form of the DNS."""
        return to_dns(host_of(self.settings.sender.address))

    @property
    def return_domain(self) -> str:
        """Of the address that undeliverable mails come back to."""
        return to_dns(host_of(self.settings.delivery.return_address or self.settings.sender.address))

    @cached_property
    def relay_addresses(self) -> tuple[str, ...]:
        """The relay's IP addresses, as this machine finds them; none when it does not."""
        import socket

        try:
            found = socket.getaddrinfo(self.settings.delivery.host, None, type=socket.SOCK_STREAM)
        except OSError:
            return ()
        return tuple(sorted({str(each[4][0]).partition("%")[0] for each in found}))

    @property
    def public_relay_addresses(self) -> tuple[str, ...]:
        """Those that the whole world sees."""
        return tuple(each for each in self.relay_addresses if ip_address(each).is_global)


def to_dns(domain: str) -> str:
    """A domain as the DNS has it: small letters, A-labels (RFC 5890), no dot at the end."""
    name = domain.strip().rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:  # whoever asks for it learns that there is none
        return name


def is_within(domain: str, other: str) -> bool:
    """Whether a domain is the other one, or below it."""
    return domain == other or domain.endswith(f".{other}")
