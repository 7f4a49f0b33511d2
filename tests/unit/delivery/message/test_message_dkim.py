"""Signing: another's code says that the signature is good, and that it is not once anything has changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dkim
import pytest
from message_kit import IDENTITY, KEY, LETTER, READER, SHEET, assert_whole, read

from newsletter.delivery.message import Template, read_signer
from newsletter.problems import Refused

SIGNED = (
    *("from", "to", "subject", "date", "reply-to", "message-id", "mime-version", "content-type"),
    *("list-unsubscribe", "list-unsubscribe-post", "list-id"),
)

PAST = datetime(2026, 1, 6, 8, tzinfo=UTC)
"""A signature from a time to come is refused."""
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here to make a key")


def openssl(*command: str) -> str:
    return subprocess.run(["openssl", *command], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    path.write_text(openssl("genrsa", "2048"))
    return path


@pytest.fixture(scope="module")
def dns(key):
    lines = openssl("rsa", "-in", str(key), "-pubout").splitlines()
    record = f"v=DKIM1; k=rsa; p={''.join(lines[1:-1])}".encode()

    def ask(name, timeout=5):
        return record if name in (b"nyt._domainkey.kommune.example.", "nyt._domainkey.kommune.example.") else None

    return ask


@pytest.fixture(scope="module")
def template(key):
    return Template(LETTER, SHEET, KEY, read_signer("kommune.example", "nyt", str(key)))


def test_the_signature_is_good_and_the_mail_is_the_same(template, dns):
    mail = template.fill(READER, IDENTITY, PAST)
    assert_whole(mail)
    assert dkim.verify(mail, dnsfunc=dns)
    assert mail.endswith(
        b"\r\nFrom: " + Template(LETTER, SHEET, KEY).fill(READER, IDENTITY, PAST).removeprefix(b"From: ")
    )
    assert mail.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;")
    assert template.fill(READER, IDENTITY, PAST) == mail


@pytest.mark.parametrize("field", SIGNED)
def test_no_field_can_be_changed_or_added_to(template, dns, field):
    mail = template.fill(READER, IDENTITY, PAST)
    head, _, rest = mail.partition(b"\r\nFrom:")
    assert not dkim.verify(head + f"\r\n{field}: x".encode() + b"\r\nFrom:" + rest, dnsfunc=dns)
    name = re.compile(rf"(?im)^({field}:) ([^\r]+)".encode())
    assert name.search(mail)
    assert not dkim.verify(name.sub(rb"\1 x\2", mail, count=1), dnsfunc=dns)


def test_the_text_cannot_be_changed_or_added_to(template, dns):
    mail = template.fill(READER, IDENTITY, PAST)
    assert not dkim.verify(mail.replace(b"Hej =", b"Haj =", 1), dnsfunc=dns)
    assert not dkim.verify(mail + b"mere\r\n", dnsfunc=dns)
    assert dkim.verify(mail + b"\r\n\r\n", dnsfunc=dns)


def test_it_says_what_is_signed(template):
    said = dict(
        each.strip().split("=", 1)
        for each in str(read(template.fill(READER, IDENTITY, PAST))["DKIM-Signature"]).split(";")
    )
    assert said["d"], said["s"] == ("kommune.example", "nyt")
    assert "l" not in said
    assert said["t"] == str(int(PAST.timestamp()))
    listed = [name.strip() for name in said["h"].split(":")]
    assert sorted(listed) == sorted(SIGNED * 2)


def test_a_mail_without_an_answer_address_keeps_others_from_adding_one(key, dns):
    signer = read_signer("kommune.example", "nyt", str(key))
    reader = replace(READER, contact=None)
    mail = Template(replace(LETTER, reply_to=None), SHEET, KEY, signer).fill(reader, IDENTITY, PAST + timedelta(days=1))
    assert dkim.verify(mail, dnsfunc=dns)
    assert not dkim.verify(mail.replace(b"\r\nTo:", b"\r\nReply-To: x@y.example\r\nTo:", 1), dnsfunc=dns)


def test_a_key_that_will_not_do_is_refused(tmp_path, key):
    short, other, crlf = tmp_path / "short.pem", tmp_path / "other.pem", tmp_path / "crlf.pem"
    short.write_text(openssl("genrsa", "1024"))
    other.write_text(openssl("genpkey", "-algorithm", "ed25519"))
    (tmp_path / "text").write_text("no key")
    (tmp_path / "broken").write_text("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")
    cases = {
        str(short): "has 1024 bits; mail servers want 2048",
        str(other): "no RSA key",
        str(tmp_path / "text"): "no RSA key",
        str(tmp_path / "broken"): "no RSA key",
        str(tmp_path / "nowhere"): "cannot be read: No such file",
        str(tmp_path): "cannot be read: Is a directory",
        None: "NEWSLETTER_DKIM_KEY names no key",
    }
    for path, told in cases.items():
        with pytest.raises(Refused, match=told) as caught:
            read_signer("kommune.example", "nyt", path)
        assert "openssl genrsa" in caught.value.hint
    crlf.write_bytes(key.read_bytes().replace(b"\n", b"\r\n"))
    assert read_signer("kommune.example", "nyt", str(crlf)).key == read_signer("kommune.example", "nyt", str(key)).key
