"""Addresses in the texts and fields of mails that came back: in any dress, and never more than can be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LOCAL = r"[^\s<>()\[\]\\:;,\"'@|]{1,64}"
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W_][\w-]{0,62}"
ADDRESS = re.compile(rf"(?<![\w.+@-])(?:'(?=[^']{{1,200}}'))?({_LOCAL}@{_DOMAIN})")
"""An address in a text, as its first group."""
_UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_X400 = re.compile(r"rfc-?822=([^/;]+)|smtp=([^/;\s]+)", re.IGNORECASE)


def addresses_in(text: str) -> Iterator[str]:
    """The addresses in a text, in their order, as they stand there."""
    for match in ADDRESS.finditer(text):
        if found := trim(match[1]):
            yield found


def trim(text: str) -> str:
    """An address without what a sentence or a program put around it; empty when none is left."""
    text = re.sub(
        r"(?i)^(?:mailto:|smtp:|smtp=|imceaex-|rfc822;|to=|\{|\*|-{1,2}>?|=3c)+", "", text.strip("<>\"'`*.,;:!{} ")
    )
    local, at, domain = text.rpartition("@")
    return text if at and local and "." in domain and "..." not in local and len(text) <= 254 else ""  # noqa: PLR2004  RFC 5321 § 4.5.3


def field_address(value: str) -> str:
    """The address in a field of a report: `rfc822; bo@firma.example` (RFC 3464), `utf-8; …` (RFC 6533), X.400."""
    kind, mark, rest = value.partition(";")
    text = (rest if mark else value).strip()
    if kind.strip().lower() in ("utf-8", "utf8"):
        text = _UNITEXT.sub(_character, text)
    if match := _X400.search(text):
        text = (match[1] or match[2]).replace("(a)", "@")
    if "+" in text and "@" not in text:
        text = _XTEXT.sub(lambda match: chr(int(match[1], 16)), text)
    text = text.replace("\\@", "@")
    return next(addresses_in(text), "")


def key_of(address: str) -> str:
    """For comparing two addresses of one mail."""
    return address.casefold().strip()


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else match[0]  # noqa: PLR2004  Unicode
