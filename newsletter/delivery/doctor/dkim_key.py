"""DKIM (RFC 6376): whether the public half of the key that mails are signed with is in the DNS."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.delivery.doctor.case import to_dns
from newsletter.delivery.doctor.results import Said, error, hint, ok, warning
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case

_LEAST, _GOOD = 1024, 2048
"""Bits: RFC 8301 § 3.2; receivers ask for the second."""
_ED25519_BYTES = 32


def dkim(case: Case) -> Iterator[Said]:
    """The record of our selector: there, long enough, not under trial, and of our key."""
    assert case.resolver is not None
    signed = case.settings.delivery.dkim
    if signed is None:
        yield hint(
            "mails are not signed by newsletter: the relay is to do it",
            "IT: see that the relay signs (DKIM) with a key of the sender's domain, List-Unsubscribe-Post included; "
            "a test mail's headers show it",
        )
        return
    name = f"{signed.selector}._domainkey.{to_dns(signed.domain)}"
    found = [tags(text) for text in case.resolver.txt(name)]
    keys = [each for each in found if "p" in each and each.get("v", "DKIM1") == "DKIM1"]
    if len(keys) != 1:
        what = "no DKIM record" if not keys else f"{len(keys)} DKIM records"
        yield error(f"{name} has {what}", "IT: publish one TXT record there with the public half of the key")
        return
    yield from _record(keys[0], name)
    yield from _same(keys[0], case, name)


def tags(text: str) -> dict[str, str]:
    """`k=v; k=v` as DKIM and DMARC write it (RFC 6376 § 3.2): names in small letters, the first of each counts."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        key, sign, value = part.partition("=")
        if sign:
            found.setdefault(key.strip().lower(), value.strip())
    return found


def _record(record: dict[str, str], name: str) -> Iterator[Said]:
    if not record["p"]:
        yield error(f"the key of {name} was withdrawn (p= is empty)", "IT: make a new key and a new selector")
        return
    kind = record.get("k", "rsa").lower()
    bits = _bits(record["p"], kind)
    if bits is None:
        yield error(f"the key of {name} cannot be read", "IT: publish it again, in one piece, as base64")
    elif kind == "ed25519":
        yield hint(
            f"{name}: an Ed25519 key; not all receivers know it (RFC 8463)", "IT: sign with RSA of 2048 bits as well"
        )
    elif bits < _GOOD:
        say = error if bits < _LEAST else warning
        yield say(f"the key of {name} has {bits} bits", f"IT: make one of {_GOOD} bits, with a new selector (RFC 8301)")
    else:
        yield ok(f"{name}: RSA, {bits} bits")
    if "y" in [flag.strip() for flag in record.get("t", "").split(":")]:
        yield warning(f"{name} says that DKIM is under trial (t=y)", "IT: take t=y out; receivers may not count it")


def _bits(text: str, kind: str) -> int | None:
    """How long the key is; None for one that cannot be read."""
    if kind == "ed25519":
        data = _decoded(text)
        return len(data) * 8 if len(data) == _ED25519_BYTES else None
    number = _modulus(text)
    return None if number is None else number.bit_length()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def _modulus(text: str) -> int | None:
    """The number of an RSA key that stands in the DNS; None for what is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(_decoded(text))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.public_numbers().n if isinstance(key, RSAPublicKey) else None


def _same(record: dict[str, str], case: Case, name: str) -> Iterator[Said]:
    """Whether the record is of the key that we sign with."""
    from newsletter.delivery.message.dkim import KEY_VARIABLE, read_signer

    signed = case.settings.delivery.dkim
    assert signed is not None
    try:
        signer = read_signer(signed.domain, signed.selector, case.environ.get(KEY_VARIABLE))
    except Refused:  # said under the secrets
        return
    published = _modulus(record["p"])
    if published is not None and published != signer.key["modulus"]:
        yield error(
            f"{name} is the public half of another key than {KEY_VARIABLE} names: no signature fits",
            "IT: publish the public half of this key, or put the other one in its place",
        )
