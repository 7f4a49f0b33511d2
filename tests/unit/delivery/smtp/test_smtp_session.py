"""What goes over the line, byte for byte, and what is made of each answer."""

from __future__ import annotations

import pytest
from smtp_kit import Dictated, a_mail, an_envelope, dictated

from newsletter.delivery.smtp import AfterDot, BeforeDot, stuffed

ONE, TWO, BAD = an_envelope("one@a.example"), an_envelope("two@a.example"), an_envelope("bad@a.example")
MAIL, OTHER = a_mail(1), a_mail(2)
OK3 = "250 ok\r\n250 ok\r\n354 go\r\n"
DOT = b"\r\n.\r\n"
NO_PIPELINING = {"8bitmime": ""}


def group(name: str, reset: str = "") -> bytes:
    orcpt = f"ORCPT=rfc822;{name}@a.example"
    return (
        f"{reset}MAIL FROM:<nyt@kommune.example> SIZE=100 RET=HDRS\r\n"
        f"RCPT TO:<{name}@a.example> NOTIFY=FAILURE {orcpt}\r\nDATA\r\n"
    ).encode()


def test_two_mails_in_two_writes():
    seen = []

    def says(relay: Dictated):
        seen.append(relay.until(b"DATA\r\n"))
        relay.say(OK3)
        seen.append(relay.until(b"DATA\r\n"))
        relay.say("250 queued as 1\r\n" + OK3)
        seen.append(relay.until(DOT))
        relay.say("250 queued as 2\r\n")
        seen.append(relay.until(b"QUIT\r\n"))
        relay.say("221 bye\r\n")

    with dictated(says) as (session, _):
        assert session.offer(ONE) is None
        assert session.deliver(MAIL, TWO).text == "queued as 1"
        assert session.offer(TWO) is None
        assert session.deliver(OTHER).text == "queued as 2"
        assert session.delivered == 2
        session.close()
    assert seen == [group("one"), MAIL + b".\r\n" + group("two"), OTHER + b".\r\n", b"QUIT\r\n"]


def test_one_by_one_without_pipelining():
    seen = []

    def says(relay: Dictated):
        for answer in ("250 ok\r\n", "250 ok\r\n", "354 go\r\n"):
            seen.append(relay.until(b"\r\n"))
            relay.say(answer)
        seen.append(relay.until(DOT))
        relay.say("250 queued\r\n")
        seen.append(relay.until(b"\r\n"))
        relay.say("550 5.7.1 no more\r\n")

    with dictated(says, NO_PIPELINING) as (session, _):
        assert session.offer(ONE) is None
        assert session.deliver(MAIL, TWO).code == 250
        assert str(session.offer(TWO)) == "550 5.7.1 no more"
    sender = b"MAIL FROM:<nyt@kommune.example>\r\n"
    assert seen == [sender, b"RCPT TO:<one@a.example>\r\n", b"DATA\r\n", MAIL + b".\r\n", sender]


@pytest.mark.parametrize(
    ("answers", "stage"),
    [
        ("451 later\r\n503 bad\r\n503 bad\r\n", "mail"),
        ("250 ok\r\n450 later\r\n503 bad\r\n", "rcpt"),
        ("250 ok\r\n250 ok\r\n451 later\r\n", "data"),
        ("451 later\r\n450 later\r\n554 bad\r\n", "mail"),
    ],
)
def test_a_refusal_is_the_first_no_and_the_next_mail_begins_anew(answers, stage):
    seen = []

    def says(relay: Dictated):
        seen.append(relay.until(b"DATA\r\n"))
        relay.say(answers)
        seen.append(relay.until(b"RSET\r\n"))
        relay.say("250 ok\r\n")
        seen.append(relay.until(b"DATA\r\n"))
        relay.say(OK3)

    with dictated(says) as (session, _):
        refused = session.offer(BAD)
        assert (refused.stage, refused.text) == (stage, "later")
        assert session.offer(ONE) is None
    assert seen == [group("bad"), b"RSET\r\n", group("one")]


def test_a_refusal_step_by_step_asks_no_further():
    def says(relay: Dictated):
        relay.until(b"\r\n")
        relay.say("250 ok\r\n")
        relay.until(b"\r\n")
        relay.say("550 5.1.1 unknown\r\n")
        assert relay.until(b"\r\n") == b"RSET\r\n"
        relay.say("250 ok\r\n")
        for answer in ("250 ok\r\n", "250 ok\r\n", "354 go\r\n"):
            relay.until(b"\r\n")
            relay.say(answer)

    with dictated(says, NO_PIPELINING) as (session, _):
        assert session.offer(BAD).enhanced == "5.1.1"
        assert session.offer(ONE) is None


@pytest.mark.parametrize("to_nothing", ["554 no valid recipients\r\n", "250 queued for nobody\r\n"])
def test_a_body_asked_for_though_nobody_gets_it_is_a_lone_dot(to_nothing):
    """RFC 2920 § 3.1; whatever is answered, nobody got anything."""
    seen = []

    def says(relay: Dictated):
        relay.until(b"DATA\r\n")
        relay.say("250 ok\r\n550 5.1.1 unknown\r\n354 go\r\n")
        seen.append(relay.until(b".\r\n"))
        relay.say(to_nothing)
        relay.until(b"DATA\r\n")
        relay.say(OK3)
        seen.append(relay.until(DOT))
        relay.say("250 queued\r\n")

    with dictated(says) as (session, _):
        assert session.offer(BAD).code == 550
        assert session.offer(ONE) is None
        assert session.deliver(MAIL).code == 250
    assert seen == [b".\r\n", MAIL + b".\r\n"]


def test_a_body_asked_for_after_a_refused_sender_gets_no_dot():
    with dictated(lambda relay: relay.say("550 no\r\n250 ok\r\n354 go\r\n") or relay.all()) as (session, other):
        assert session.offer(ONE).stage == "mail"
        assert session.closed
        other.thread.join()
        assert other.heard == group("one")


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ("550 5.7.1 no\r\n", "550 5.7.1 no"),
        ("250 ok\r\n550 5.1.1 unknown\r\n", "550 5.1.1 unknown"),
        ("250 ok\r\n550 5.1.1 unknown\r\nwhat?\r\n", "550 5.1.1 unknown"),
    ],
)
def test_a_refusal_stands_though_the_line_breaks_after_it(answers, found):
    with dictated(lambda relay: (relay.until(b"DATA"), relay.say(answers))) as (session, _):
        assert str(session.offer(BAD)) == found
        assert session.closed


@pytest.mark.parametrize(
    "answers", ["", "250 ok\r\n", "250 ok\r\n250 ok\r\n", "250 ok\r\n250 ok\r\n250 ok\r\n", "hello\r\n", "354 go\r\n"]
)
def test_a_line_that_breaks_before_the_body_is_before_the_dot(answers):
    with dictated(lambda relay: (relay.until(b"DATA\r\n"), relay.say(answers))) as (session, _):
        with pytest.raises(BeforeDot) as caught:
            session.offer(ONE)
        assert caught.value.reply is None
        assert session.closed


def test_421_before_the_recipient_is_nobodys():
    with dictated(lambda relay: (relay.until(b"DATA\r\n"), relay.say("421 4.3.2 bye\r\n"))) as (session, _):
        with pytest.raises(BeforeDot) as caught:
            session.offer(ONE)
        assert caught.value.reply.code == 421
        assert session.spent


@pytest.mark.parametrize("before", ["250 ok\r\n", "250 ok\r\n250 ok\r\n"])
def test_421_later_is_an_answer_to_the_mail(before):
    """Else a recipient that always makes the relay hang up would be tried for ever."""
    with dictated(lambda relay: (relay.until(b"DATA\r\n"), relay.say(before + "421 4.7.0 no\r\n"))) as (session, _):
        assert session.offer(ONE).code == 421
        assert session.closed


def ready(relay: Dictated) -> None:
    relay.until(b"DATA\r\n")
    relay.say(OK3)


def test_no_answer_to_the_dot_is_doubt():
    def says(relay: Dictated):
        ready(relay)
        relay.until(DOT)

    with dictated(says) as (session, _):
        session.offer(ONE)
        with pytest.raises(AfterDot, match="closed the connection"):
            session.deliver(MAIL)
        assert session.closed


@pytest.mark.parametrize("said", ["perhaps\r\n", "354 go on\r\n", "334 what\r\n", "250-half"])
def test_an_answer_to_the_dot_that_is_none_is_doubt(said):
    def says(relay: Dictated):
        ready(relay)
        relay.until(DOT)
        relay.say(said)

    with dictated(says) as (session, _):
        session.offer(ONE)
        with pytest.raises(AfterDot):
            session.deliver(MAIL, TWO)


def test_a_relay_that_thinks_too_long_about_the_dot_is_doubt():
    from newsletter.delivery.smtp import Timeouts

    def says(relay: Dictated):
        ready(relay)
        relay.until(b"never")

    with dictated(says, timeouts=Timeouts(dot=0.1, quit=0.1)) as (session, _):
        session.offer(ONE)
        with pytest.raises(AfterDot, match="in time"):
            session.deliver(MAIL)


@pytest.mark.parametrize("code", ["451 4.3.0 later", "554 5.7.1 spam"])
def test_a_no_to_the_dot_and_the_next_mail_goes_on(code):
    def says(relay: Dictated):
        ready(relay)
        relay.until(b"DATA\r\n")
        relay.say(f"{code}\r\n" + OK3)
        relay.until(DOT)
        relay.say("250 ok\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        assert str(session.deliver(MAIL, TWO)) == code
        assert session.offer(TWO) is None
        assert session.deliver(OTHER).taken


def test_421_to_the_dot_is_a_no_and_the_end():
    def says(relay: Dictated):
        ready(relay)
        relay.until(DOT)
        relay.say("421 4.3.2 bye\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        assert session.deliver(MAIL, TWO).code == 421
        assert session.closed
        with pytest.raises(BeforeDot):
            session.offer(TWO)


BIG = a_mail(1, size=20_000_000)


def test_a_relay_that_hangs_up_in_the_body_did_not_take_it():
    def says(relay: Dictated):
        ready(relay)
        relay.theirs.recv(1000)

    with dictated(says) as (session, _):
        session.offer(ONE)
        with pytest.raises(BeforeDot):
            session.deliver(BIG, TWO)


def test_a_relay_that_refuses_in_the_body_and_hangs_up_is_heard():
    def says(relay: Dictated):
        ready(relay)
        relay.theirs.recv(1000)
        relay.say("552 5.3.4 too big\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        assert session.deliver(BIG).enhanced == "5.3.4"
        assert session.closed


def test_a_yes_to_half_a_body_is_none():
    def says(relay: Dictated):
        ready(relay)
        relay.theirs.recv(1000)
        relay.say("250 ok\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        with pytest.raises(BeforeDot):
            session.deliver(BIG)


@pytest.mark.parametrize("extra", ["250 ok\r\n", "421 bye\r\n", "what\r\n"])
def test_words_that_nobody_asked_for_are_not_taken_for_an_answer(extra):
    """A yes too many, taken for the next dot's, would lose a mail."""
    with dictated(lambda relay: (relay.until(b"DATA\r\n"), relay.say(OK3 + extra), relay.all())) as (session, _):
        assert session.offer(ONE) is None
        with pytest.raises(BeforeDot, match="without being asked"):
            session.deliver(MAIL)
    with dictated(lambda relay: relay.all()) as (session, _):
        session._wire._heard = extra.encode()
        with pytest.raises(BeforeDot, match="without being asked"):
            session.offer(ONE)


def test_a_yes_too_many_is_found_at_the_next_354():
    def says(relay: Dictated):
        ready(relay)
        relay.until(b"DATA\r\n")
        relay.say("250 queued\r\n250 queued again\r\n" + OK3)

    with dictated(says) as (session, _):
        session.offer(ONE)
        assert session.deliver(MAIL, TWO).taken
        with pytest.raises(BeforeDot, match="does not fit"):
            session.offer(TWO)


def test_what_is_known_without_asking_is_not_asked():
    with dictated(lambda relay: relay.all(), {"size": "50"}) as (session, other):
        assert session.offer(ONE).enhanced == "5.3.4"
        assert session.offer(an_envelope("søren@a.example", size=10)).enhanced == "5.6.7"
        session.abandon()
        other.thread.join()
        assert other.heard == b""


def test_a_next_mail_that_is_refused_without_asking_is_not_announced():
    seen = []

    def says(relay: Dictated):
        ready(relay)
        seen.append(relay.until(DOT))
        relay.say("250 ok\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        session.deliver(MAIL, an_envelope("no address"))
        assert session.offer(an_envelope("no address")).enhanced == "5.1.3"
    assert seen == [MAIL + b".\r\n"]


def test_the_last_mail_of_a_connection_announces_none():
    seen = []

    def says(relay: Dictated):
        for _ in range(2):
            relay.until(b"DATA\r\n")
            relay.say(OK3)
            seen.append(relay.until(DOT))
            relay.say("250 ok\r\n")

    with dictated(says, most=1) as (session, _):
        session.offer(ONE)
        session.deliver(MAIL, TWO)
        assert session.spent
        assert not session.closed
    assert seen == [MAIL + b".\r\n"]


def test_a_mail_that_is_not_sent_is_not_ended():
    with dictated(lambda relay: (ready(relay), relay.all())) as (session, other):
        session.offer(ONE)
        session.close()
        other.thread.join()
        assert other.heard == group("one")


def test_an_announced_mail_that_does_not_come_is_not_ended():
    def says(relay: Dictated):
        ready(relay)
        relay.until(DOT)
        relay.say("250 ok\r\n" + OK3)
        relay.all()

    with dictated(says) as (session, other):
        session.offer(ONE)
        session.deliver(MAIL, TWO)
        session.close()
        other.thread.join()
        assert other.heard == group("one") + MAIL + b".\r\n" + group("two")


def test_a_mail_with_wrong_line_ends_leaves_the_machine_nowhere():
    with dictated(lambda relay: (ready(relay), relay.all())) as (session, other):
        session.offer(ONE)
        with pytest.raises(ValueError, match="CR or LF"):
            session.deliver(b"a\r\n\n.\r\nMAIL FROM:<x@y>\r\n")
        assert session.closed
        other.thread.join()
        assert other.heard == group("one")


def test_what_was_stuffed_before_is_not_stuffed_again():
    seen = []

    def says(relay: Dictated):
        ready(relay)
        seen.append(relay.until(DOT))
        relay.say("250 ok\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        session.deliver(stuffed(b".a\r\nb\r\n"))
    assert seen == [b"..a\r\nb\r\n.\r\n"]


def test_dots_are_doubled():
    seen = []

    def says(relay: Dictated):
        ready(relay)
        seen.append(relay.until(DOT))
        relay.say("250 ok\r\n")

    with dictated(says) as (session, _):
        session.offer(ONE)
        session.deliver(b".a\r\n..\r\n.\r\nb.\r\n")
    assert seen == [b"..a\r\n...\r\n..\r\nb.\r\n.\r\n"]


def test_the_order_is_held():
    with dictated(lambda relay: (ready(relay), relay.all())) as (session, _):
        with pytest.raises(ValueError, match="no mail was offered"):
            session.deliver(MAIL)
        session.offer(ONE)
        with pytest.raises(ValueError, match="under way"):
            session.offer(TWO)


def test_leaving_does_not_wait_for_a_relay_that_does_not_answer():
    from newsletter.delivery.smtp import Timeouts

    with dictated(lambda relay: relay.all(), timeouts=Timeouts(quit=0.05)) as (session, _):
        session.close()
        session.close()
        assert session.closed
