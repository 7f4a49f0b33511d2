"""A letter, its edition and a reader, for tests of mails; and a mail read back as its reader's program does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from zoneinfo import ZoneInfo

from newsletter.delivery.letter import Letter, Sheet
from newsletter.delivery.message import Identity, Reader, Template, make_token
from newsletter.layouts.slots import fill_reader

KEY = bytes(range(32))
DATE = datetime(2027, 1, 5, 9, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
SITE = "https://nyt.kommune.example"
LETTER = Letter(
    issue="2027-01",
    title="Nyt til virksomheder",
    language="da",
    zone="Europe/Copenhagen",
    sender_name="Virksomhedsservice",
    sender_address="nyt@kommune.example",
    reply_to="svar@kommune.example",
    return_address="retur@kommune.example",
    list_id="nyt.kommune.example",
    public_url=SITE,
    archive_url=f"{SITE}/2027-01/standard.html",
    unsubscribe_address="afmeld@kommune.example",
    subject="Nyt i januar",
    defaults={
        "first_name": "alle",
        "name": "kære læser",
        "company": "jeres virksomhed",
        "contact": "Vagten",
        "contact_email": "vagt@kommune.example",
        "events_url": f"{SITE}/arrangementer",
        "preferences_url": f"{SITE}/valg",
        "unsubscribe_url": f"{SITE}/afmeld",
    },
    contacts={
        "mette": {"title": "Mette Åkjær", "email": "mette@kommune.example"},
        "uden": {"title": "Uden", "email": ""},
    },
)
SLOTTED = "Nyt til {{ reader.company }} fra {{ reader.contact }}"
TEXT = """\
Hej {{ reader.first_name }}

Nyt til {{ reader.company }}, også på æøå.
.
.. to prikker
{{ reader.name }}: {{ reader.contact }}, {{ reader.contact_email }}
Tilmeld: {{ reader.events_url }}/netvaerk
Valg: {{ reader.preferences_url }}
Afmeld: {{ reader.unsubscribe_url }}
"""
HTML = """\
<!DOCTYPE html>
<html lang="da"><head><style>p { color: #333 }</style>
<script type="application/ld+json">{"name": "Hej {{ reader.name }}"}</script></head>
<body><p title="{{ reader.company }}">Hej {{ reader.first_name }} i {{ reader.company }} – velkommen på æøå</p>
<p>Kontakt: {{ reader.contact }}, <a href="mailto:{{ reader.contact_email }}">{{ reader.contact_email }}</a></p>
<a href="{{ reader.events_url }}/netvaerk">Tilmeld</a> <a href="https://x.example/?n={{ reader.name }}">x</a>
<a href="{{ reader.preferences_url }}">Valg</a> <a href="{{ reader.unsubscribe_url }}">Afmeld</a>
</body></html>
"""
SHEET = Sheet(name="standard", html=HTML, text=TEXT)
READER = Reader(
    address="soren@firma.example",
    name="Søren Åkjær",
    first_name="Søren",
    company='Smedjen & "Sønner" <ApS>',
    contact="mette",
    person_id=4711,
)
IDENTITY = Identity(send_id=12, address_hash=bytes.fromhex("00112233445566778899aabbccddeeff"))
CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//newsletter//da
METHOD:PUBLISH
BEGIN:VEVENT
UID:netvaerk-januar@kommune.example
DTSTAMP:20261220T080000Z
DTSTART:20270121T080000Z
DTEND:20270121T100000Z
SUMMARY:Netværksmøde på rådhuset
ORGANIZER;CN=Virksomhedsservice:mailto:svar@kommune.example
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def filled(
    letter: Letter = LETTER, sheet: Sheet = SHEET, reader: Reader = READER, identity: Identity = IDENTITY, **changes
) -> bytes:
    """The mail of one reader; `changes` are the letter's."""
    return Template(replace(letter, **changes), sheet, KEY).fill(reader, identity, DATE)


def read(mail: bytes) -> EmailMessage:
    """The mail as the standard library reads it."""
    found = BytesParser(policy=default).parsebytes(mail)
    assert isinstance(found, EmailMessage)
    return found


def bodies(mail: bytes) -> dict[str, str]:
    """The text of each part by its type, with our line ends."""
    parts = (part for part in read(mail).walk() if not part.is_multipart())
    return {part.get_content_type(): said(part) for part in parts}


def said(part: EmailMessage) -> str:
    """What one part says, with our line ends."""
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode().replace("\r\n", "\n")


def values_of(letter: Letter, reader: Reader) -> dict[str, str]:
    """What stands in each slot for this reader."""
    contact = letter.contacts.get(reader.contact or "", {})
    token = make_token(KEY, reader.person_id or 0)
    known = {
        "first_name": reader.first_name or (reader.name or "").partition(" ")[0],
        "name": reader.name,
        "company": reader.company,
        "contact": contact.get("title"),
        "contact_email": contact.get("email"),
        "preferences_url": f"{letter.public_url}/valg/{token}",
        "unsubscribe_url": f"{letter.public_url}/afmeld/{token}",
    }
    return {**letter.defaults, **{name: value for name, value in known.items() if value}}


def expected(letter: Letter, sheet: Sheet, reader: Reader) -> dict[str, str]:
    """The text and the HTML as the sealed files say them when they are filled."""
    values = values_of(letter, reader)
    return {
        "text/plain": fill_reader(sheet.text, values, plain=True),
        "text/html": fill_reader(sheet.html, values),
    }


NAMES = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Archive",
    "List-Owner",
    "List-Post",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]
"""The fields of an ordinary mail, in their order."""


def assert_whole(mail: bytes) -> None:
    """What must be so of any mail, whatever is said in it."""
    assert mail.endswith(b"--\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail)
    lines = mail.split(b"\r\n")
    assert not [line for line in lines if line.startswith(b".")]
    assert max(map(len, lines)) <= 998
    head, _, body = mail.partition(b"\r\n\r\n")
    assert body.isascii()
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert not [line for line in head.split(b"\r\n") if b"=?" in line and len(line) > 76]
    for boundary in re.findall(rb'boundary="([^"]+)"', mail):
        parts = [line for line in lines if line.startswith(b"--" + boundary)]
        assert len(parts) in (3, 4), "the boundary stands in a text"
    assert not read(mail).defects
