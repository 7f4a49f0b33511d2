"""Tokens, Message-IDs and return addresses: what a mail is known by when it comes back."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st
from message_kit import DATE, IDENTITY, KEY, LETTER, READER, SHEET, filled, read

from newsletter.delivery.message import Identity, Template, make_token, message_id, read_token, return_path

PEOPLE = st.integers(1, 2**63 - 1)
KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS, PEOPLE)
@example(KEY, 1)
@example(KEY, 35)
@example(KEY, 36)
def test_a_token_names_its_person_in_letters_that_are_safe_everywhere(key, person):
    token = make_token(key, person)
    assert re.fullmatch(r"[0-9a-z]{1,13}\.[A-Za-z0-9_-]{22}", token)
    assert read_token(key, token) == person
    assert make_token(key, person) == token


@given(KEYS, KEYS, PEOPLE, PEOPLE, st.text())
def test_nobody_else_can_make_one(key, other, person, another, noise):
    token = make_token(key, person)
    name, _, mark = token.partition(".")
    for forged in (f"{make_token(key, another).partition('.')[0]}.{mark}", f"{name}.{mark[:-2]}", name, noise, ""):
        assert forged == token or another == person or read_token(key, forged) is None
    assert other == key or read_token(other, token) is None
    assert read_token(key, f"{token}{noise}") is None or not noise


def test_a_changed_letter_makes_it_nobodys():
    token = make_token(KEY, 4711)
    for place in range(len(token) - 1):
        changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
        assert read_token(KEY, changed) is None


def test_a_copy_for_nobody_looks_the_same_and_unsubscribes_nobody():
    mail = read(filled(reader=replace(READER, person_id=None)))
    ((url, mailed),) = re.findall(r"<([^>]+)>, <([^>]+)>", str(mail["List-Unsubscribe"]))
    assert url.startswith("https://nyt.kommune.example/afmeld/0.")
    assert read_token(KEY, url.rpartition("/")[2]) is None
    assert "subject=afmeld%200." in mailed


def test_both_ways_out_carry_the_readers_token():
    mail = read(filled())
    ((url, mailed),) = re.findall(r"<([^>]+)>, <([^>]+)>", str(mail["List-Unsubscribe"]))
    word, token = unquote(mailed.partition("subject=")[2]).split()
    assert word == "afmeld"
    assert read_token(KEY, token) == read_token(KEY, url.rpartition("/")[2]) == READER.person_id
    for part in mail.iter_parts():
        assert part.get_content().count(f"/afmeld/{token}") == part.get_content().count(f"/valg/{token}") == 1


def test_a_delivery_has_one_name_for_ever():
    assert message_id(LETTER, IDENTITY) == "<2027-01.12.00112233445566778899aabbccddeeff@kommune.example>"
    other = Identity(send_id=12, address_hash=bytes(16))
    assert message_id(LETTER, other) != message_id(LETTER, IDENTITY)
    danish = replace(LETTER, sender_address="nyt@ærø.example")
    assert message_id(danish, other).isascii()


def test_the_return_address_tells_the_delivery_when_it_is_asked_to():
    assert return_path(LETTER, IDENTITY) == "retur@kommune.example"
    verp = return_path(replace(LETTER, verp=True), IDENTITY)
    assert verp == "retur+12.00112233445566778899aabbccddeeff@kommune.example"
    assert len(verp.partition("@")[0]) <= 64
    assert Template(replace(LETTER, verp=True), SHEET, KEY).return_path(IDENTITY) == verp


def test_the_same_reader_gets_the_same_bytes():
    template = Template(LETTER, SHEET, KEY)
    assert template.fill(READER, IDENTITY, DATE) == template.fill(READER, IDENTITY, DATE) == filled()
