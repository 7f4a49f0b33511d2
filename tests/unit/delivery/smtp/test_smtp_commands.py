"""What is said about a mail, and what need not be asked."""

from __future__ import annotations

import pytest
from smtp_kit import PIPELINING, an_envelope

from newsletter.delivery.smtp.commands import Extensions, commands, refusal

ALL = Extensions.of({**PIPELINING, "size": "10000"})
NONE = Extensions.of({})


def test_what_a_relay_offers():
    assert (ALL.pipelining, ALL.eightbit, ALL.smtputf8, ALL.dsn, ALL.size, ALL.size_limit) == (True,) * 5 + (10000,)
    assert (NONE.pipelining, NONE.eightbit, NONE.smtputf8, NONE.dsn, NONE.size, NONE.size_limit) == (False,) * 5 + (
        None,
    )


@pytest.mark.parametrize("said", ["", "0", "none", "-5", "²"])
def test_a_size_that_is_no_limit(said):
    assert Extensions.of({"size": said}).size_limit is None


def test_the_basics():
    assert commands(an_envelope(), NONE) == (
        b"MAIL FROM:<nyt@kommune.example>\r\n",
        b"RCPT TO:<ida@firma.example>\r\n",
        b"DATA\r\n",
    )


def test_everything_that_is_offered():
    said = commands(an_envelope("ida+x=1@firma.example", 1234, envid="2027-01.5.ab+c", eightbit=True), ALL)
    assert said.mail == (b"MAIL FROM:<nyt@kommune.example> SIZE=1234 BODY=8BITMIME RET=HDRS ENVID=2027-01.5.ab+2Bc\r\n")
    assert said.rcpt == b"RCPT TO:<ida+x=1@firma.example> NOTIFY=FAILURE ORCPT=rfc822;ida+2Bx+3D1@firma.example\r\n"


def test_seven_bits_are_not_called_eight():
    assert b"8BITMIME" not in commands(an_envelope(), ALL).mail


def test_letters_beyond_ascii():
    said = commands(an_envelope("søren@firma.example", smtputf8=True), ALL)
    assert said.mail.endswith(b" SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS\r\n")
    assert said.rcpt == "RCPT TO:<søren@firma.example> NOTIFY=FAILURE\r\n".encode()


@pytest.mark.parametrize("envid", ["æ", "x" * 101, "a\r\nRCPT TO:<b>", "a b\x7f"])
def test_an_identity_that_cannot_be_said_is_left_out(envid):
    assert b"ENVID" not in commands(an_envelope(envid=envid), ALL).mail


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a@b\r\nDATA", "a@b>\r\nRCPT TO:<c@d", "a b@c", "a@b@c", "a\0@b", "<a@b>", "a@b "],
)
def test_no_address_reaches_the_line_that_could_say_more(address):
    told = refusal(an_envelope(address), ALL)
    assert told is not None
    assert told[:2] == (553, "5.1.3")


def test_a_return_address_that_is_none_is_our_fault():
    told = refusal(an_envelope(sender="a b@c"), ALL)
    assert (told.enhanced, told.stage) == ("5.1.7", "mail")
    assert refusal(an_envelope(sender=""), ALL) is None


def test_utf8_without_smtputf8():
    assert refusal(an_envelope("søren@firma.example", smtputf8=True), NONE)[:2] == (550, "5.6.7")
    assert refusal(an_envelope("søren@firma.example"), NONE)[:2] == (550, "5.6.7")
    assert refusal(an_envelope("søren@firma.example"), ALL) is None


def test_too_large_is_known_at_once():
    told = refusal(an_envelope(size=20_000), ALL)
    assert told == (552, "5.3.4", "the mail has 20 kB, the relay takes 10 kB", "mail")
    assert refusal(an_envelope(size=10_000), ALL) is None
    assert refusal(an_envelope(size=20_000), NONE) is None


def test_eight_bits_where_seven_are_taken():
    assert refusal(an_envelope(eightbit=True), NONE)[:2] == (554, "5.6.3")
