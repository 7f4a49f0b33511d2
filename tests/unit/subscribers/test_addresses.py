"""Mail addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.addresses import Address, parse_address


@pytest.mark.parametrize(
    ("text", "written", "key"),
    [
        ("anna@firma.example", "anna@firma.example", "anna@firma.example"),
        ("Anna.Hansen@Firma.EXAMPLE", "Anna.Hansen@firma.example", "anna.hansen@firma.example"),
        ("o'brien+nyt@firma.example", "o'brien+nyt@firma.example", "o'brien+nyt@firma.example"),
        ("nyt@a.b.c-d.test", "nyt@a.b.c-d.test", "nyt@a.b.c-d.test"),
        ("info@blåbærgrød.example", "info@xn--blbrgrd-fxak7p.example", "info@xn--blbrgrd-fxak7p.example"),
        ("INFO@BLÅBÆRGRØD.example", "INFO@xn--blbrgrd-fxak7p.example", "info@xn--blbrgrd-fxak7p.example"),
    ],
)
def test_an_address_has_a_form_to_write_to_and_one_to_compare_by(text, written, key):
    assert parse_address(text) == Address(written, key, needs_smtputf8=False)


@pytest.mark.parametrize("text", ["søren@firma.example", "SØREN@firma.example"])
def test_an_address_with_danish_letters_before_the_at_needs_smtputf8(text):
    address = parse_address(text)
    assert address.needs_smtputf8
    assert address.key == "søren@firma.example"


def test_letters_composed_and_decomposed_are_one_address():
    assert parse_address("a\u030ase@firma.example") == parse_address("åse@firma.example")


def test_the_two_forms_of_a_danish_domain_are_one_address():
    assert parse_address("ø@blåbærgrød.example") == parse_address("ø@xn--blbrgrd-fxak7p.example")


@pytest.mark.parametrize(
    "text",
    [
        " anna@firma.example ",
        "Anna Hansen <anna@firma.example>",
        '"Hansen, Anna" <anna@firma.example>;',
        "<anna@firma.example>",
        "mailto:anna@firma.example",
        "MAILTO:anna@firma.example?subject=Hej",
        '"anna@firma.example"',
        "'anna@firma.example'",
        "«anna@firma.example»",
        "anna@firma.example.",
        "anna@firma.example,",
        "anna@firma.example;",
        "\ufeffanna@firma.example\u200b",
        "\u00a0anna@firma.example\u00a0",
        "anna\u00ad@firma.example",
        "anna@firma.example\r\n",
    ],
)
def test_what_people_and_programs_put_around_an_address_is_taken_off(text):
    assert parse_address(text).written == "anna@firma.example"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("anna@gmail.con", "anna@gmail.com"),
        ("anna@hotmial.com", "anna@hotmail.com"),
        ("anna@hotmial.dk", "anna@hotmail.dk"),
        ("anna@gamil.dk", "anna@gmail.com"),
        ("Anna@GMIAL.com", "Anna@gmail.com"),
        ("anna@gmail.co", "anna@gmail.com"),
        ("anna@firma.dkk", "anna@firma.dk"),
        ("anna@firmadk", "anna@firma.dk"),
        ("anna@firma,dk", "anna@firma.dk"),
        ("anna,hansen@firma.dk", "anna.hansen@firma.dk"),
        ("anna@@firma.dk", "anna@firma.dk"),
        ("anna@firma..dk", "anna@firma.dk"),
        ("anna @firma.dk", "anna@firma.dk"),
        ("anna@gmail,con", "anna@gmail.com"),
    ],
)
def test_a_slip_of_the_finger_is_refused_with_what_was_meant(text, meant):
    with pytest.raises(ValueError, match=rf"; write {re.escape(meant)} if that is meant"):
        parse_address(text)
    assert parse_address(meant).written == meant


@pytest.mark.parametrize(
    "text", ["a@x.dk; b@y.dk", "a@x.dk,b@y.dk", "a@x.dk b@y.dk", "a@x.dk / b@y.dk", "a@x.dk\nb@y.dk"]
)
def test_two_addresses_in_one_cell_are_refused(text):
    with pytest.raises(ValueError, match="two addresses stand in one cell; write each in a row of its own"):
        parse_address(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no address here"),
        (" ; ", "there is no address here"),
        ("anna", "it has no @"),
        ("@firma.dk", "a part is missing beside the @"),
        ("anna@", "a part is missing beside the @"),
        ("anna@firma", "this is not a mail address"),
        ("anna hansen@firma.dk", "this is not a mail address"),
        ('"anna hansen"@firma.dk', "an address with quotes is not taken"),
        ("anna@[192.0.2.1]", "this is not a mail address"),
        ("anna@192.0.2.1", "this is not a mail address"),
        ("anna@-firma.dk", "this is not a mail address"),
        ("anna@xn--a.dk", "this is not a mail address"),
        ("anna.@firma.dk", "this is not a mail address"),
        ("anna@server.local", "no mail reaches this domain"),
        ("åse@server.local", "no mail reaches this domain"),
        ("anna@firma.invalid", "no mail reaches this domain"),
        ("a" * 65 + "@firma.dk", "this is not a mail address"),
        ("anna@" + "b" * 64 + ".dk", "this is not a mail address"),
        ("a" * 60 + "@" + "bbbbbbbbb." * 20 + "dk", "this is not a mail address"),
        ("anna@firma.dk\r\nBcc: andre", "this is not a mail address"),
        ("anna\0@firma.dk", "this is not a mail address"),
        ("a" * 2000, "this is too long for an address"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason_and_a_cure(text, reason):
    with pytest.raises(ValueError, match=rf"{re.escape(reason)}.*; write one address, for example"):
        parse_address(text)


def test_what_was_written_is_not_told_back():
    with pytest.raises(ValueError, match="no @") as caught:
        parse_address("010190-1234 Anna")
    assert "1234" not in str(caught.value)


LOCAL = st.from_regex(r"\A[a-zA-Z0-9æøåÆØÅ_+%-]{1,20}(\.[a-z0-9é]{1,10})?\Z")
LABEL = st.from_regex(r"\A[a-zæøåA-Z0-9]{1,12}(-[a-zæøå0-9]{1,5})?\Z")


@given(LOCAL, st.lists(LABEL, min_size=1, max_size=3))
def test_reading_an_address_again_changes_nothing(local, labels):
    try:
        address = parse_address(f"{local}@{'.'.join(labels)}.example")
    except ValueError:
        return  # a label may be one that IDNA forbids
    assert parse_address(address.written) == address
    assert parse_address(address.key).key == address.key
    assert address.needs_smtputf8 is not address.written.isascii()
    assert parse_address(f" {local.swapcase()}@{'.'.join(labels).upper()}.EXAMPLE ").key == address.key


def outcome(text):
    try:
        return parse_address(text), ""
    except ValueError as error:
        return None, str(error)


@given(st.emails())
def test_common_addresses_are_taken_whatever_signs_they_hold(text):
    address, reason = outcome(text)
    assert "; " in reason or (address.written.isascii() and len(address.written) <= 254)


@given(st.text(max_size=300))
def test_any_text_is_an_address_fit_for_a_header_or_refused_with_a_cure(text):
    address, reason = outcome(text)
    assert "; " in reason or re.fullmatch(r"[^\s@\x00-\x1f]+@[a-z0-9.-]+", address.written)


@given(st.text("a@.,; <>\"':", max_size=1200))
def test_no_text_takes_long(text):
    address, reason = outcome(text)
    assert address or "; " in reason
