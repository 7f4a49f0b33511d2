"""Mails sent to a real Postfix and read back from a real Dovecot are the bytes that we made."""

from __future__ import annotations

from dataclasses import replace

import message_kit
import pytest
from mail_host import PASSWORD, USER, a_mail_host
from smtp_kit import SOON, a_mail, a_session, an_envelope, relay_at, send_all

from newsletter.delivery.message import Identity, Template
from newsletter.delivery.smtp import Timeouts, Trouble, open_session, verdict

WAITS = Timeouts(opening=20, mail=20, rcpt=20, data=20, block=20, dot=30, quit=5)


@pytest.fixture(scope="module")
def host():
    with a_mail_host() as host:
        yield host


def secured(host, **facts):
    return a_session(host.port, WAITS, security="starttls", host="localhost", ca_file=str(host.certificate), **facts)


def filled(number, address):
    """A sealed edition, filled for one reader."""
    sheet = replace(message_kit.SHEET, html=message_kit.HTML + "<p>åh, en lang linje </p>" * 3000)
    template = Template(message_kit.LETTER, sheet, message_kit.KEY)
    identity = Identity(send_id=12, address_hash=number.to_bytes(16, "big"))
    data = template.fill(replace(message_kit.READER, address=address), identity, message_kit.DATE)
    envelope = an_envelope(address, len(data), sender=template.return_path(identity), envid=f"12.{number}")
    return envelope, data


@pytest.mark.parametrize(("address", "box"), [("ida@firma.example", "ida"), ("bo@lmtp.example", "bo")])
def test_what_is_read_is_what_was_sent(host, address, box):
    mails = [filled(number, address) for number in range(5)]
    with secured(host, user=USER, password=PASSWORD) as session:
        assert session.offers("PIPELINING")
        assert session.offered.size_limit == 1_000_000
        assert [reply.code for reply in send_all(session, mails)] == [250] * 5, host.log()
    read = host.messages(box, 5)
    assert len(read) == 5, host.log()
    found = {data for _, data in mails}
    for message in read:
        (data,) = [each for each in found if message.endswith(each)]
        prepended = message.removesuffix(data)
        assert prepended.startswith(b"Return-Path: <retur@kommune.example>\r\n")
        assert b"with ESMTPSA id" in prepended
        found.remove(data)


def plain(address, body):
    """With all headers that a relay would add."""
    head = (
        f"From: <nyt@kommune.example>\r\nTo: <{address}>\r\nSubject: æøå\r\n"
        f"Date: Tue, 05 Jan 2027 09:00:00 +0100\r\nMessage-ID: <{address.encode().hex()}@kommune.example>\r\n\r\n"
    )
    return head.encode() + body


def test_dots_and_long_lines_arrive_as_they_are(host):
    body = b".\r\n..\r\n...\r\n. a\r\n\r\n.\r\n" + b"x" * 990 + b"\r\nend.\r\n"
    data = plain("ida@firma.example", body)
    with secured(host) as session:
        assert [reply.code for reply in send_all(session, [(an_envelope(size=len(data), eightbit=True), data)])] == [
            250
        ]
    assert any(message.endswith(data) for message in host.messages("ida", 6)), host.log()


def test_letters_beyond_ascii_before_the_at(host):
    data = plain("søren@firma.example", b"Hej\r\n")
    with secured(host) as session:
        envelope = an_envelope("søren@firma.example", len(data), smtputf8=True)
        assert [reply.code for reply in send_all(session, [(envelope, data)])] == [250], host.log()
    (message,) = host.messages("soren", 1)
    assert message.endswith(data)


def test_what_postfix_refuses_is_told_apart(host):
    mails = [
        (an_envelope("nobody@firma.example"), a_mail()),
        (an_envelope("ida@elsewhere.example"), a_mail()),
        (an_envelope("ida@firma.example", size=2_000_000), a_mail()),
        filled(99, "bo@lmtp.example"),
    ]
    with secured(host) as session:
        told = send_all(session, mails)
    assert [verdict(reply) for reply in told] == ["rejected", "sender", "sender", "accepted"], told
    assert [reply.enhanced for reply in told] == ["5.1.1", "5.7.1", "5.3.4", "2.0.0"]


def test_a_wrong_password(host):
    with pytest.raises(Trouble) as caught, secured(host, user=USER, password="wrong"):
        pass
    assert (caught.value.code, caught.value.sender_side) == (535, True)


def test_a_certificate_that_is_not_trusted(host):
    with pytest.raises(Trouble, match="certificate"):
        open_session(relay_at(host.port, security="starttls", host="localhost"), SOON)
