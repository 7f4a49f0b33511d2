"""DMARC (RFC 9989): what receivers do with mail that says it is from the sender, and is not proved to be.

Organizational domains are found by walking the tree of names (§ 4.10), not by a list of public suffixes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from newsletter.delivery.doctor.dkim_key import tags
from newsletter.delivery.doctor.results import Said, error, hint, ok, warning

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case
    from newsletter.delivery.doctor.resolver import Resolver

MOST_QUERIES = 8
"""§ 4.10: no walk asks more often, however long the name is."""
_KNOWN = ("v", "p", "sp", "np", "adkim", "aspf", "fo", "psd", "rua", "ruf", "t")
_GONE = {"pct": "t=y stands for a trial now", "rf": "there is one form of report only", "ri": "reports are daily"}
_POLICIES = ("none", "quarantine", "reject")
_WORDS = {"psd": ("y", "n", "u"), "t": ("y", "n"), "adkim": ("r", "s"), "aspf": ("r", "s")}


class Found(NamedTuple):
    """A DMARC record and the domain that has it."""

    domain: str
    tags: dict[str, str]


def names_to_ask(domain: str) -> list[str]:
    """The domains a walk asks, in turn (§ 4.10): itself, then its parents; of a long name the last seven labels on."""
    labels = domain.split(".")
    parents = labels[1:] if len(labels) <= MOST_QUERIES else labels[-(MOST_QUERIES - 1) :]
    return [domain, *(".".join(parents[number:]) for number in range(len(parents)))]


def record_of(resolver: Resolver, domain: str) -> Found | None:
    """The record of one domain. Several, or one that does not begin with its version, count as none (§ 4.10)."""
    begun = [text for text in resolver.txt(f"_dmarc.{domain}") if _is_dmarc(text)]
    return Found(domain, tags(begun[0])) if len(begun) == 1 else None


def _is_dmarc(text: str) -> bool:
    key, sign, value = text.partition(";")[0].partition("=")
    return key.strip().lower() == "v" and bool(sign) and value.strip() == "DMARC1"


def walk(resolver: Resolver, domain: str) -> list[Found]:
    """The records on the way up, nearest first; one that says what kind of domain it is ends the way."""
    found = []
    for name in names_to_ask(domain):
        record = record_of(resolver, name)
        if record is not None:
            found.append(record)
            if record.tags.get("psd", "u").lower() in ("y", "n"):
                break
    return found


def organization(resolver: Resolver, domain: str) -> str:
    """The organizational domain (§ 4.10.2)."""
    found = walk(resolver, domain)
    for record in found:
        kind = record.tags.get("psd", "u").lower()
        if kind == "n":
            return record.domain
        if kind == "y" and record.domain != domain:
            below = len(record.domain.split(".")) + 1
            return ".".join(domain.split(".")[-below:])
    return found[-1].domain if found else domain


def policy_of(resolver: Resolver, domain: str) -> Found | None:
    """The record that holds for mail from a domain (§ 4.10.1): its own, else its organization's, else the suffix's."""
    own = record_of(resolver, domain)
    if own is not None:
        return own
    house = organization(resolver, domain)
    found = {record.domain: record for record in walk(resolver, domain)}
    return found.get(house) or next(iter(reversed(found.values())), None)


def dmarc(case: Case) -> Iterator[Said]:
    """The record for mail from the sender's domain, and whether mails can pass it."""
    assert case.resolver is not None
    domain = case.sender_domain
    found = policy_of(case.resolver, domain)
    if found is None:
        several = [text for text in case.resolver.txt(f"_dmarc.{domain}") if _is_dmarc(text)]
        what = f"{len(several)} DMARC records, so none counts" if several else "no DMARC record"
        cure = f"IT: publish one TXT record at _dmarc.{domain}, to begin with `v=DMARC1; p=none; rua=mailto:…`"
        say = error if case.production else warning
        yield say(f"{domain} has {what}; Gmail, Yahoo and Microsoft turn bulk mail away without", cure)
        return
    told = "; ".join(f"{key}={value}" for key, value in found.tags.items())
    yield ok(f"_dmarc.{found.domain}: {told}")
    yield from _policy(found, domain)
    yield from _oddities(found)
    yield from _aligned(case.resolver, found, case)


def _policy(found: Found, domain: str) -> Iterator[Said]:
    key = "p" if found.domain == domain else "sp"
    policy = found.tags.get(key, found.tags.get("p", "none")).lower()
    if policy not in _POLICIES:
        cure = f"IT: write {key}= none, quarantine or reject; without, it counts as none, and only where rua= is there"
        yield error(f"DMARC of {found.domain}: {key}={policy} is no policy", cure)
    elif policy == "none":
        cure = f"IT: when the reports show that all own mail passes, {key}=quarantine, then reject"
        yield hint(f"DMARC lets pass what others send in the name of {domain} (p=none)", cure)
    else:
        yield ok(f"what others send in the name of {domain} is put under {policy}")
    if found.tags.get("t", "n").lower() == "y":
        yield hint(
            f"DMARC of {found.domain} is under trial (t=y): receivers go one step lower", "IT: take t=y out, in time"
        )
    if "rua" not in found.tags:
        yield hint(
            f"nobody gets reports of DMARC of {found.domain}", "IT: rua=mailto:… to a mailbox that somebody reads"
        )


def _oddities(found: Found) -> Iterator[Said]:
    for key, value in found.tags.items():
        spot = f"DMARC of {found.domain}: {key}={value}"
        if key in _GONE:
            yield warning(f"{spot} is no longer part of DMARC (RFC 9989)", f"IT: take it out; {_GONE[key]}")
        elif key not in _KNOWN:
            yield hint(f"{spot} is known to nobody, and is passed over", "IT: is it a slip of the pen?")
        elif key in _WORDS and value.lower() not in _WORDS[key]:
            yield warning(f"{spot} is none of {', '.join(_WORDS[key])}", "IT: mend it; it is passed over")
        elif key in ("sp", "np") and value.lower() not in _POLICIES:
            yield warning(f"{spot} is none of {', '.join(_POLICIES)}", "IT: mend it; it is passed over")


def _aligned(resolver: Resolver, found: Found, case: Case) -> Iterator[Said]:
    """Whether SPF, or our signature, speaks for the sender (§ 4.4)."""
    sender = case.sender_domain
    by_spf = _speaks_for(resolver, case.return_domain, sender, strict=found.tags.get("aspf", "r").lower() == "s")
    signed = case.settings.delivery.dkim
    by_dkim = signed is not None and _speaks_for(
        resolver, signed.domain.lower(), sender, strict=found.tags.get("adkim", "r").lower() == "s"
    )
    ways = [way for way, speaks in (("SPF", by_spf), ("DKIM", by_dkim)) if speaks]
    if ways:
        yield ok(f"mails from {sender} can pass DMARC by {' and by '.join(ways)}")
    else:
        cure = "IT: see that the relay signs for the sender's domain (DKIM), or use a return address there"
        yield warning(f"SPF of {case.return_domain} does not speak for {sender}: only a signature can pass DMARC", cure)


def _speaks_for(resolver: Resolver, domain: str, sender: str, *, strict: bool) -> bool:
    if strict or domain == sender:
        return domain == sender
    return organization(resolver, domain) == organization(resolver, sender)
