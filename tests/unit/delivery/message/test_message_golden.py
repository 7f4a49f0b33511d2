"""Whole mails, as they go out. They stand here with plain line ends, so that differences can be read.

After a change that is meant: `UPDATE_GOLDEN=1 make test ARGS=tests/unit/delivery/message`, then read the difference.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from message_kit import (
    CALENDAR,
    DATE,
    LETTER,
    NAMES,
    READER,
    SHEET,
    SLOTTED,
    assert_whole,
    bodies,
    expected,
    filled,
    read,
    values_of,
)

from newsletter.delivery.letter import Letter, Sheet
from newsletter.delivery.message import Reader
from newsletter.layouts.slots import fill_reader

GOLDEN = Path(__file__).parent / "golden"


class Case(NamedTuple):
    letter: Letter = LETTER
    sheet: Sheet = SHEET
    reader: Reader = READER


UNKNOWN = Reader(address="post@firma.example")
DANISH = replace(
    LETTER,
    title="Nyt på æøå",
    sender_name="Ærø Kommune, Virksomhedsservice på Ø",
    subject="Få støtte til æ ø å – §56 for {{ reader.company }}, {{ reader.first_name }}",
    contacts={"mette": {"title": "Mette Åkjær (Ærø)", "email": "mette@ærø.example"}},
)
DANE = replace(
    READER, address="søren@blåbærgrød.example", name="Søren Ægidius Østergaard", company="Ærøskøbing Bådebyggeri på Ø"
)
REQUEST = CALENDAR.replace("METHOD:PUBLISH", "METHOD:REQUEST")
CASES = {
    "standard": Case(reader=UNKNOWN),
    "reader": Case(replace(LETTER, subject=SLOTTED), reader=replace(READER, contact=None)),
    "contact": Case(replace(LETTER, subject=SLOTTED)),
    "calendar": Case(sheet=replace(SHEET, calendar=CALENDAR)),
    "invitation": Case(sheet=replace(SHEET, calendar=REQUEST, method="REQUEST")),
    "danish": Case(DANISH, reader=DANE),
    "test-copy": Case(replace(LETTER, marked=True, feedback_id="2027-01:kommune.example:nyt"), reader=UNKNOWN),
    "automatic": Case(
        replace(LETTER, auto_submitted="auto-generated", archive_url=None, reply_to=None), reader=UNKNOWN
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mail_is_as_it_was_and_says_what_was_sealed(name):
    letter, sheet, reader = case = CASES[name]
    mail = filled(*case)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(mail.replace(b"\r\n", b"\n"))
    assert mail.replace(b"\r\n", b"\n") == path.read_bytes()
    assert_whole(mail)
    assert bodies(mail).items() >= expected(letter, sheet, reader).items()
    parsed = read(mail)
    subject = fill_reader(letter.subject, values_of(letter, reader), plain=True)
    assert parsed["Subject"] == ("[TEST] " if letter.marked else "") + subject
    assert parsed["From"].addresses[0].display_name == letter.sender_name
    assert parsed["To"].addresses[0].display_name == (reader.name or "")
    assert parsed["Date"].datetime == DATE


def test_no_golden_mail_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_a_mail_has_these_fields_and_no_others():
    assert read(filled(LETTER)).keys() == NAMES
    case = CASES["automatic"]
    assert set(read(filled(*case)).keys()) == {*NAMES, "Auto-Submitted"} - {"List-Archive", "Reply-To"}
    assert set(read(filled(*CASES["test-copy"])).keys()) == {*NAMES, "Feedback-ID", "X-Newsletter-Test"}


def test_every_field_says_what_it_should():
    parsed = read(filled(LETTER))
    token = values_of(LETTER, READER)["unsubscribe_url"].rpartition("/")[2]
    wanted = {
        "From": "Virksomhedsservice <nyt@kommune.example>",
        "To": "Søren Åkjær <soren@firma.example>",
        "Reply-To": "Mette Åkjær <mette@kommune.example>",
        "Subject": "Nyt i januar",
        "Date": "Tue, 05 Jan 2027 09:00:00 +0100",
        "Message-ID": "<2027-01.12.00112233445566778899aabbccddeeff@kommune.example>",
        "List-Id": "Nyt til virksomheder <nyt.kommune.example>",
        "List-Unsubscribe": f"<https://nyt.kommune.example/afmeld/{token}>,"
        f" <mailto:afmeld@kommune.example?subject=afmeld%20{token}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Help": "<mailto:svar@kommune.example?subject=hj%C3%A6lp>",
        "List-Archive": "<https://nyt.kommune.example/2027-01/standard.html>",
        "List-Owner": "<mailto:svar@kommune.example>",
        "List-Post": "NO",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
    }
    assert {name: str(parsed[name]) for name in wanted} == wanted


def test_addresses_are_as_servers_take_them():
    parsed = read(filled(*CASES["danish"]))
    assert str(parsed["To"]).endswith("<søren@xn--blbrgrd-fxak7p.example>")
    assert parsed["Reply-To"].addresses[0].addr_spec == "mette@xn--r-3fa9c.example"
    assert filled(LETTER, reader=replace(READER, address="a@blåbærgrød.example")).isascii()
