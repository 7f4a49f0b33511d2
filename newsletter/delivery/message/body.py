"""A sealed text as quoted-printable pieces with holes for one reader's values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from newsletter.build.message import encode
from newsletter.delivery.letter import Letter
from newsletter.delivery.message.frame import Hole
from newsletter.layouts.slots import READER_SLOTS, cut_reader, names

LINKS = {"preferences_url": "valg", "unsubscribe_url": "afmeld"}
"""The reader's own links: below which page of the public site their token stands."""
_SHARED = frozenset(READER_SLOTS) - {"first_name", "name", "company", "contact", "contact_email", *LINKS}
_KEPT = 1024
"""Encoded values that are remembered: companies, contacts and first names come again."""


def body_pieces(text: str, letter: Letter, *, plain: bool = False) -> Iterator[bytes | Hole]:
    """The pieces of one part, each beginning on a line of its own."""
    fixed = ""
    for part in cut_reader(text, frozenset(READER_SLOTS), plain=plain):
        fixed += part.text
        if part.name in _SHARED:
            fixed += part.escape(letter.defaults[part.name])
        elif part.name in LINKS:
            yield encode(fixed + part.escape(own_link(letter, part.name)))
            yield TOKEN
            fixed = ""
        elif part.name:
            yield encode(fixed)
            yield Hole(part.name, _put(part.escape))
            fixed = ""
    yield encode(fixed)


def own_link(letter: Letter, name: str) -> str:
    """The beginning of one of a reader's own links; the token follows, whose letters are safe everywhere."""
    return f"{letter.public_url}/{LINKS[name]}/"


def slot_faults(letter: Letter, spot: str, text: str) -> Iterator[str]:
    """Slots of the text that would be left as they are."""
    known = {f"reader.{name}" for name in READER_SLOTS if name in letter.defaults or name in LINKS}
    for name in sorted(names(text) - known):
        yield f"nobody has a value for {{{{ {name} }}}} in the {spot}"


@cache
def _put(escape: Callable[[str], str]) -> Callable[[str], bytes]:
    """How a value enters where it is escaped like this: one function each, so that equal holes are filled once."""

    @lru_cache(_KEPT)
    def put(value: str) -> bytes:
        return encode(escape(value))

    return put


def _put_token(token: str) -> bytes:
    return token.encode() + b"=\r\n"


TOKEN = Hole("token", _put_token)
"""The reader's token, in a text."""
