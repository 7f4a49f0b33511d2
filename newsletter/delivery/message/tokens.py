"""Tokens for unsubscribing: they name a person, and only the register's key can make one."""

from __future__ import annotations

import hmac
from functools import lru_cache

from itsdangerous import BadSignature, Signer
from itsdangerous.signer import SigningAlgorithm

_SALT = b"newsletter: the reader's own links"
_BYTES = 16
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class _Short(SigningAlgorithm):
    """The first half of HMAC-SHA256 (RFC 2104 § 5): 22 letters, which a line of a header holds."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")[:_BYTES]


@lru_cache(maxsize=8)
def signer(key: bytes) -> Signer:
    """What signs with this key; the key that it uses is of its own kind, so no other signature can be taken for one."""
    own = hmac.digest(key, _SALT, "sha256")
    return Signer(own, salt=_SALT, key_derivation="none", algorithm=_Short())


def make_token(key: bytes, person_id: int) -> str:
    """The token of a person: letters, digits, `-`, `_` and one dot; for ever the same. Nobody's is that of 0."""
    return signer(key).sign(written(person_id)).decode()


def read_token(key: bytes, token: str) -> int | None:
    """Whose token it is; None for one that was not made with this key, and for nobody's."""
    try:
        number = int(signer(key).unsign(token), 36)
    except (BadSignature, UnicodeEncodeError):
        return None
    return number if number and make_token(key, number) == token else None  # base64 is read with less care


def written(number: int) -> str:
    """A number to the base of 36: what a token says before its dot."""
    text = ""
    while number >= len(_DIGITS):
        number, rest = divmod(number, len(_DIGITS))
        text = _DIGITS[rest] + text
    return _DIGITS[number] + text
