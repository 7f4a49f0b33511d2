"""The small parts: traces, marks, fields, addresses, HTML."""

from __future__ import annotations

import pytest
from bounces_kit import BO, a_bounce, sample

from newsletter.delivery.bounces import classify
from newsletter.delivery.bounces.addresses import addresses_in, field_address
from newsletter.delivery.bounces.fields import read_report
from newsletter.delivery.bounces.headers import decode_words, parse_headers
from newsletter.delivery.bounces.judge import Codes, codes_in
from newsletter.delivery.bounces.ledger import mark_of, without_people
from newsletter.delivery.bounces.mime import strip_html
from newsletter.delivery.letter import Letter
from newsletter.delivery.message import Identity, message_id, return_path

HASH = bytes(range(16))


@pytest.mark.parametrize(
    "where", ["To: <{path}>", "Delivered-To: {path}", "In-Reply-To: {id}", "References: <x@y.example> {id}", "\n> {id}"]
)
def test_our_own_signs_are_found_wherever_they_stand(where):
    letter = Letter(**LETTER)
    identity = Identity(send_id=12, address_hash=HASH)
    mail = where.format(path=return_path(letter, identity), id=message_id(letter, identity))
    assert classify(f"Subject: x\n{mail}\n\n".encode()).traces == ((12, HASH),)


LETTER = {
    "issue": "2027-01", "title": "Nyt", "language": "da", "zone": "Europe/Copenhagen", "sender_name": "Kommunen",
    "sender_address": "nyt@kommune.example", "reply_to": None, "return_address": "retur@kommune.example", "verp": True,
    "list_id": "nyt.kommune.example", "public_url": "https://nyt.example", "archive_url": "https://nyt.example",
    "unsubscribe_address": "nyt@kommune.example", "feedback_id": None, "subject": "Nyt", "auto_submitted": None,
    "defaults": {}, "contacts": {}, "marked": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("rfc822; bo@firma.example", BO),
        ("rfc822;<bo@firma.example>", BO),
        ("RFC822; Bo Berg <bo@firma.example>", BO),
        ("bo@firma.example", BO),
        ("utf-8; b\\x{F8}@firma.example", "bø@firma.example"),
        ("rfc822;bo+40firma.example", BO),
        ("x400; /RFC-822=bo(a)firma.example/ADMD= /C=DK/", BO),
        ("local;bo", ""),
        ("rfc822; <>", ""),
    ],
)
def test_an_address_in_a_field(value, address):
    assert field_address(value) == address


def test_addresses_in_a_text():
    text = (
        "<bo@firma.example>: 'ida@firma.example' mailto:per@firma.example, æ@ø.example. a@b <@x.e> [SMTP:ib@c.example]"
    )
    assert list(addresses_in(text)) == [BO, "ida@firma.example", "per@firma.example", "æ@ø.example", "ib@c.example"]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("550 5.1.1 no", ("5.1.1", "550")),
        ("550-5.7.26 no\n550 5.7.26 no", ("5.7.26", "550")),
        ("host mx[192.0.2.250] said: 552 full (#5.2.2)", ("5.2.2", "552")),
        ("Postfix 2.5.1 on 4.18.0", ("", "")),
        ("smtp;554 no", ("", "554")),
        ("id 4.1.1.9 size 55020", ("", "")),
    ],
)
def test_codes_in_what_a_server_said(said, codes):
    assert codes_in(said) == Codes(*codes)


def test_groups_of_a_report_that_are_not_parted():
    report = read_report(
        "Final-Recipient: rfc822;a@b.example\nAction: failed\nFinal-Recipient: rfc822;c@d.example\nStatus: 4.0.0\n"
    )
    assert [(told.address, told.action, told.status) for told in report.recipients] == [
        ("a@b.example", "failed", ""),
        ("c@d.example", "", "4.0.0"),
    ]


def test_a_mail_is_known_again_however_it_is_stored():
    mail = a_bounce()
    assert mark_of(mail) == mark_of(mail.replace(b"\n", b"\r\n")) == mark_of(b"Delivered-To: x@y.example\n" + mail)
    assert mark_of(mail) != mark_of(a_bounce(number=2))
    assert mark_of(mail) != mark_of(mail.replace(b"5.1.1", b"5.2.2"))


def test_what_is_kept_names_nobody():
    assert without_people("<bo@firma.example>: bo@x unknown") == "<…>: … unknown"
    assert len(without_people("x" * 999)) == 200


def test_a_page_is_read_as_its_text():
    page = (
        "<head><title>x</title></head><p>Til <b>bo@firma.example</b><br>&lt;fuld&gt;<script>bad()</script><u@b.example>"
    )
    assert strip_html(page).split("\n")[1:] == ["Til bo@firma.example", "<fuld> <u@b.example>"]
    assert "shown" in strip_html("<style>p {} <p>shown")


def test_headers_are_read_with_patience():
    headers, body = parse_headers(b"From x Mon\nSubject: =?utf-8?q?F=C3=A5?=\n =?utf-8?b?w7g=?=\nno header here\nrest")
    assert (headers.text("subject"), body) == ("Få" + "ø", b"no header here\nrest")
    assert decode_words("=?nonsense?q?a?= =?utf-8?b?a?=") == "=?nonsense?q?a?==?utf-8?b?a?="


def test_what_a_mail_returns_is_not_what_it_says():
    told = classify(sample("qmail-nobody")).recipients
    assert [each.address for each in told] == [BO]
