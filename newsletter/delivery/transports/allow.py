"""Who may get mail: everybody in production; elsewhere those on the allow-list, so that no trial reaches a company."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from newsletter.settings import Settings


@dataclass(frozen=True, kw_only=True)
class AllowList:
    """Whole addresses, and @domains that stand for all of theirs; large and small letters are alike."""

    everybody: bool = False
    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The list of newsletter.yml."""
        entries = [_key(entry) for entry in settings.delivery.allow]
        return cls(
            everybody=settings.environment == "production",
            addresses=frozenset(entry for entry in entries if not entry.startswith("@")),
            domains=frozenset(entry[1:] for entry in entries if entry.startswith("@")),
        )

    def permits(self, address: str) -> bool:
        """Whether this address may get mail."""
        if self.everybody:
            return True
        key = _key(address)
        return key in self.addresses or key.rpartition("@")[2] in self.domains


def _key(address: str) -> str:
    """For comparing: case-folded, the domain in the form that goes over the line."""
    local, at, domain = address.strip().casefold().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):  # what is no domain is like none on the list
            domain = domain.encode("idna").decode()
    return f"{local}{at}{domain}"
