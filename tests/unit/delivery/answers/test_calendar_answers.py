"""What calendars answer: read from real mails, and worked in for those alone who were invited."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from events_kit import EVENT, Guests, terms
from hypothesis import given
from hypothesis import strategies as st
from people_kit import PRIVACY
from register_kit import NOW, a_person
from sqlalchemy import insert, select, update
from support import edit

from newsletter.delivery.answers.events import Events
from newsletter.delivery.answers.replies import Answer, Unclear
from newsletter.delivery.bounces.classify import classify
from newsletter.delivery.bounces.work_in import Worked, work_in
from newsletter.settings import read_settings
from newsletter.store.tables import audit, delivery_events, invitations, people, sign_ups

if TYPE_CHECKING:
    from newsletter.store.register import Register

SAMPLES = Path(__file__).parent / "samples"
UID = "morgenmoede@nyt.example"
LATER = NOW + timedelta(days=3)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.mail").read_bytes()


def a_reply(
    said: str = "ACCEPTED", *, attendee: str = "bo@firma.example", sender: str = "", number: int = 1, **more: Any
) -> bytes:
    """A reply as short as may be; `number` tells one mail from another."""
    facts = {"uid": UID, "sequence": 0, "stamp": "20261123T080000Z", **more}
    return f"""\
From: {sender or attendee}
Subject: x
Message-ID: <reply-{number}@firma.example>
Content-Type: text/calendar; method=REPLY; charset=utf-8

BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:{facts["uid"]}
SEQUENCE:{facts["sequence"]}
DTSTAMP:{facts["stamp"]}
ATTENDEE;PARTSTAT={said}:mailto:{attendee}
END:VEVENT
END:VCALENDAR
""".encode()


class Invited:
    """A workspace with a meeting, and Bo, who was invited to it."""

    def __init__(self, register: Register, root: Path) -> None:
        self.register, self.root = register, root
        edit(root, "content/events/morgenmoede.md", "series: netvaerk", "capacity: 3")
        with register.write() as connection:
            self.bo = a_person(connection, register, "bo@firma.example", name="Bo")
            self._invite(connection, self.bo)

    def _invite(self, connection: Any, person: int, sequence: int = 0) -> None:
        row = {"event": EVENT, "person_id": person, "sequence": sequence, "sent_at": NOW}
        connection.execute(insert(invitations).values(row))

    def take_in(self, mail: bytes, now: datetime = LATER) -> Worked:
        events = Events(self.root, read_settings(self.root))
        return work_in(self.register, PRIVACY, mail, "a mail", now=now, actor="maja", events=events)

    def place(self) -> str | None:
        with self.register.read() as connection:
            return connection.scalar(select(sign_ups.c.state).where(sign_ups.c.person_id == self.bo))

    def answer(self) -> tuple[str | None, datetime | None]:
        with self.register.read() as connection:
            row = connection.execute(select(invitations.c.answer, invitations.c.answered_at)).one()
        return row.answer, row.answered_at

    def sequence(self, number: int) -> None:
        with self.register.write() as connection:
            connection.execute(update(invitations).values(sequence=number))


@pytest.fixture
def invited(register, root):
    return Invited(register, root)


@pytest.mark.parametrize(
    ("name", "said", "stamp", "has_comment"),
    [
        ("outlook-accepts", "accepted", datetime(2026, 11, 23, 8, 1, 10, tzinfo=UTC), False),
        ("outlook-comment", "accepted", datetime(2026, 11, 23, 8, 1, 10, tzinfo=UTC), True),
        ("outlook-declines", "declined", datetime(2026, 11, 24, 8, 1, 10, tzinfo=UTC), False),
        ("outlook-perhaps", "tentative", datetime(2026, 11, 23, 9, tzinfo=UTC), False),
        ("gmail-accepts", "accepted", datetime(2026, 11, 23, 10, 15, tzinfo=UTC), False),
        ("apple-declines", "declined", datetime(2026, 11, 23, 12, tzinfo=UTC), False),
        ("thunderbird-accepts", "accepted", datetime(2026, 11, 23, 11, 2, tzinfo=UTC), False),
    ],
)
def test_what_real_calendars_write_is_read(name, said, stamp, has_comment):
    """Base64, quoted-printable, folded lines, names in quotes with colons, MAILTO:, the method in the header alone."""
    found = classify(sample(name)).answer
    assert isinstance(found, Answer)
    assert (found.uid.lower(), found.attendee.lower()) == (UID, "bo@firma.example")
    assert (found.said, found.sequence, found.stamp, found.has_comment) == (said, 0, stamp, has_comment)


@pytest.mark.parametrize(
    ("more", "has_comment"), [("", False), ('X-RESPONSE-COMMENT="Vi er to"', True), ("X-NUM-GUESTS=1", True)]
)
def test_a_note_of_gmails_and_guests_they_bring_are_for_a_person_to_read(more, has_comment):
    mail = sample("gmail-accepts").replace(b"X-NUM-GUESTS=0", more.encode() or b"X-NUM-GUESTS=0")
    found = classify(mail).answer
    assert isinstance(found, Answer)
    assert (found.said, found.has_comment) == ("accepted", has_comment)


@pytest.mark.parametrize("name", ["outlook-accepts", "gmail-accepts", "thunderbird-accepts", "outlook-comment"])
def test_a_yes_signs_up(invited, name):
    worked = invited.take_in(sample(name))
    assert (worked.answers, invited.place(), invited.answer()[0]) == ({"signed-up": 1}, "signed-up", "accepted")
    assert (worked.kinds, worked.unmatched) == ({}, 0)
    assert bool(worked.look_at) is (name == "outlook-comment")


@pytest.mark.parametrize("name", ["outlook-declines", "apple-declines"])
def test_a_no_gives_the_seat_back_to_who_waits(invited, name):
    guests = Guests(invited.register)
    invited.take_in(sample("outlook-accepts"))
    for each in "abc":
        guests.up(each)
    worked = invited.take_in(sample(name))
    assert (worked.answers, invited.place()) == ({"declined": 1}, "cancelled")
    assert guests.places()["c"] == ("signed-up", 1)


def test_a_no_of_who_had_no_seat_is_remembered_and_perhaps_changes_no_seat(invited):
    invited.take_in(sample("outlook-perhaps"))
    assert (invited.place(), invited.answer()[0]) == (None, "tentative")
    invited.take_in(sample("outlook-declines"))
    assert (invited.place(), invited.answer()[0]) == (None, "declined")


def test_a_yes_to_a_full_house_waits(invited):
    guests = Guests(invited.register)
    guests.up("a", 3)
    assert invited.take_in(sample("gmail-accepts")).answers == {"waiting": 1}
    guests.off("a")
    assert invited.place() == "signed-up"


def test_who_has_seats_already_keeps_them(invited):
    guests = Guests(invited.register, "")
    guests.ids["bo"] = invited.bo
    guests.up("bo", 3)
    edit(invited.root, "content/events/morgenmoede.md", "capacity: 3", "capacity: 2")  # a smaller room, afterwards
    assert invited.take_in(sample("gmail-accepts")).answers == {"signed-up": 1}
    assert guests.places() == {"bo": ("signed-up", 3)}


def test_the_same_mail_twice_changes_nothing(invited):
    invited.take_in(sample("outlook-accepts"))
    before = (invited.place(), invited.answer(), lines(invited.register))
    worked = invited.take_in(sample("outlook-accepts").replace(b"\n", b"\r\n"))
    assert (worked.again, worked.answers) == (1, {})
    assert (invited.place(), invited.answer(), lines(invited.register)) == before


def lines(register: Register) -> int:
    with register.read() as connection:
        return len(connection.execute(select(audit.c.id)).all())


def test_an_answer_to_what_has_changed_since_is_left_with_a_word(invited):
    invited.sequence(2)
    worked = invited.take_in(a_reply(sequence=1))
    assert (worked.answers, invited.place()) == ({"older": 1}, None)
    assert worked.ignored == ["a mail: answers morgenmoede as it was before it changed"]
    assert invited.take_in(a_reply(sequence=2, number=2)).answers == {"signed-up": 1}


def test_the_later_answer_counts_in_whatever_order_they_come(invited):
    invited.take_in(a_reply("DECLINED", stamp="20261124T080000Z"))
    worked = invited.take_in(a_reply("ACCEPTED", stamp="20261123T080000Z", number=2))
    assert (worked.answers, invited.place(), invited.answer()[0]) == ({"older": 1}, None, "declined")


def test_a_clock_that_runs_ahead_shuts_nobody_out(invited):
    invited.take_in(a_reply("DECLINED", stamp="20991231T235959Z"))
    assert invited.answer() == ("declined", LATER)
    later = LATER + timedelta(hours=1)
    assert invited.take_in(a_reply(stamp="20991231T235959Z", number=2), later).answers == {"signed-up": 1}


@pytest.mark.parametrize(
    ("changed", "now", "word"),
    [
        (("capacity: 3", "cancelled: true"), LATER, "cancelled"),
        (("capacity: 3", "capacity: 4"), terms().end, "over"),
    ],
)
def test_an_event_that_is_over_or_cancelled_takes_no_answer(invited, changed, now, word):
    edit(invited.root, "content/events/morgenmoede.md", *changed)
    worked = invited.take_in(sample("gmail-accepts"), now)
    assert (worked.answers, worked.ignored) == ({"over": 1}, [f"a mail: morgenmoede is {word}"])
    assert (invited.place(), invited.answer()[0]) == (None, None)


def test_a_yes_after_the_last_day_is_for_a_person(invited):
    edit(invited.root, "content/events/morgenmoede.md", "capacity: 3", "sign_up_by: 2026-11-24")
    worked = invited.take_in(sample("gmail-accepts"))
    assert (worked.answers, invited.place()) == ({"look": 1}, None)
    assert worked.look_at == ["a mail: says yes to morgenmoede after the last day to sign up"]


FOREIGN = {
    "an address that was not invited": a_reply(attendee="alias@firma.example"),
    "somebody in the register who was not invited": a_reply(attendee="anna@firma.example"),
    "somebody for Bo": a_reply(sender="mallory@else.example"),
    "a delegate": sample("delegate-accepts"),
    "an event nobody knows": a_reply(uid="another@nyt.example"),
    "an event of another house": a_reply(uid="morgenmoede@else.example"),
    "another time": sample("proposes-another-time"),
    "nothing in particular": a_reply("NEEDS-ACTION"),
    "two people": a_reply(attendee="bo@firma.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@firma.example"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_sure_is_for_a_person_and_changes_nothing(invited, name):
    with invited.register.write() as connection:
        a_person(connection, invited.register, "anna@firma.example")
    worked = invited.take_in(FOREIGN[name])
    assert (worked.answers, len(worked.look_at)) == ({"look": 1}, 1)
    assert (invited.place(), invited.answer()[0]) == (None, None)
    assert "@" not in worked.look_at[0]  # it goes into a log


def test_an_erased_person_cannot_answer_any_more(invited):
    with invited.register.write() as connection:
        connection.execute(people.delete())
    assert invited.take_in(sample("gmail-accepts")).answers == {"look": 1}


def test_nothing_is_kept_of_an_answer_but_that_it_came(invited):
    invited.take_in(sample("outlook-comment"))
    with invited.register.read() as connection:
        (row,) = connection.execute(select(delivery_events)).all()
        told = connection.scalars(select(audit.c.detail)).all()
    assert (row.kind, row.diagnostic, row.root_id) == ("unknown", None, None)
    assert not any("Vi kommer" in detail or "@" in detail for detail in told)


def test_without_a_workspace_an_answer_is_for_a_person(invited):
    worked = work_in(invited.register, PRIVACY, sample("gmail-accepts"), "a mail", now=NOW, actor="maja")
    assert (worked.answers, worked.look_at) == ({"look": 1}, ["a mail: answers an invitation"])


HOSTILE = {
    "parameters": b"A;" * 90_000 + b":x\n",
    "quotes": b'"' * 190_000,
    "semicolons in quotes": b'A;B="' + b";" * 190_000 + b'":x\n',
    "folds": b"\n " * 90_000,
    "depth": b"BEGIN:VEVENT\n" * 14_000,
    "people": b"BEGIN:VEVENT\nUID:x\n" + b"ATTENDEE:mailto:a@b.example\n" * 7_000,
    "a number": b"BEGIN:VEVENT\nUID:x\nSEQUENCE:" + b"9" * 100_000 + b"\nEND:VEVENT\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_calendars_are_read_in_a_moment(name):
    mail = b"Content-Type: text/calendar; method=REPLY\n\n" + HOSTILE[name]
    began = time.process_time()
    assert isinstance(classify(mail).answer, Unclear)
    assert time.process_time() - began < 1


@given(st.binary(max_size=400), st.sampled_from([b"", b"\nUID:x\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"]))
def test_nothing_in_a_calendar_raises(noise, more):
    mail = b"Content-Type: text/calendar; method=REPLY\n\nBEGIN:VEVENT" + more + b"\n" + noise
    assert isinstance(classify(mail).answer, Answer | Unclear | None)
