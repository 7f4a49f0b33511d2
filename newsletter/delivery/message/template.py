"""An edition made ready: all that its mails share is encoded once, and a reader's mail is one join."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.build.headers import mailbox, words
from newsletter.delivery.letter import Letter, Sheet
from newsletter.delivery.message.body import slot_faults
from newsletter.delivery.message.calendar import attendee
from newsletter.delivery.message.frame import Frame
from newsletter.delivery.message.head import head_pieces, letter_faults
from newsletter.delivery.message.identity import Identity, message_id, return_path
from newsletter.delivery.message.parts import part_pieces
from newsletter.delivery.message.reader import Reader, check_reader, known_values, to_ascii
from newsletter.delivery.message.tokens import make_token
from newsletter.layouts.slots import READER_SLOTS, cut_reader
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.message.dkim import DkimSigner

_MARK = "[TEST] "


class Template:
    """One edition of a send. Many threads may fill it at a time."""

    def __init__(self, letter: Letter, sheet: Sheet, key: bytes, signer: DkimSigner | None = None) -> None:
        """Encode what is fixed; `key` is the register's. Raises Refused for what no mail can be made of."""
        self._letter, self._key, self._signer = letter, key, signer
        self._zone = ZoneInfo(letter.zone)
        self._date: tuple[datetime | None, str] = (None, "")
        self._method = sheet.method if sheet.calendar and sheet.method != "PUBLISH" else None
        self._subject = cut_reader(letter.subject, frozenset(READER_SLOTS), plain=True)
        self._varies = len(self._subject) > 1
        _refuse_faults(letter, sheet)
        subject = None if self._varies else self._subject_field({}).encode()
        self._frame = Frame([*head_pieces(letter, subject), *part_pieces(letter, sheet)])

    def fill(self, reader: Reader, identity: Identity, date: datetime) -> bytes:
        """The whole mail: CRLF, no line longer than 998 or beginning with a dot. `date` has its zone.

        Raises Unsendable when this reader cannot be sent it.
        """
        check_reader(reader)
        letter = self._letter
        values = known_values(letter, reader)
        address = to_ascii(reader.address)
        if self._varies:
            values["subject"] = self._subject_field(values)
        values["to"] = mailbox("To", reader.name, address)
        values["reply_to"] = _reply_to(letter, reader)
        values["date"] = self._date_field(date)
        values["message_id"] = f"Message-ID: {message_id(letter, identity)}\r\n"
        values["token"] = make_token(self._key, reader.person_id or 0)
        if self._method:
            values["attendee"] = attendee(reader.name, address, self._method)
        mail = self._frame.fill(values)
        return self._signer.sign(mail, date) if self._signer else mail

    def return_path(self, identity: Identity) -> str:
        """The envelope's sender of one delivery."""
        return return_path(self._letter, identity)

    def _subject_field(self, values: Mapping[str, str]) -> str:
        defaults = self._letter.defaults
        filled = (
            part.text + part.escape(values.get(part.name) or defaults.get(part.name, "")) if part.name else part.text
            for part in self._subject
        )
        text = f"{_MARK if self._letter.marked else ''}{''.join(filled)}"
        return f"Subject: {words(text, len('Subject: '))}\r\n"

    def _date_field(self, date: datetime) -> str:
        known, field = self._date
        if known is not date:
            if date.tzinfo is None:
                raise ValueError("the date of a mail needs a time zone")
            field = f"Date: {format_datetime(date.astimezone(self._zone))}\r\n"
            self._date = (date, field)
        return field


def _refuse_faults(letter: Letter, sheet: Sheet) -> None:
    """Raises Refused with all that keeps the edition from being a mail."""
    spots = {"subject": letter.subject, "HTML": sheet.html, "text": sheet.text}
    found = [
        *letter_faults(letter),
        *(fault for spot, text in spots.items() for fault in slot_faults(letter, spot, text)),
    ]
    if found:
        raise Refused(f"{letter.issue}, {sheet.name}: {'; '.join(found)}", "mend it, build, and approve again")


def _reply_to(letter: Letter, reader: Reader) -> str:
    """To the company's fixed contact, else to where all answers go; nothing where neither is known."""
    contact = letter.contacts.get(reader.contact or "", {})
    if address := contact.get("email"):
        return _mailbox_of(contact.get("title"), address)
    return _mailbox_of(None, letter.reply_to) if letter.reply_to else ""


@lru_cache(256)
def _mailbox_of(title: str | None, address: str) -> str:
    return mailbox("Reply-To", title, to_ascii(address))
