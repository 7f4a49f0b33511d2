"""Signing mails ourselves (RFC 6376), for those whose relay does not."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLE = "NEWSLETTER_DKIM_KEY"
"""In the environment: the file with the private key."""
SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"reply-to",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"list-id",
)
"""The fields of the signature; each is listed once more than it is there, so that nobody adds another (§ 8.15)."""
_BITS = 2048
"""The shortest key (RFC 8301 asks for 1024, receivers for this)."""


@dataclass(frozen=True, kw_only=True)
class DkimSigner:
    """Signs with one key: rsa-sha256, relaxed/relaxed, the whole body."""

    domain: str
    selector: str
    key: Mapping[str, int]
    """Numbers of the RSA key, as dkimpy reads them."""

    def sign(self, mail: bytes, date: datetime) -> bytes:
        """The mail with its signature before it; the same mail and time give the same bytes."""
        import dkim
        from dkim.canonicalization import CanonicalizationPolicy

        head, _, body = mail.partition(b"\r\n\r\n")
        policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
        digest = hashlib.sha256(policy.canonicalize_body(body)).digest()
        job = dkim.DKIM(head + b"\r\n\r\n")
        job.hasher = hashlib.sha256
        present = [name.lower() for name, _ in job.headers]
        listed = [name for name in SIGNED for _ in range(present.count(name) + 1)]
        fields = self._fields(listed, base64.b64encode(digest), date)
        signature: bytes = job.gen_header(fields, listed, policy, b"DKIM-Signature", self.key)
        return b"DKIM-Signature: " + signature + mail

    def _fields(self, listed: list[bytes], digest: bytes, date: datetime) -> list[tuple[bytes, bytes]]:
        """What the signature says (§ 3.5); the last is filled in when it is made."""
        return [
            (b"v", b"1"),
            (b"a", b"rsa-sha256"),
            (b"c", b"relaxed/relaxed"),
            (b"d", self.domain.encode()),
            (b"s", self.selector.encode()),
            (b"t", str(int(date.timestamp())).encode()),
            (b"h", b" : ".join(listed)),
            (b"bh", digest),
            (b"b", b"0" * 60),
        ]


def read_signer(domain: str, selector: str, path: str | None) -> DkimSigner:
    """The signer with the key in a PEM file, read once. Raises Refused where there is no key that will do."""
    if not path:
        raise Refused(f"mails are to be signed (dkim), but {KEY_VARIABLE} names no key", _CURE)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Refused(f"the key for dkim cannot be read: {error.strerror}", _CURE) from error
    key = _parsed(data)
    if (bits := key["modulus"].bit_length()) < _BITS:
        raise Refused(f"the key for dkim has {bits} bits; mail servers want {_BITS}", _CURE)
    return DkimSigner(domain=domain, selector=selector, key=key)


_CURE = f"make one with `openssl genrsa -out FILE {_BITS}`, put its path in {KEY_VARIABLE}, its public half in the DNS"


def _parsed(data: bytes) -> dict[str, Any]:
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key

    try:
        key: dict[str, Any] = parse_pem_private_key(data.replace(b"\r\n", b"\n"))
    except (UnparsableKeyError, ValueError, IndexError, TypeError) as error:
        raise Refused("the key for dkim is no RSA key in PEM without a passphrase", _CURE) from error
    return key
