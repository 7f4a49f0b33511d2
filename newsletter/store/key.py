"""The register's key: with it an address becomes a hash that nobody else can make or guess back.

It stands in the environment (NEWSLETTER_KEY, for several machines) or in a file of its own beside the register. Without
it nobody can tell who asked never to be written to; so a register knows its key again, and refuses another.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from newsletter.problems import Invalid, Place, Problem

KEY_FILE = "subscribers/register.key"
KEY_VARIABLE = "NEWSLETTER_KEY"
_BYTES = 32
_HASH = 16


def address_hash(key: bytes, address_key: str) -> bytes:
    """The keyed hash of an address: the first 16 bytes of HMAC-SHA256 (RFC 2104) over its comparing form."""
    return hmac.digest(key, address_key.encode(), "sha256")[:_HASH]


def fingerprint(key: bytes) -> str:
    """By which a register knows its key again; says nothing of the key."""
    return hmac.digest(key, b"the key of this register", "sha256").hex()


def read_key(root: Path) -> bytes | None:
    """The key of the workspace; None when there is none yet. Raises Invalid for one that cannot be right."""
    told = os.environ.get(KEY_VARIABLE)
    path = root / KEY_FILE
    if told is None and not path.exists():
        return None
    text = told if told is not None else path.read_text("utf-8", "replace")
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        where = KEY_FILE if told is None else KEY_VARIABLE
        hint = "put the key of this register back from where it was kept"
        raise Invalid([Problem.at(Place(where), "register-key", "this is not a key: 64 digits 0-9 a-f", hint)])
    return key


def make_key(root: Path) -> bytes:
    """A new key, in its file, which only its owner may read. Another process that is quicker wins."""
    path = root / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{os.urandom(_BYTES).hex()}\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    key = read_key(root)
    assert key is not None
    return key
