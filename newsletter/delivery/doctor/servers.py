"""The names of servers in the DNS: who takes mail for us, what the relay is called, where the web pages are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.delivery.doctor.case import to_dns
from newsletter.delivery.doctor.results import Said, error, hint, ok, warning
from newsletter.delivery.letters import host_of

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case


def mx(case: Case) -> Iterator[Said]:
    """Whether somebody takes mail for the sender, for what comes back, and for answers (RFC 5321 § 5, RFC 7505)."""
    assert case.resolver is not None
    wanted = {case.sender_domain: "the sender's domain"}
    wanted.setdefault(case.return_domain, "where mails come back to")
    if case.settings.sender.reply_to:
        wanted.setdefault(to_dns(host_of(case.settings.sender.reply_to)), "where answers go")
    for domain, what in wanted.items():
        servers = [name for _, name in case.resolver.mx(domain)]
        if servers == [""]:
            cure = "IT: give it a mail server, or use another domain; receivers turn away mail that cannot be answered"
            yield error(f"{domain}, {what}, says that it takes no mail (null MX)", cure)
        elif servers:
            yield ok(f"{domain}, {what}: mail goes to {', '.join(servers)}")
        elif case.resolver.addresses(domain):
            yield hint(f"{domain}, {what}, has no MX record, only an address", "IT: publish an MX record")
        else:
            yield error(f"{domain}, {what}, has no mail server", "IT: publish an MX record, or use another domain")


def ptr(case: Case) -> Iterator[Said]:
    """Whether the relay's address has a name that leads back to it: Gmail and others ask for it."""
    assert case.resolver is not None
    if not case.sends:
        return
    if not case.public_relay_addresses:
        seen = (
            "the relay's address is of this house" if case.relay_addresses else "the relay's address is not known here"
        )
        yield hint(
            f"{seen}: what receivers see is another", "IT: see that the address mails leave from has a PTR record"
        )
    for address in case.public_relay_addresses:
        names = case.resolver.names(address)
        if any(address in case.resolver.addresses(name) for name in names):
            yield ok(f"{address} is called {', '.join(names)}, and that name leads back")
        elif names:
            cure = "IT: let the name have that address; receivers do not trust it otherwise"
            yield warning(f"{address} is called {', '.join(names)}, but that name leads elsewhere", cure)
        else:
            yield warning(f"{address} has no name (PTR)", "IT: publish a PTR record; Gmail turns mail away without")


def web(case: Case) -> Iterator[Said]:
    """Whether the host of the web pages, where people unsubscribe, is in the DNS."""
    assert case.resolver is not None
    url = urlsplit(case.settings.public_url)
    host = to_dns(url.hostname or "")
    if url.scheme != "https" or not host:
        return
    if case.resolver.addresses(host):
        yield ok(f"{host}, where people unsubscribe, is in the DNS")
    else:
        say = error if case.production else hint
        yield say(f"{host}, where people unsubscribe, is not in the DNS", "IT: publish its address, or mend public_url")
