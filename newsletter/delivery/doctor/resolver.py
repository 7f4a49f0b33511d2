"""Asking the DNS, through one small door, so that tests can answer instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import dns.resolver

_PATIENCE = 3.0
"""Seconds for an answer, whatever is tried for it."""
_PORT = 53


class Unanswered(Exception):
    """The DNS gave no answer: nobody knows whether there is a record."""


class Resolver(Protocol):
    """What is asked of the DNS. Each raises Unanswered; an empty answer means that there is no such record."""

    def txt(self, name: str) -> tuple[str, ...]:
        """TXT records, the strings of each put together."""
        ...

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """Mail servers with their preference, best first; a null MX (RFC 7505) is (0, "")."""
        ...

    def addresses(self, name: str) -> tuple[str, ...]:
        """IPv4 and IPv6 addresses."""
        ...

    def names(self, address: str) -> tuple[str, ...]:
        """Names of an IP address (PTR)."""
        ...


class DnsResolver:
    """The DNS itself, by way of the machine's own name servers or of one that is named."""

    def __init__(self, server: str | None = None, port: int = _PORT, patience: float = _PATIENCE) -> None:
        import dns.resolver

        self._resolver = dns.resolver.Resolver(configure=server is None)
        if server is not None:
            self._resolver.nameservers = [server]
            self._resolver.port = port
        self._resolver.lifetime = self._resolver.timeout = patience
        self._known: dict[tuple[str, str], list[Any]] = {}

    def txt(self, name: str) -> tuple[str, ...]:
        """TXT records, the strings of each put together."""
        return tuple(b"".join(each.strings).decode("utf-8", "replace") for each in self._ask(name, "TXT"))

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """Mail servers with their preference, best first."""
        found = [(each.preference, _plain(each.exchange)) for each in self._ask(name, "MX")]
        return tuple(sorted(found))

    def addresses(self, name: str) -> tuple[str, ...]:
        """IPv4 and IPv6 addresses."""
        return tuple(each.address for kind in ("A", "AAAA") for each in self._ask(name, kind))

    def names(self, address: str) -> tuple[str, ...]:
        """Names of an IP address (PTR)."""
        import dns.reversename

        return tuple(_plain(each.target) for each in self._ask(str(dns.reversename.from_address(address)), "PTR"))

    def answers(self) -> bool:
        """Whether anybody answers at all, whatever it is."""
        import dns.exception
        import dns.resolver

        try:
            self._resolver.resolve(".", "NS")
        except dns.resolver.NoNameservers as error:
            return any(each[4] is not None for each in error.kwargs.get("errors", ()))
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            return True
        except (dns.exception.DNSException, OSError):
            return False
        return True

    def _ask(self, name: str, kind: str) -> list[Any]:
        if (name, kind) not in self._known:
            self._known[name, kind] = self._fetch(name, kind)
        return self._known[name, kind]

    def _fetch(self, name: str, kind: str) -> list[Any]:
        import dns.exception
        import dns.resolver

        try:
            answer: dns.resolver.Answer = self._resolver.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise Unanswered(f"the DNS gave no answer for {name} ({kind})") from error
        return [*answer]


def find_resolver(server: str | None = None, port: int = _PORT) -> DnsResolver | None:
    """Whoever answers for the DNS here; None where nobody does."""
    import dns.resolver

    try:
        resolver = DnsResolver(server, port)
    except dns.resolver.NoResolverConfiguration:
        return None
    return resolver if resolver.answers() else None


def _plain(name: Any) -> str:
    return str(name).rstrip(".").lower()
