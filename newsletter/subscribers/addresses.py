"""Mail addresses: one form to write to, one to compare by, and a guess where a finger slipped.

Most addresses are plain ASCII and are taken by one pattern; what is left (æ, ø and å, slips, signs around it) is rare
and goes the long way.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from newsletter.subscribers.address_slips import SLIPS, WRONG_ENDINGS, guess_address

_PLAIN_LENGTH = 64
"""No longer than this, and neither the part before the @ nor a label of the domain can be too long."""
_ATOM = r"[A-Za-z0-9_+\-!#$%&*/=?^`{|}~]+"
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@([A-Za-z0-9.-]+)").fullmatch
_LONGEST = 1000
"""What stands around an address included."""
_LABEL = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLAIN_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,}}").fullmatch
"""Two hyphens side by side are left to the long way: xn-- has rules of its own."""

_UNREACHED = (".arpa", ".invalid", ".local", ".localhost", ".onion")
"""Endings that no mail reaches. .example and .test are nobody's too, but samples and trials are made of them."""
_REFUSED = (*_UNREACHED, *WRONG_ENDINGS)

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_AROUND = " \t\r\n\"'“”„‘’‚«»<>()[].,;:"
_NAMED = re.compile(r".*<([^<>]*)>[\s;,.]*", re.DOTALL)
_MAILTO = re.compile(r"\s*mailto:([^?]*)(\?.*)?", re.IGNORECASE | re.DOTALL)
_QUERY = "write one address, for example navn@firma.example"


class Address(NamedTuple):
    """A mail address that a mail can be sent to."""

    written: str
    """As to write to: NFC, the domain in its ASCII form (xn--)."""
    key: str
    """For comparing: case-folded. Nobody stands twice in the register with one key."""
    needs_smtputf8: bool
    """Whether only servers with SMTPUTF8 take it: the part before the @ is not ASCII."""


def parse_address(text: str) -> Address:
    """The address in `text`. Raises ValueError with a cure for what is none, for a slip, and for several."""
    if len(text) <= _PLAIN_LENGTH and (match := _PLAIN(text)) and (domain := _plain_domain(match[1])):
        return _new(Address, (text[: match.start(1)] + domain, text.lower(), False))
    return _parse_any(text)


_new = tuple.__new__
"""Half the time of calling the class, and a list has a million."""


@lru_cache(maxsize=65_536)
def _plain_domain(text: str) -> str:
    """The domain in lower case; nothing when somebody must look at it more closely."""
    domain = text.lower()
    return domain if _PLAIN_DOMAIN(domain) and domain not in SLIPS and not domain.endswith(_REFUSED) else ""


def _parse_any(text: str) -> Address:
    if len(text) > _LONGEST:
        raise ValueError(f"this is too long for an address; {_QUERY}")
    clean = _clean(text)
    if not clean:
        raise ValueError(f"there is no address here; {_QUERY}")
    if cure := guess_address(clean):
        raise ValueError(cure)
    return _checked(clean)


def _clean(text: str) -> str:
    """Without what programs and people put around an address."""
    text = normalize("NFC", _INVISIBLE.sub("", text))
    if named := _NAMED.fullmatch(text):
        text = named[1]
    if mailto := _MAILTO.fullmatch(text):
        text = mailto[1]
    return re.sub(r"[\u00a0\u2000-\u200a\u202f\u3000]", " ", text).strip(_AROUND)


def _checked(text: str) -> Address:
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise ValueError(f"{_reason(text)}; {_QUERY}") from error
    domain = found.ascii_domain.lower()
    if "." not in domain or domain.endswith(_UNREACHED):
        raise ValueError(f"no mail reaches this domain; {_QUERY}")
    local = text.rpartition("@")[0]  # as typed: the library writes INFO small
    written = f"{local}@{domain}"
    return Address(written, f"{normalize('NFC', local.casefold())}@{domain}", not local.isascii())


def _reason(text: str) -> str:
    """What is wrong, in words."""
    local, at, domain = text.partition("@")
    if not at:
        return "this is not a mail address: it has no @"
    if not local or not domain:
        return "this is not a mail address: a part is missing beside the @"
    if '"' in local:
        return "an address with quotes is not taken: hardly any server delivers it"
    if domain.casefold().endswith(_UNREACHED):
        return "no mail reaches this domain"
    return "this is not a mail address"
