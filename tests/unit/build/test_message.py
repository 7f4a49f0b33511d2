"""An edition as a mail."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import SETTINGS, source

from newsletter.build.message import Envelope, encode, to_mail
from newsletter.fields import read_yaml, validate
from newsletter.settings import Settings

SENT = datetime.fromisoformat("2027-01-05 09:00").replace(tzinfo=ZoneInfo("Europe/Copenhagen"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"))


def envelope(settings: str = SETTINGS, **changes) -> Envelope:
    known = {
        "settings": validate(Settings, read_yaml(source(settings))),
        "subject": "Nyt",
        "sent": SENT,
        "identity": "2027-01/standard",
        "unsubscribe_url": "https://nyt.example/afmeld",
    }
    return Envelope(**(known | changes))


def mail_of(envelope: Envelope, text: str, html: str) -> bytes:
    return to_mail(envelope, encode(text), encode(html))


def parsed(mail: bytes):
    return message_from_bytes(mail, policy=default)


def test_it_is_one_alternative_with_the_text_first():
    mail = parsed(mail_of(envelope(), "Hej æ\n", "<p>Hej æ</p>\n"))
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in mail.iter_parts()] == ["utf-8", "utf-8"]
    assert [part.get_content() for part in mail.iter_parts()] == ["Hej æ\r\n", "<p>Hej æ</p>\r\n"]
    assert not mail.defects


def test_its_headers_say_who_when_and_how_to_leave():
    settings = SETTINGS.replace("  cvr", "  reply_to: svar@kommune.example\n  cvr")
    mail = parsed(mail_of(envelope(settings), "a", "b"))
    assert str(mail["From"]) == "Virksomhedsservice <nyt@kommune.example>"
    assert str(mail["Reply-To"]) == "svar@kommune.example"
    assert mail["Date"].datetime == SENT
    assert mail["List-Unsubscribe"] == "<https://nyt.example/afmeld>"
    assert re.fullmatch(r"<[0-9a-f]{32}@kommune\.example>", mail["Message-ID"])
    assert mail["MIME-Version"] == "1.0"
    assert parsed(mail_of(envelope(), "a", "b"))["Reply-To"] is None


def test_the_same_values_give_the_same_bytes_and_others_others():
    assert mail_of(envelope(), "a", "b") == mail_of(envelope(), "a", "b")
    first, second = (mail_of(envelope(identity=name), "a", "b") for name in ("x", "y"))
    assert parsed(first)["Message-ID"] != parsed(second)["Message-ID"]


@pytest.mark.parametrize(
    "name", ["Kommunen, Virksomhedsservice", 'Den "gode" service', "Æblegården " * 9, "a\\nb", "a\\tb", "=?utf-8?q?x?="]
)
def test_any_sender_is_named_in_one_header(name):
    settings = SETTINGS.replace(
        "  name: Virksomhedsservice\n  address",
        f'  name: "{name}"\n  address'.replace('"Den "gode" service"', "'Den \"gode\" service'"),
    )
    mail = message_from_bytes(mail_of(envelope(settings), "a", "b"))
    found, address = parseaddr(mail["From"])
    assert address == "nyt@kommune.example"
    assert str(make_header(decode_header(found))) == " ".join(name.replace("\\n", " ").replace("\\t", " ").split())


@given(TEXTS, TEXTS)
@example("From me\n.\n--x--\n", "\n")
@example(" \n\t\n", "a " * 60 + "\n" + "æ" * 200)
@example("\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028", "a\n" * 3)
def test_any_text_is_read_back_as_it_was(text, html):
    mail = parsed(mail_of(envelope(), text, html))
    parts = [part.get_payload(decode=True).decode() for part in mail.iter_parts()]
    assert [part.replace("\r\n", "\n") for part in parts] == [text, html]


@given(st.lists(TEXTS))
@example(["a", "", " ", "b\n", "æ" * 40, "."])
def test_pieces_encoded_apart_join_to_the_text(pieces):
    """What all editions share is encoded once: the join of encoded pieces reads as the join of the pieces."""
    mail = parsed(to_mail(envelope(), b"".join(map(encode, pieces)), encode("x")))
    text, _ = mail.iter_parts()
    assert text.get_payload(decode=True).decode().replace("\r\n", "\n") == "".join(pieces)


@given(TEXTS)
@example("Nyt fra kommunen: " + "æøå " * 40)
@example("a" * 300)
@example("=?utf-8?q?hej?= =?utf-8?q?hej?=")
@example('æ =?x?= , ; " ( ) < > @')
@example("a\nBcc: x@example.com")
@example("\x00\x1f\x7f")
def test_any_subject_is_read_back_in_one_line(subject):
    mail = mail_of(envelope(subject=subject), "a", "b")
    assert (parsed(mail)["Subject"] or "") == " ".join(subject.split())
    assert parsed(mail)["Bcc"] is None
    assert parsed(mail)["From"]


@given(TEXTS, TEXTS, TEXTS)
@example("a", "." * 80, "a" * 75 + "." * 3 + "\n" + "æ" * 90 + " ")
def test_lines_are_short_ascii_and_end_in_crlf(subject, text, html):
    mail = mail_of(envelope(subject=subject), text, html)
    assert mail.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail)
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))
    assert all(len(line) <= 76 for line in mail.partition(b"\r\n\r\n")[2].split(b"\r\n"))
    assert not any(line.startswith(b".") for line in mail.split(b"\r\n"))
