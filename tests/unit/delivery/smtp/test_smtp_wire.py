"""Answers are read whole, within their time, and what is no answer is not taken for one."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
from smtp_kit import Dictated

from newsletter.delivery.smtp.wire import Broken, Wire


@contextlib.contextmanager
def line_that_says(*pieces, pause=0.0):
    def says(other):
        for piece in pieces:
            other.say(piece)
            time.sleep(pause)
        other.until(b"never")

    other = Dictated(says)
    wire = Wire(other.ours)
    try:
        yield wire
    finally:
        wire.close()
        other.thread.join()


def test_several_lines_are_one_answer():
    with line_that_says("250-one\r\n250-two\r\n250 three\r\n") as wire:
        assert str(wire.answer("mail", 1)) == "250 one two three"


def test_an_answer_in_pieces_and_two_in_one():
    with line_that_says("25", "0 o", "ne\r", "\n354 two\r\n", pause=0.01) as wire:
        assert str(wire.answer("mail", 1)) == "250 one"
        assert str(wire.answer("data", 1)) == "354 two"
        assert wire.heard == b""


@pytest.mark.parametrize("said", ["250\r\n", "250 \r\n", "250 ok\n", "250-a\n250\r\n"])
def test_short_and_sloppy_answers(said):
    with line_that_says(said) as wire:
        assert wire.answer("mail", 1).code == 250


@pytest.mark.parametrize(
    "said",
    [
        "hello\r\n",
        "\r\n",
        "25 ok\r\n",
        "2500 ok\r\n",
        "150 later\r\n",
        "650 what\r\n",
        "250_ok\r\n",
        "250-one\r\n251 two\r\n",
        "250-one\r\n\r\n250 two\r\n",
        "250-again\r\n" * 200,
        b"\xff\xfe\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
    ],
)
def test_what_is_no_answer(said):
    with line_that_says(said) as wire, pytest.raises(Broken, match="no answer"):
        wire.answer("mail", 1)


def test_a_line_without_end():
    with line_that_says("250 " + "x" * 100_000) as wire, pytest.raises(Broken, match="without an end"):
        wire.answer("mail", 2)


def test_a_relay_that_hangs_up():
    other = Dictated(lambda relay: relay.say("250-half\r\n"))
    wire = Wire(other.ours)
    with pytest.raises(Broken, match="closed the connection"):
        wire.answer("mail", 1)
    wire.close()


def test_the_wait_is_for_the_whole_answer():
    """A letter now and then does not make a relay alive for ever."""
    with line_that_says(*"250 never ready", pause=0.05) as wire:
        start = time.monotonic()
        with pytest.raises(Broken, match="in time"):
            wire.answer("mail", 0.2)
        assert time.monotonic() - start < 0.5


def test_words_before_are_kept():
    other = Dictated(lambda relay: relay.until(b"never"))
    wire = Wire(other.ours, b"421 bye\r\n")
    assert wire.heard == b"421 bye\r\n"
    assert wire.answer("mail", 1).code == 421
    wire.close()
    other.thread.join()


def test_how_much_left_is_known_when_the_line_breaks():
    def says(relay):
        relay.theirs.recv(1000)

    other = Dictated(says)
    wire = Wire(other.ours)
    data = b"x" * 50_000_000
    with pytest.raises(Broken) as caught:
        wire.write(data, 2)
    assert 1000 <= caught.value.handed < len(data)
    with pytest.raises(Broken) as caught:
        wire.write(b"more", 2)
    assert caught.value.handed == 0
    wire.close()
    other.thread.join()


def test_a_relay_that_takes_nothing():
    done = threading.Event()
    other = Dictated(lambda relay: done.wait(10))
    wire = Wire(other.ours)
    with pytest.raises(Broken, match="in time"):
        wire.write(b"x" * 20_000_000, 0.1)
    done.set()
    wire.close()
    other.thread.join()
