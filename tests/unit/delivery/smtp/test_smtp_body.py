"""Nothing in a mail can end it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.smtp.body import Stuffed, stuffed


def test_a_mail_without_dots_is_the_same_bytes():
    data = b"Subject: x\r\n\r\nHej.\r\n"
    assert stuffed(data) == data
    assert isinstance(stuffed(data), Stuffed)


@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\r\n",
        b"a\rb\r\n",
        b"a\r\n.\n\r\n",
        b"a\n.\r\n",
        b"a\r.\r\n",
        b"a\r\r\n",
        b"a\n\r\n",
        b"\n\r",
        b"\r",
        b"a\n",
    ],
)
def test_a_line_end_that_is_none_is_refused(data):
    with pytest.raises(ValueError, match="CR"):
        stuffed(data)


@pytest.mark.parametrize("data", [b"", b"a", b"a\r\nb"])
def test_the_last_line_has_an_end(data):
    with pytest.raises(ValueError, match="no end"):
        stuffed(data)


@given(st.lists(st.text(alphabet="a. ", max_size=4), min_size=1))
def test_no_line_is_a_lone_dot_and_undoing_it_gives_the_mail(lines):
    data = "".join(f"{line}\r\n" for line in lines).encode()
    sent = stuffed(data)
    assert b"\r\n.\r\n" not in b"\r\n" + sent
    undone = [line.removeprefix(".") for line in sent.decode().split("\r\n")]
    assert "\r\n".join(undone).encode() == data


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b".", "æ".encode()])).map(b"".join))
def test_only_whole_line_ends_pass(data):
    whole = data.endswith(b"\r\n") and not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    try:
        stuffed(data)
    except ValueError:
        assert not whole
    else:
        assert whole
