"""The header of a send's mails: what all share, and holes for what is the reader's own (RFC 5322, 2369, 2919, 8058)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from newsletter.build.headers import mailbox
from newsletter.delivery.letter import Letter
from newsletter.delivery.message.body import own_link
from newsletter.delivery.message.frame import Hole
from newsletter.delivery.message.reader import faults, to_ascii

LEAVE = "afmeld"
"""First word of the subject of a mail that asks to be left out."""
_TEXTS = (
    "issue",
    "title",
    "list_id",
    "sender_name",
    "public_url",
    "archive_url",
    "feedback_id",
    "subject",
    "auto_submitted",
)
_ADDRESSES = ("sender_address", "reply_to", "return_address", "unsubscribe_address")


def letter_faults(letter: Letter) -> list[str]:
    """What keeps the letter's own values out of a mail."""
    texts = {name: getattr(letter, name) for name in _TEXTS}
    texts |= {f"default for {name}": value for name, value in letter.defaults.items()}
    texts |= {f"name of the contact {slug}": each.get("title") for slug, each in letter.contacts.items()}
    addresses = {name: getattr(letter, name) for name in _ADDRESSES}
    addresses |= {f"address of the contact {slug}": each.get("email") for slug, each in letter.contacts.items()}
    known = ({name.replace("_", " "): value for name, value in these.items()} for these in (texts, addresses))
    return list(faults(*known))


def head_pieces(letter: Letter, subject: bytes | None) -> Iterator[bytes | Hole]:
    """All fields before Content-Type; `subject` is None where the reader's values stand in it."""
    yield mailbox("From", letter.sender_name, to_ascii(letter.sender_address)).encode()
    yield _field("to")
    yield _field("reply_to")
    yield _field("subject") if subject is None else subject
    yield _field("date")
    yield _field("message_id")
    yield mailbox("List-Id", letter.title, letter.list_id).encode()
    yield from _unsubscribe(letter)
    yield "".join(f"{name}: {value}\r\n" for name, value in _rest(letter) if value).encode()


def _field(name: str) -> Hole:
    """A whole field with its line's end; the value is the field."""
    return Hole(name, str.encode)


def _unsubscribe(letter: Letter) -> Iterator[bytes | Hole]:
    """One https address first, then a mail; the POST's field as RFC 8058 § 3.1 has it."""
    token = Hole("token", str.encode)
    address = quote(to_ascii(letter.unsubscribe_address), safe="@")
    yield f"List-Unsubscribe: <{own_link(letter, 'unsubscribe_url')}".encode()
    yield token
    yield f">,\r\n <mailto:{address}?subject={LEAVE}%20".encode()
    yield token
    yield b">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def _rest(letter: Letter) -> Iterator[tuple[str, str | None]]:
    owner = quote(to_ascii(letter.reply_to or letter.sender_address), safe="@")
    yield "List-Help", f"<mailto:{owner}?subject=hj%C3%A6lp>"
    yield "List-Archive", letter.archive_url and f"<{letter.archive_url}>"
    yield "List-Owner", f"<mailto:{owner}>"
    yield "List-Post", "NO"
    yield "Feedback-ID", letter.feedback_id
    yield "Auto-Submitted", letter.auto_submitted
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    yield "X-Newsletter-Test", "yes" if letter.marked else None
    yield "MIME-Version", "1.0"
