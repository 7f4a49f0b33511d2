"""Answers are read as they were meant."""

from __future__ import annotations

import pytest

from newsletter.delivery.smtp.replies import Reply, parse_reply


def test_code_and_words():
    reply = parse_reply(250, (b"2.1.5 Ok",), "rcpt")
    assert reply == (250, "2.1.5", "Ok", "rcpt")
    assert reply.taken
    assert str(reply) == "250 2.1.5 Ok"


def test_the_enhanced_code_of_each_line_is_said_once():
    reply = parse_reply(550, (b"5.1.1 No such", b"5.1.1 user here"), "rcpt")
    assert (reply.enhanced, reply.text) == ("5.1.1", "No such user here")


@pytest.mark.parametrize("line", [b"nothing", b"", b"5.1 half", b"5.1.1234 long", b"15.1.1 no", b"3.1.1 no class"])
def test_no_enhanced_code(line):
    assert parse_reply(550, (line,), "rcpt").enhanced is None


def test_words_become_one_line_that_no_terminal_trips_over():
    reply = parse_reply(550, (b"bad\x1b[31m red\x07", b"\xff\xc3\xa6\xe2\x80\xae"), "dot")
    assert reply.text == "bad [31m red  �æ "
    assert len(parse_reply(550, (b"x" * 5000,), "dot").text) == 1000


def test_what_is_not_there_is_not_written():
    assert str(Reply(354, None, "")) == "354"
