"""SPF (RFC 7208): which machines may send mail that comes back to the sender's domain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from newsletter.delivery.doctor.case import to_dns
from newsletter.delivery.doctor.results import Said, error, hint, ok, warning

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case
    from newsletter.delivery.doctor.resolver import Resolver

MOST_LOOKUPS, MOST_VOIDS = 10, 2
"""§ 4.6.4: more, and receivers stop with an error."""
_DEEP = 12
_YES = ("", "+")
_TERM = re.compile(r"(?P<sign>[+?~-]?)(?P<name>[a-zA-Z][\w.-]*)(?::(?P<value>[^/\s]*))?(?P<prefix>(?:/\d+)?(?://\d+)?)")
_NETWORK = re.compile(r"([+?~-]?)ip[46]:(\S+)", re.IGNORECASE)


@dataclass
class Walk:
    """What was met on the way through a record and those it includes."""

    resolver: Resolver
    lookups: int = 0
    voids: int = 0
    networks: list[IPv4Network | IPv6Network] = field(default_factory=list)
    others: str | None = None
    """The sign before the record's own `all`; None without one."""
    faults: list[str] = field(default_factory=list)
    open_ends: bool = False
    """Whether something depends on the mail itself (macros), and was not followed."""

    def record(self, domain: str, depth: int = 0) -> None:
        """Follow the record of a domain."""
        found = records(self.resolver, domain)
        if len(found) != 1:
            self.faults.append(f"{domain} has {'no SPF record' if not found else f'{len(found)} SPF records'}")
            return
        if depth > _DEEP or self.lookups > 2 * MOST_LOOKUPS:
            self.faults.append(f"the record of {domain} leads in a circle")
            return
        terms = found[0].split()[1:]
        for term in terms:
            self._term(term, domain, depth)
        redirect = [term.partition("=")[2] for term in terms if term.lower().startswith("redirect=")]
        if redirect and not any(re.fullmatch(r"[+?~-]?all", term, re.IGNORECASE) for term in terms):
            self.lookups += 1
            if "%" in redirect[0]:
                self.open_ends = True
            else:
                self.record(to_dns(redirect[0]), depth)

    def _term(self, term: str, domain: str, depth: int) -> None:
        network = _NETWORK.fullmatch(term)
        if network:
            self._network(term, network[1], network[2])
            return
        if re.match(r"[\w.-]+=", term):  # redirect is followed at the end; exp and unknown ones change nothing
            return
        match = _TERM.fullmatch(term)
        name = match["name"].lower() if match else ""
        if not match or name not in ("all", "include", "a", "mx", "ptr", "exists"):
            self.faults.append(f"nobody understands {term!r}")
        elif name == "all":
            self.others = match["sign"] or "+" if depth == 0 else self.others
        else:
            self.lookups += 1
            self._asked(match, domain, depth)

    def _network(self, term: str, sign: str, value: str) -> None:
        try:
            network = ip_network(value, strict=False)
        except ValueError:
            self.faults.append(f"nobody understands {term!r}")
            return
        if sign in _YES:
            self.networks.append(network)

    def _asked(self, match: re.Match[str], domain: str, depth: int) -> None:
        name, value = match["name"].lower(), match["value"] or domain
        if "%" in value:
            self.open_ends = True
        elif name == "ptr":
            self.faults.append("`ptr` is not to be used any more (§ 5.5)")
        elif name == "include":
            self.record(to_dns(value), depth + 1)
        elif name in ("a", "mx") and match["sign"] in _YES:
            self._hosts(match[0], name, to_dns(value), match["prefix"])

    def _hosts(self, term: str, name: str, domain: str, prefix: str) -> None:
        hosts = [domain] if name == "a" else [host for _, host in self.resolver.mx(domain)][:MOST_LOOKUPS]
        addresses = [each for host in hosts if host for each in self.resolver.addresses(host)]
        if not addresses:
            self.voids += 1
        four, _, six = prefix.partition("//")
        for address in addresses:
            size = six if ":" in address else four.lstrip("/")
            self._network(term, "+", f"{address}/{size}" if size else address)

    def covers(self, address: str) -> bool:
        """Whether a machine may send."""
        return any(ip_address(address) in network for network in self.networks)


def records(resolver: Resolver, domain: str) -> list[str]:
    """The SPF records of a domain; there is to be one only (§ 4.5)."""
    return [text for text in resolver.txt(domain) if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]


def spf(case: Case) -> Iterator[Said]:
    """The record of the return address's domain: one only, not too long a way, and the relay in it."""
    assert case.resolver is not None
    domain = case.return_domain
    found = records(case.resolver, domain)
    if len(found) != 1:
        yield from _not_one(domain, len(found))
        return
    walk = Walk(case.resolver)
    walk.record(domain)
    yield ok(f"{domain}: {found[0]}")
    for fault in dict.fromkeys(walk.faults):
        yield error(f"SPF of {domain}: {fault}", "IT: mend the TXT record; receivers may ignore all of it")
    yield from _way(walk, domain)
    yield from _others(walk, domain)
    yield from _covered(walk, case)


def _not_one(domain: str, number: int) -> Iterator[Said]:
    if number:
        cure = "IT: put them together into one TXT record; with two, receivers count none (RFC 7208 § 4.5)"
        yield error(f"{domain} has {number} SPF records", cure)
    else:
        cure = f"IT: publish a TXT record at {domain} that names the machines that send, such as `v=spf1 mx -all`"
        yield error(f"{domain} has no SPF record", cure)


def _way(walk: Walk, domain: str) -> Iterator[Said]:
    if walk.lookups > MOST_LOOKUPS:
        cure = "IT: take out includes that are no longer used, or write addresses instead of names (RFC 7208 § 4.6.4)"
        yield error(f"SPF of {domain} needs {walk.lookups} questions; receivers stop after {MOST_LOOKUPS}", cure)
    else:
        yield ok(f"SPF of {domain} needs {walk.lookups} of {MOST_LOOKUPS} questions")
    if walk.voids > MOST_VOIDS:
        cure = "IT: take out the names that no longer exist"
        yield warning(f"SPF of {domain} asks for {walk.voids} names that are not there", cure)


def _others(walk: Walk, domain: str) -> Iterator[Said]:
    if walk.others == "+":
        yield error(f"SPF of {domain} lets everybody send (`all`)", "IT: end the record with -all or ~all")
    elif walk.others in (None, "?") and not walk.faults:
        yield hint(f"SPF of {domain} says nothing of other machines", "IT: end the record with ~all or -all")


def _covered(walk: Walk, case: Case) -> Iterator[Said]:
    for address in case.public_relay_addresses if case.sends else ():
        if walk.covers(address):
            yield ok(f"the relay's address {address} may send")
        elif walk.open_ends:
            yield hint(f"whether the relay's address {address} may send depends on each mail", "IT: see that it may")
        else:
            yield warning(
                f"the relay's address {address} is not in SPF of {case.return_domain}",
                "IT: add it to the record, or, where the relay hands mails on, the address that they leave from",
            )
