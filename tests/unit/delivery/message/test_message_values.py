"""Values with anything in them: they come out as they went in, or the one reader is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from message_kit import (
    CALENDAR,
    DATE,
    IDENTITY,
    KEY,
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
)

from newsletter.delivery.letter import Sheet
from newsletter.delivery.message import Template, Unsendable
from newsletter.problems import Refused

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
ANY = st.text(max_size=200)
"""Halves of characters and control characters too."""
TEXTS = st.text(st.characters(codec="utf-8"), max_size=400)
ALLOWED = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\u2028\u2029"), max_size=200
)
BAD = ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\x00", "a\tb", "\x85", "a\u2028b", "\x1b[2J", "\ud800"]
SLOTTED_LETTER = replace(LETTER, subject=SLOTTED)
TEMPLATE = Template(SLOTTED_LETTER, SHEET, KEY)


def name_in(mail: bytes, field: str) -> str:
    """The name before the address in a field, as every mail program reads it (RFC 2047 § 6.2)."""
    ((name, _),) = getaddresses([str(message_from_bytes(mail)[field])])
    return str(make_header(decode_header(name)))


@given(ALLOWED, ALLOWED, ALLOWED)
@example("", "", "")
@example("a@b.example, Bcc: <x@y.example>", "=?utf-8?q?x?=", "{{ reader.unsubscribe_url }}")
@example('"', "\\", "'")
@example("." * 300, ".", "..")
@example("æ" * 70, "=" * 80, "--=_ede100cfe0c32fff8a4fa7ed")
@example("a" * 300, "From x", "🏳️‍🌈" * 30)
@example("\u00ad\u200b\ufeff\u00a0", "\u202e", " a  b ")
def test_any_value_comes_out_as_it_went_in(name, first_name, company):
    reader = replace(READER, name=name, first_name=first_name, company=company)
    mail = TEMPLATE.fill(reader, IDENTITY, DATE)
    assert_whole(mail)
    assert bodies(mail) == expected(SLOTTED_LETTER, SHEET, reader)
    assert read(mail).keys() == NAMES
    assert name_in(mail, "To") == " ".join(name.split())
    soft = re.sub("[\u00ad\u200b\ufeff]", "", company or LETTER.defaults["company"])
    assert read(mail)["Subject"] == " ".join(f"Nyt til {soft} fra Mette Åkjær".split())


@given(ANY, ANY, ANY)
def test_a_value_is_refused_exactly_when_a_character_in_it_could_begin_something_else(name, first_name, company):
    reader = replace(READER, name=name, first_name=first_name, company=company)
    wrong = [value for value in (name, first_name, company) if FORBIDDEN.search(value)]
    if not wrong:
        assert_whole(TEMPLATE.fill(reader, IDENTITY, DATE))
        return
    with pytest.raises(Unsendable) as caught:
        TEMPLATE.fill(reader, IDENTITY, DATE)
    assert str(caught.value).count("control character") == len(wrong)


@pytest.mark.parametrize("bad", BAD)
def test_two_bad_values_are_both_named_and_neither_is_repeated(bad):
    with pytest.raises(Unsendable) as caught:
        TEMPLATE.fill(replace(READER, name=f"hemmelig{bad}", company=f"firma{bad}"), IDENTITY, DATE)
    told = str(caught.value)
    assert re.fullmatch(r"the name holds a control character \(U\+\w{4}\); the company holds .*", told)
    assert "hemmelig" not in told
    assert "firma" not in told


@pytest.mark.parametrize("bad", BAD)
def test_an_injected_address_and_company_are_both_named(bad):
    with pytest.raises(Unsendable, match=r"company holds .*; the address is none"):
        TEMPLATE.fill(replace(READER, address=f"a{bad}@firma.example", company=bad), IDENTITY, DATE)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "a",
            "@firma.example",
            "a@",
            "a b@firma.example",
            "a@firma.example, b@firma.example",
            '"a"@firma.example',
        ),
        *("<a@firma.example>", "a@firma.example>", "a@[127.0.0.1]", "a@firma.example\u00a0", "a@fir ma.example"),
        *(
            "a" * 250 + "@firma.example",
            "a@æ..example",
            "a@\u2028.example",
            "æ\ud800@firma.example",
            "a\n@firma.example",
        ),
    ],
)
def test_what_is_no_address_is_refused_without_being_told(address):
    with pytest.raises(Unsendable) as caught:
        TEMPLATE.fill(replace(READER, address=address), IDENTITY, DATE)
    assert str(caught.value) == "the address is none that a mail can go to"


@given(st.emails())
def test_any_address_is_where_the_mail_goes(address):
    try:
        mail = TEMPLATE.fill(replace(READER, address=address), IDENTITY, DATE)
    except Unsendable:
        assert re.search(r"[^\w.!#$%&'*+/=?^`{|}~@-]", address)
        return
    assert_whole(mail)
    ((_, found),) = getaddresses([str(message_from_bytes(mail)["To"])])
    assert found == address


@given(TEXTS, TEXTS)
@example("From me\n.\n--x--\n", "..\n.a")
@example("." * 200, "\n".join(["." * 76, "." * 77, "a" * 75, "a" * 76, "a" * 77, "a" * 76 + "."]))
@example(" \n\t\n ", "a " * 60 + "\n" + "æ" * 200 + "\r\r\n\r")
@example("--=_ede100cfe0c32fff8a4fa7ed\n--=_ede100cfe0c32fff8a4fa7ed--\n", "\x00\x0b\x0c\x1c\x85\u2028")
@example("{{ reader.name }}{{ reader.name }}\n{{ reader.company }}", "<p>{{ reader.name }}</p>{{ reader.events_url }}")
@example("{{ reader.name}} {{ Reader.name }} {{reader.name}}", "@@0@@ {{ other.x }}")
def test_any_sealed_text_comes_out_as_it_was_filled(text, html):
    sheet = Sheet(name="standard", text=text, html=html.replace("<", "(") if "reader" not in html else html)
    mail = filled(sheet=sheet)
    assert_whole(mail)
    wanted = {kind: re.sub("\r\n|\r", "\n", body) for kind, body in expected(LETTER, sheet, READER).items()}
    assert bodies(mail) == wanted


@given(ALLOWED, ALLOWED, ALLOWED)
def test_any_name_of_ours_comes_out_too(sender, title, contact):
    letter = replace(
        LETTER, sender_name=sender, title=title, contacts={"mette": {"title": contact, "email": "m@x.example"}}
    )
    mail = filled(letter)
    assert_whole(mail)
    for field, name in (("From", sender), ("List-Id", title), ("Reply-To", contact)):
        assert name_in(mail, field) == " ".join(name.split())


@pytest.mark.parametrize("bad", BAD)
def test_what_would_spoil_every_mail_stops_the_edition_with_all_its_faults(bad):
    letter = replace(LETTER, sender_name=bad, subject=bad, defaults={**LETTER.defaults, "company": bad})
    sheet = replace(SHEET, html=SHEET.html + "{{ reader.shoe_size }}", text="{{ edition.web_url }}")
    with pytest.raises(Refused) as caught:
        Template(letter, sheet, KEY)
    told = str(caught.value)
    for what in ("sender name", "subject", "default for company"):
        assert f"the {what} holds a control character" in told
    assert "{{ reader.shoe_size }} in the HTML" in told
    assert "{{ edition.web_url }} in the text" in told
    assert "approve again" in told


def test_addresses_of_ours_that_are_none_stop_the_edition():
    contacts = {"mette": {"title": "Mette", "email": "mette"}}
    with pytest.raises(Refused, match=r"the reply to is none .*; the address of the contact mette is none"):
        Template(replace(LETTER, reply_to="a\nb@x.example", contacts=contacts), SHEET, KEY)


def test_a_slot_without_a_default_stops_the_edition():
    with pytest.raises(Refused, match=r"reader.company \}\} in the HTML; .*reader.events_url"):
        Template(replace(LETTER, defaults={"first_name": "alle"}), SHEET, KEY)


@given(ALLOWED)
def test_the_reader_is_the_only_one_invited(name):
    sheet = replace(SHEET, calendar=CALENDAR.replace("PUBLISH", "REQUEST"), method="REQUEST")
    mail = filled(sheet=sheet, reader=replace(READER, name=name))
    assert_whole(mail)
    unfolded = bodies(mail)["text/calendar"].replace("\n ", "")
    (line,) = re.findall("^ATTENDEE.*$", unfolded, re.MULTILINE)
    assert line.endswith(";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:soren@firma.example")
    label = (name or "soren@firma.example").replace('"', "'")
    assert line.startswith(f'ATTENDEE;CN="{label}";')
    assert all(len(each.encode()) <= 75 for each in bodies(mail)["text/calendar"].split("\n"))
