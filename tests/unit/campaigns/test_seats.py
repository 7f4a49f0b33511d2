"""Seats and the waiting list: never more than there are, and nobody waits who fits."""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from events_kit import EVENT, Guests, terms
from hypothesis import given, settings
from hypothesis import strategies as st
from people_kit import PRIVACY, act, refusal
from register_kit import NOW
from sqlalchemy import delete, select

from newsletter.campaigns.signups.attendance import note_attendance
from newsletter.campaigns.signups.listing import danish, listed
from newsletter.campaigns.signups.seats import settle, taken
from newsletter.problems import Refused
from newsletter.store.tables import audit, people, sign_ups
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.people import Details, enter, suppress
from newsletter.subscribers.privacy.erase import erase
from newsletter.subscribers.suppressions import suppression_of

AFTER = terms().end + timedelta(minutes=1)


@pytest.fixture
def guests(register):
    return Guests(register)


def test_who_comes_when_all_seats_are_taken_waits_and_moves_up_in_turn(guests):
    assert [guests.up(name).place for name in "abc"] == ["signed-up"] * 3
    assert [(each.place, each.queue) for each in map(guests.up, "de")] == [("waiting", 1), ("waiting", 2)]
    off = guests.off("b")
    assert (off.before, off.moved) == ("signed-up", (guests.ids["d"],))
    assert guests.places() == {
        "a": ("signed-up", 1),
        "b": ("cancelled", 1),
        "c": ("signed-up", 1),
        "d": ("signed-up", 1),
        "e": ("waiting", 1),
    }


def test_the_first_who_fits_moves_up_and_who_needs_more_keeps_their_turn(guests):
    guests.up("a", 2)
    guests.up("b")
    guests.up("c", 2)
    guests.up("d")
    assert guests.off("b").moved == (guests.ids["d"],)
    assert guests.off("a").moved == (guests.ids["c"],)


def test_who_signs_up_again_keeps_the_seat_and_who_comes_back_stands_behind(guests):
    for name in "abcd":
        guests.up(name)
    again = guests.up("a")
    assert (again.place, again.before) == ("signed-up", "signed-up")
    guests.off("a")
    guests.up("e", now=NOW + timedelta(minutes=1))
    back = guests.up("a", now=NOW + timedelta(minutes=2))
    assert (back.place, back.before, back.queue) == ("waiting", "cancelled", 2)


def test_fewer_seats_let_others_move_up_and_more_than_are_free_are_refused(guests):
    guests.up("a", 3)
    guests.up("b")
    assert guests.up("a", 1).moved == (guests.ids["b"],)
    assert "1 more seat is free, they have 1" in refusal(lambda: guests.up("a", 3))
    assert guests.places()["a"] == ("signed-up", 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cancelled": True}, "is cancelled"),
        ({"ours": False}, "held by others"),
        ({"end": NOW, "start": NOW - timedelta(hours=1)}, "is over"),
    ],
)
def test_nobody_signs_up_for_what_is_over_called_off_or_held_by_others(guests, changed, said):
    assert said in refusal(lambda: guests.up("a", at=terms(**changed)))
    assert guests.places() == {}


def test_one_sign_up_takes_no_more_seats_than_there_are(guests):
    assert "1 to 3 seats, not 4" in refusal(lambda: guests.up("a", 4))
    assert "1 to 50 seats, not 0" in refusal(lambda: guests.up("a", 0, at=terms(None)))


def test_a_larger_room_is_given_to_those_who_wait(guests):
    for name in "abcde":
        guests.up(name)
    with act(guests.register) as doing:
        assert settle(doing, terms(4)) == (guests.ids["d"],)
        assert settle(doing, terms(4)) == ()


def test_the_seat_of_who_is_erased_is_free_for_who_waited_not_for_who_comes(guests, tmp_path):
    for name in "abcd":
        guests.up(name)
    erase(guests.register, PRIVACY, tmp_path, parse_address("b@x.example"), now=NOW, actor="maja")
    late = guests.up("e")
    assert (late.place, late.moved) == ("waiting", (guests.ids["d"],))
    assert guests.places()[None] == ("cancelled", 1)


def test_who_was_erased_after_the_event_is_counted_still(guests, tmp_path):
    guests.up("a")
    with act(guests.register, AFTER) as doing:
        note_attendance(doing, terms(), others=True)
    erase(guests.register, PRIVACY, tmp_path, parse_address("a@x.example"), now=AFTER, actor="maja")
    with act(guests.register, AFTER) as doing:
        assert settle(doing, terms()) == ()
    with guests.register.read() as connection:
        (line,) = listed(connection, terms()).lines
    assert (line.name, line.address, line.place, line.attended) == ("", "", "signed-up", True)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 3), st.sampled_from([2, 3, 5])), min_size=1, max_size=14
)


@settings(max_examples=25)
@given(operations=OPERATIONS)
def test_never_more_than_there_are_and_nobody_waits_who_fits(guests, operations):
    """Whoever signs up, off and for other numbers of seats; the room only grows: a smaller one sends nobody home."""
    with guests.register.write() as connection:
        connection.execute(delete(sign_ups))
    room = 2
    for name, seats, capacity in operations:
        room = max(room, capacity)
        if seats == 0:
            guests.off(name, at=terms(room))
        else:
            with contextlib.suppress(Refused):  # more seats than are free
                guests.up(name, min(seats, room), at=terms(room))
        held = guests.places().values()
        free = room - sum(number for state, number in held if state == "signed-up")
        assert free >= 0
        assert all(number > free for state, number in held if state == "waiting")


def test_two_who_write_at_once_never_give_a_seat_twice(register):
    """Forty people, ten seats, eight threads, and half of those who got one sign off again."""
    names = [f"n{number}" for number in range(40)]
    guests = Guests(register, names)
    ten = terms(10)

    def come(name: str) -> str:
        found = guests.up(name, 1 + len(name) % 2, at=ten)
        if name.endswith(("1", "3", "5")):
            guests.off(name, at=ten)
        with register.read() as connection:
            assert taken(connection, EVENT) <= 10
        return found.place

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(come, names))
    held = guests.places().values()
    free = 10 - sum(number for state, number in held if state == "signed-up")
    assert free == 0 or all(number > free for state, number in held if state == "waiting")
    assert free >= 0
    assert {*told} <= {"signed-up", "waiting"}
    assert len(held) == 40


def test_the_audit_log_tells_what_was_done_without_names(guests):
    guests.up("a", 3)
    guests.up("b")
    guests.off("a")
    with guests.register.read() as connection:
        rows = connection.execute(select(audit.c.action, audit.c.about_id, audit.c.detail).order_by(audit.c.id)).all()
    assert [(row.action, row.about_id) for row in rows] == [
        ("events signup", guests.ids["a"]),
        ("events signup", guests.ids["b"]),
        ("events signoff", guests.ids["a"]),
        ("events move up", guests.ids["b"]),
    ]
    assert json.loads(rows[1].detail) == {"event": EVENT, "seats": 1, "place": "waiting"}
    assert not any("@" in row.detail for row in rows)


def test_signing_up_is_no_consent_and_a_no_goes_on_holding(register):
    new, gone = parse_address("ny@x.example"), parse_address("vaek@x.example")
    with act(register) as doing:
        suppress(doing, gone.key, "asked")
        assert [enter(doing, each, Details(name="Ny Gæst"))[1] for each in (new, gone, new)] == [True, True, False]
        assert suppression_of(doing.connection, register.hash_of(gone.key), NOW) is not None
        rows = doing.connection.execute(select(people.c.state, people.c.basis, people.c.subscribed_on)).all()
    assert [tuple(row) for row in rows] == [("none", None, None)] * 2


def test_attendance_is_noted_for_some_for_all_but_some_and_for_who_just_came(guests):
    for name in "abcd":
        guests.up(name)
    ids = guests.ids
    with act(guests.register, AFTER) as doing:
        noted = note_attendance(doing, terms(), came=[ids["a"], ids["f"]])
        assert (noted.attended, noted.absent, noted.unknown, noted.walked_in) == (2, 0, 2, 1)
        noted = note_attendance(doing, terms(), absent=[ids["b"]], others=True)
        assert (noted.attended, noted.absent, noted.unknown, noted.walked_in) == (3, 1, 0, 0)
    with guests.register.read() as connection:
        found = {line.name: (line.place, line.attended) for line in listed(connection, terms()).lines}
    assert found == {
        "A": ("signed-up", True),
        "B": ("signed-up", False),
        "C": ("signed-up", True),
        "D": ("waiting", None),
        "F": ("signed-up", True),
    }


def test_nobody_was_there_before_it_began_or_absent_without_a_seat(guests):
    guests.up("a")
    with act(guests.register) as doing:
        assert "has not begun" in refusal(lambda: note_attendance(doing, terms(), others=True))
    with act(guests.register, AFTER) as doing:
        said = refusal(lambda: note_attendance(doing, terms(), absent=[guests.ids["b"], guests.ids["c"]]))
    assert "2 of those said to be absent had no seat" in said


def test_the_list_is_in_danish_order():
    names = ["Ærlig Øst", "Aage Berg", "Zita", "Åse", "Bo 2", "Bo 10", "anna", "Øjvind", "Éva"]
    assert sorted(names, key=danish) == [
        "anna",
        "Bo 10",
        "Bo 2",
        "Éva",
        "Zita",
        "Ærlig Øst",
        "Øjvind",
        "Aage Berg",
        "Åse",
    ]


def test_the_last_day_to_sign_up_ends_at_midnight(root):
    from support import edit

    from newsletter.campaigns.signups.values import Terms
    from newsletter.workspace import read_workspace

    edit(root, "content/events/morgenmoede.md", "series: netvaerk", "sign_up_by: 2026-12-31")
    workspace = read_workspace(root)
    found = Terms.of(workspace.items["event"][EVENT], workspace.settings.zone)
    assert found.sign_up_until is not None
    assert found.sign_up_until.isoformat() == "2027-01-01T00:00:00+01:00"
    assert replace(found, sign_up_until=None) == terms(None)
