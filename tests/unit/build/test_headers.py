"""Values in a mail's header."""

from __future__ import annotations

import re
from email import message_from_string
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.build.headers import mailbox, words

TEXTS = st.text(st.characters(codec="utf-8"))
DANISH = "Få støtte til æ ø å – §56"


def decoded(text: str) -> str:
    return str(make_header(decode_header(text)))


@given(TEXTS, st.integers(2, 40))
@example(DANISH, 9)
@example("æ" * 200, 9)
@example("a" * 300, 9)
@example("🏳️‍🌈" * 40, 9)
@example("=?utf-8?q?hej?= =?utf-8?q?hej?=", 9)
def test_any_text_is_read_back_and_no_line_is_too_long(text, used):
    written = words(text, used)
    assert written.isascii()
    assert decoded(written.replace("\r\n", "")) == " ".join(text.split())
    first, *others = written.split("\r\n")
    assert used + len(first) <= 76
    assert all(line.startswith(" ") and len(line) <= 76 for line in others)


@given(TEXTS)
def test_every_encoded_word_stands_for_whole_letters(text):
    for word in re.findall(r"=\?utf-8\?[qb]\?[^?]*\?=", words(text, 9)):
        assert len(word) <= 75
        decoded(word)


def test_plain_text_stays_as_it_is():
    assert words("Nyt: 3 of 4, (yes)", 9) == "Nyt: 3 of 4, (yes)"
    assert words(DANISH, 9).count("=?utf-8?") == 1


@given(TEXTS)
@example("Holm, Mette")
@example('Den "gode" \\ service')
@example("Ærø " * 40)
@example("x <a@b.example>")
def test_any_name_is_read_back_with_its_address(name):
    field = mailbox("To", name, "mette@firma.example")
    message = message_from_string(field + "\r\n")
    assert message.keys() == ["To"]
    found, address = parseaddr(message["To"])
    assert (decoded(found), address) == (" ".join(name.split()), "mette@firma.example")


@pytest.mark.parametrize("length", range(1, 80))
def test_a_line_is_broken_before_the_address_when_it_would_be_too_long(length):
    field = mailbox("Reply-To", "x" * length, "a@firma.example")
    assert max(map(len, field.split("\r\n"))) <= 76
    assert field.endswith("<a@firma.example>\r\n")
    assert mailbox("To", "", "a@firma.example") == mailbox("To", None, "a@firma.example") == "To: a@firma.example\r\n"
