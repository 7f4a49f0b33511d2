"""Mails of any size and in any state: looked at within limits, and never the end of the program."""

from __future__ import annotations

import os
import time

import pytest
from bounces_kit import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.bounces import classify
from newsletter.delivery.bounces.ledger import mark_of
from newsletter.delivery.bounces.mime import MOST_PARTS, parse_mail

MAILS = [path.read_bytes() for path in sorted(SAMPLES.glob("*.mail"))]
DAEMON = b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n"
LARGE = {
    "nothing": b"",
    "zeros": b"\0" * 5_000_000,
    "chance": os.urandom(5_000_000),
    "one line": b"a" * 5_000_000,
    "addresses": DAEMON + b"\n" + b"<a@b.example>: user unknown\n" * 100_000,
    "many addresses": DAEMON + b"\n" + b"".join(b"<a%d@b.example>: user unknown\n" % n for n in range(50_000)),
    "deep": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 50_000,
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 100_000,
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 200_000,
    "headers": b"X: y\n" * 500_000,
    "folds": b"Subject: " + b" x\n" * 500_000,
    "recipients": b"Content-Type: message/delivery-status\n\n"
    + b"".join(b"Final-Recipient: rfc822;a%d@b.example\nAction: failed\n\n" % n for n in range(50_000)),
    "scripts": DAEMON + b"Content-Type: text/html\n\n" + b"<script>" * 300_000,
    "brackets": DAEMON + b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    "words": DAEMON + b"\n" + b"user mailbox recipient " * 100_000,
    "dots": DAEMON + b"\n" + b"a@" + b"a." * 1_000_000,
    "dashes": DAEMON + b"\n" + b"-" * 1_000_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_size_and_depth_cost_no_more_than_seconds(name):
    start = time.monotonic()
    assert classify(LARGE[name]).recipients
    assert time.monotonic() - start < 20


def test_parts_and_depth_have_an_end():
    assert len(list(parse_mail(LARGE["parts"]).walk())) <= MOST_PARTS + 1
    assert len(list(parse_mail(LARGE["deep"]).walk())) <= MOST_PARTS + 1


@given(
    mail=st.sampled_from(MAILS),
    cuts=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 300), st.binary(max_size=20)), max_size=6),
)
def test_a_damaged_mail_is_still_a_mail(mail, cuts):
    for start, length, other in cuts:
        mail = mail[:start] + other + mail[start + length :]
    assert classify(mail).recipients
    assert mark_of(mail)


@given(first=st.sampled_from(MAILS), second=st.sampled_from(MAILS), at=st.integers(0, 3000))
def test_two_mails_in_one_are_no_trouble(first, second, at):
    assert classify(first[:at] + second + first[at:]).recipients


@given(st.binary(max_size=2000))
def test_any_bytes_are_looked_at(data):
    assert classify(data).recipients


@given(
    name=st.sampled_from(["Content-Type", "Subject", "From", "To", "Content-Transfer-Encoding"]),
    value=st.text(max_size=200),
)
def test_any_header_is_looked_at(name, value):
    assert classify(f"{name}: {value}\n".encode() + MAILS[0]).recipients


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "unicode_escape", "rot13", "zlib", "hex", "utf-7", "x-unknown"]
)
def test_strange_encodings_do_no_harm(charset):
    mail = DAEMON + f"Content-Type: text/plain; charset={charset}\n\n<bo@firma.example>: user unknown\n".encode()
    assert classify(mail).recipients[0].address == "bo@firma.example"
