"""What a mail that came back changes in the register, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from bounces_kit import BO, PRIVACY, Town, a_bounce, sample
from register_kit import NOW, a_person
from sqlalchemy import insert, select, update

from newsletter.delivery.bounces.refusals import work_refusals
from newsletter.delivery.bounces.thresholds import MOST_SOFT, QUIET, recount
from newsletter.store.tables import audit, batches, deliveries, delivery_events, people, sends
from newsletter.subscribers.act import acting
from newsletter.subscribers.people import suppress

FULL = ("5.2.2", "552 5.2.2 over quota")
MONTH = timedelta(days=30)


@pytest.fixture
def town(register):
    return Town(register)


def test_who_does_not_exist_is_written_to_no_more(town):
    send = town.send()
    worked = town.take_in(a_bounce(answers=town.message_id(send)))
    assert (worked.kinds, worked.suppressed) == ({"hard": 1}, 1)
    assert town.events() == [(send, "hard", "5.1.1")]
    assert town.suppressed() == "bounced"
    assert town.standing() == ("subscribed", 0)  # a bounce takes back no consent


def test_the_same_mail_again_changes_nothing(town):
    send = town.send()
    mail = a_bounce(*FULL, answers=town.message_id(send))
    town.take_in(mail)
    stored_otherwise = b"From relay Tue Jan  5 09:00:00 2027\n" + mail.replace(b"\n", b"\r\n")
    assert town.take_in(stored_otherwise).again == 1
    assert (len(town.events()), town.standing()) == (1, ("subscribed", 1))


def test_a_delivery_is_found_by_the_address_it_came_back_to(town):
    first, second = town.send(), town.send("2027-02", at=NOW + timedelta(minutes=1))
    town.take_in(a_bounce(to=f"nyt+{first}.{town.hash.hex()}@kommune.example", recipient="somebody@else.example"))
    town.take_in(a_bounce(*FULL, number=2))  # by nothing but the address: the newest
    assert [event[0] for event in town.events()] == [first, second]


def test_a_late_part_is_found_under_its_root(town):
    send = town.send()
    with town.register.write() as connection:
        columns = {"issue": "2027-01", "kind": "late", "digest": "d", "audience_size": 1, "state": "done"}
        late = connection.scalar(
            insert(sends)
            .values(**columns, parent_id=send, approved_by="maja", approved_at=NOW, send_at=NOW)
            .returning(sends.c.id)
        )
        connection.execute(insert(batches).values(send_id=late, number=1, state="done"))
        connection.execute(update(deliveries).values(send_id=late))
    town.take_in(a_bounce(answers=town.message_id(late)))
    assert town.events() == [(send, "hard", "5.1.1")]


def test_a_report_that_anybody_may_have_written_suppresses_nobody_who_was_not_written_to(town):
    town.take_in(a_bounce())
    town.send(at=NOW - timedelta(days=90))
    town.take_in(a_bounce(number=2))
    assert town.events() == [(None, "hard", "5.1.1")] * 2
    assert town.suppressed() is None


def test_a_list_of_addresses_without_our_sign_suppresses_nobody(town):
    town.send()
    worked = town.take_in(sample("postfix-two"))
    assert (worked.kinds, town.suppressed()) == ({"hard": 1, "soft": 1}, None)


def test_what_concerns_nobody_is_counted(town):
    worked = town.take_in(a_bounce(recipient="ukendt@andet.example"))
    assert (worked.unmatched, town.events()) == (1, [(None, "hard", "5.1.1")])


@pytest.mark.parametrize(
    ("status", "said"),
    [("5.2.1", "550 5.2.1 mailbox disabled"), ("5.4.4", "Host not found, domain does not exist")],
)
def test_what_may_come_back_counts_from_the_second_send(town, status, said):
    first, second = town.send(), town.send("2027-02")
    town.take_in(a_bounce(status, said, answers=town.message_id(first)))
    town.take_in(a_bounce(status, said, answers=town.message_id(first), number=2))  # the same send twice
    assert town.suppressed() is None
    town.take_in(a_bounce(status, said, answers=town.message_id(second), number=3))
    assert town.suppressed() == "bounced"


def test_soft_bounces_of_five_sends_in_a_row_are_enough(town):
    for n in range(MOST_SOFT):
        assert town.suppressed() is None
        at = NOW + n * MONTH
        send = town.send(f"2027-0{n}", at=at)
        town.take_in(a_bounce(*FULL, answers=town.message_id(send), number=n), now=at + timedelta(hours=1))
        town.take_in(a_bounce(*FULL, answers=town.message_id(send), number=n + 50), now=at + timedelta(hours=2))
        assert town.standing() == ("subscribed", n + 1)
    assert town.suppressed() == "bounced"


def test_a_good_delivery_begins_the_count_anew(town):
    for n in range(4):
        send = town.send(f"2027-0{n}", at=NOW + n * MONTH)
        town.take_in(a_bounce(*FULL, answers=town.message_id(send), number=n), now=NOW + n * MONTH)
    good = NOW + 4 * MONTH
    town.send("2027-05", at=good)
    with town.register.write() as connection:
        assert recount(connection, good + QUIET - timedelta(minutes=1)) == 0  # something may come yet
        assert recount(connection, good + QUIET) == 1
    assert town.standing() == ("subscribed", 0)
    last = town.send("2027-06", at=good + MONTH)
    town.take_in(a_bounce(*FULL, answers=town.message_id(last), number=9), now=good + MONTH)
    assert (town.standing(), town.suppressed()) == (("subscribed", 1), None)


def test_what_is_our_fault_punishes_nobody(town):
    for n in range(6):
        send = town.send(f"2027-0{n}", at=NOW + n * MONTH)
        said = ("5.7.1", "550 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org")
        town.take_in(a_bounce(*said, answers=town.message_id(send), number=n), now=NOW + n * MONTH)
    assert (town.standing(), town.suppressed()) == (("subscribed", 0), None)


def test_a_complaint_unsubscribes_for_good(town):
    worked = town.take_in(sample("arf-abuse"))
    assert (worked.unsubscribed, town.suppressed(), town.standing()) == (1, "complained", ("unsubscribed", 0))
    assert town.take_in(sample("arf-abuse")).again == 1


def test_automatic_answers_delays_and_receipts_change_nothing(town):
    town.send()
    for name in ("away-da", "away-en", "challenge", "gmail-delay", "read-receipt", "eol-relayed"):
        town.take_in(sample(name))
    assert (town.standing(), town.suppressed()) == (("subscribed", 0), None)


@pytest.mark.parametrize(
    ("mail", "state"),
    [
        ({"status": "5.1.1"}, "rejected"),
        ({"status": "4.2.2", "said": "452 4.2.2 over quota"}, "rejected"),
        ({"status": "2.0.0", "said": "250 ok", "action": "relayed"}, "accepted"),
        ({"status": "4.4.1", "said": "timed out", "action": "delayed"}, "accepted"),
    ],
)
def test_what_was_in_doubt_is_settled_by_our_own_sign_only(town, mail, state):
    send = town.send(state="in_doubt")
    town.take_in(a_bounce(**mail, number=1))
    assert town.state(send) == "in_doubt"
    worked = town.take_in(a_bounce(**mail, answers=town.message_id(send), number=2))
    assert (town.state(send), worked.settled) == (state, 1)


def test_an_answer_to_the_mail_settles_it_too(town):
    send = town.send(state="in_doubt")
    answer = sample("away-da").decode()
    ours = "<2027-01.12.0123456789abcdef0123456789abcdef@kommune.example>"
    assert town.take_in(answer.replace(ours, town.message_id(send)).encode()).settled == 1
    assert town.state(send) == "accepted"


def test_who_asks_by_mail_to_leave_leaves(town):
    from newsletter.delivery.message.tokens import make_token

    subject = f"SV: afmeld {make_token(town.register.key, town.bo)}"
    mail = f"From: <en@anden.example>\nTo: afmeld@kommune.example\nSubject: {subject}\n\n".encode()
    assert town.take_in(mail).unsubscribed == 1
    assert (town.standing()[0], town.suppressed()) == ("unsubscribed", "unsubscribed")


@pytest.mark.parametrize(
    ("subject", "leaves"),
    [
        ("Afmeld", True),
        ("unsubscribe", True),
        ("Re: Unsubscribe", True),
        ("Afmelding", True),
        ("Nyt i januar", False),
        ("afmeld broken-token.1234567890123456789012", True),
        ("Automatisk svar: afmeld", False),
    ],
)
def test_without_a_token_the_address_counts_that_it_comes_from(town, subject, leaves):
    mail = f"From: Bo <{BO}>\nTo: afmeld@kommune.example\nSubject: {subject}\n\nVenlig hilsen".encode()
    assert town.take_in(mail).unsubscribed == leaves
    assert (town.standing()[0] == "unsubscribed") == leaves


def test_what_is_not_understood_is_for_a_person(town):
    worked = town.take_in(sample("person"))
    assert worked.look_at == ["a mail"]


def test_no_address_is_kept(town):
    send = town.send()
    said = f"550 5.1.1 <{BO}>: user unknown, ask ida@firma.example"
    town.take_in(a_bounce("5.1.1", said, answers=town.message_id(send)))
    with town.register.read() as connection:
        rows = [row for table in (audit, delivery_events) for row in connection.execute(select(table))]
    kept = [value for row in rows for value in row if isinstance(value, str)]  # a hash may hold any byte
    assert kept
    assert "@" not in "".join(kept)
    assert json.loads(connection_detail(town))["reason"] == "bounced"


def connection_detail(town):
    with town.register.read() as connection:
        return connection.scalar(select(audit.c.detail).where(audit.c.action == "subscribers suppress"))


def test_a_stronger_no_stays(town):
    send = town.send()
    with acting(town.register, PRIVACY, now=NOW, actor="maja") as act:
        suppress(act, BO, "asked")
    town.take_in(a_bounce(answers=town.message_id(send)))
    assert town.suppressed() == "asked"


def test_refusals_while_sending_count_like_bounces(town):
    first, second = town.send(state="rejected", smtp_code=550), town.send("2027-02", state="rejected", smtp_code=550)
    with town.register.write() as connection:
        one = update(deliveries).where(deliveries.c.root_id == first)
        connection.execute(one.values(smtp_text="5.2.1 mailbox disabled"))
        connection.execute(update(deliveries).where(deliveries.c.root_id == second).values(smtp_text="5.7.1 spam"))
    worked = work_refusals(town.register, PRIVACY, now=NOW, actor="maja")
    assert worked.kinds == {"hard": 1, "sender": 1}
    assert town.suppressed() is None
    again = work_refusals(town.register, PRIVACY, now=NOW, actor="maja")
    assert not again.kinds
    third = town.send("2027-03", state="rejected", smtp_code=550)
    with town.register.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.root_id == third).values(smtp_text="5.1.1 user unknown")
        )
    assert work_refusals(town.register, PRIVACY, now=NOW, actor="maja").suppressed == 1
    assert town.suppressed() == "bounced"


def test_somebody_erased_is_nobody(town):
    send = town.send()
    with town.register.write() as connection:
        a_person(connection, town.register, "ida@firma.example")
        connection.execute(people.delete().where(people.c.address == BO))
    town.take_in(a_bounce(answers=town.message_id(send)))
    assert (town.events(), town.suppressed()) == ([(send, "hard", "5.1.1")], None)
