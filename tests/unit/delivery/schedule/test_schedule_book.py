"""The book of planned sends, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_kit import COPENHAGEN, DAY, HOUR, MINUTE, Killed, Loop, freeze, planned, sent, states, utc, wall
from sqlalchemy import select

from newsletter.delivery.schedule import due, missed, planned_for, start, unanswered, waiting
from newsletter.delivery.schedule.planning import unplan
from newsletter.problems import Refused
from newsletter.store.tables import audit

AT = "2027-01-05 09:00"
NOW = utc("2026-11-22 13:00")


def issues(found) -> list[str]:
    return [each.issue for each in found]


def due_at(register, now, zone=COPENHAGEN):
    with register.read() as connection:
        return issues(due(connection, zone, now))


def test_a_send_is_due_from_its_time_to_the_end_of_its_grace(register):
    planned(register, "2027-01", wall(AT), NOW)
    second = timedelta(seconds=1)
    assert due_at(register, utc(AT) - second) == []
    assert due_at(register, utc(AT)) == due_at(register, utc(AT) + 6 * HOUR) == ["2027-01"]
    assert due_at(register, utc(AT) + 6 * HOUR + second) == []


def test_the_earliest_is_first(register):
    planned(register, "b", wall(AT), NOW)
    planned(register, "a", wall(AT) + HOUR, NOW)
    assert due_at(register, utc(AT) + 2 * HOUR) == ["b", "a"]


def test_only_one_may_start_it_and_only_once(register):
    row = planned(register, "2027-01", wall(AT), NOW).send
    with register.write() as connection:
        assert start(connection, row.id, utc(AT)) is True
        assert start(connection, row.id, utc(AT)) is False
    with register.write() as connection:
        assert start(connection, row.id, utc(AT)) is False
        assert start(connection, row.id + 1, utc(AT)) is False
    assert due_at(register, utc(AT)) == []


def test_eight_at_once_start_it_once(register):
    rows = [planned(register, f"i-{number}", wall(AT), NOW).send for number in range(3)]
    together = Barrier(8)

    def work(_number: int) -> int:
        together.wait()
        loop = Loop(register)
        return sum(loop.take(row.id, row.issue, row.send_at, utc(AT)) for row in rows)

    with ThreadPoolExecutor(8) as pool:
        took = [*pool.map(work, range(8))]
    assert sum(took) == 3
    assert sorted(sent(register)) == ["i-0", "i-1", "i-2"]


def test_killed_in_the_middle_it_is_due_again(register):
    planned(register, "2027-01", wall(AT), NOW)
    with pytest.raises(Killed):
        Loop(register, kill=True).look(utc(AT))
    assert sent(register) == {}
    Loop(register).look(utc(AT) + MINUTE)
    Loop(register).look(utc(AT) + 2 * MINUTE)
    assert sent(register) == {"2027-01": utc(AT) + MINUTE}


def test_what_is_missed_asks_until_it_is_answered(register):
    planned(register, "2027-01", wall(AT), NOW)
    planned(register, "2027-02", wall(AT), NOW)
    loop, late = Loop(register), utc(AT) + 7 * HOUR
    loop.look(late)
    loop.look(late + HOUR)
    assert loop.was_missed == ["2027-01", "2027-02"]
    assert sent(register) == {}
    planned(register, "2027-01", wall("2027-01-06 09:00"), late)
    with register.write() as connection:
        assert issues(unanswered(connection, COPENHAGEN)) == ["2027-02"]
        unplan(connection, "2027-02", zone=COPENHAGEN, now=late, actor="maja")
        assert issues(unanswered(connection, COPENHAGEN)) == []
    loop.look(utc("2027-01-06 09:00"))
    assert sent(register) == {"2027-01": utc("2027-01-06 09:00")}


def test_sent_by_another_way_it_is_neither_due_nor_missed(register):
    planned(register, "2027-01", wall(AT), NOW)
    planned(register, "2027-02", wall(AT), NOW)
    loop = Loop(register)
    loop.look(utc(AT) + 7 * HOUR)
    with register.write() as connection:
        freeze(connection, "2027-02", utc(AT), utc(AT) + 8 * HOUR)
    with register.read() as connection:
        assert issues(unanswered(connection, COPENHAGEN)) == ["2027-01"]
    planned(register, "2027-03", wall(AT) + DAY, NOW)
    with register.write() as connection:
        freeze(connection, "2027-03", utc(AT), utc(AT) + 8 * HOUR)
    assert due_at(register, utc(AT) + DAY) == []
    loop.look(utc(AT) + 9 * DAY)
    assert loop.was_missed == ["2027-01", "2027-02"]
    assert states(register)[-1] == ("2027-03", "2027-01-06 09:00", "started")


def test_when_the_rules_of_the_zone_change_the_wall_clock_wins(register):
    planned(register, "2027-07", wall("2027-07-06 09:00"), NOW)
    without_summer_time = ZoneInfo("Africa/Lagos")  # UTC+1 all year
    assert due_at(register, utc("2027-07-06 09:00"), without_summer_time) == []
    assert due_at(register, utc("2027-07-06 10:00"), without_summer_time) == ["2027-07"]
    with register.read() as connection:
        (here,), (there,) = waiting(connection, COPENHAGEN), waiting(connection, without_summer_time)
    assert (here.has_shifted, there.has_shifted) == (False, True)
    assert (there.wall, there.noted_at) == (here.wall, here.send_at)
    assert there.send_at == here.send_at + HOUR


@pytest.mark.parametrize("far", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_even_from_one_end_of_the_world_to_the_other(register, far):
    planned(register, "2027-01", wall(AT), NOW)
    there = ZoneInfo(far)
    when = wall(AT).replace(tzinfo=there)
    assert due_at(register, when, there) == ["2027-01"]
    assert due_at(register, when - MINUTE, there) == []
    with register.write() as connection:
        assert missed(connection, there, when + 6 * HOUR) == []


def test_a_time_that_new_rules_leave_out_is_the_moment_of_the_change(register):
    with register.write() as connection:
        from schedule_kit import proposal

        from newsletter.delivery.schedule.planning import plan

        gone = proposal("2027-03", wall("2027-03-28 02:30"))
        plan(connection, gone, zone=ZoneInfo("UTC"), now=NOW, actor="maja")
    assert due_at(register, utc("2027-03-28 03:00") - MINUTE) == []
    assert due_at(register, utc("2027-03-28 03:00")) == ["2027-03"]


def test_a_clock_that_leaps_ahead_and_back_loses_nothing(register):
    planned(register, "2027-01", wall(AT), NOW)
    loop = Loop(register)
    loop.look(utc(AT) + 400 * DAY)
    assert loop.was_missed == ["2027-01"]
    loop.look(utc(AT) - HOUR)
    assert sent(register) == {}
    loop.look(utc(AT))
    loop.look(utc(AT) - 2 * HOUR)
    loop.look(utc(AT) + MINUTE)
    assert sent(register) == {"2027-01": utc(AT)}


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-30, 30)), max_size=25))
@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_whatever_the_clock_does_a_send_begins_once_and_in_its_time(register, looks):
    """Two loops, a clock that goes anywhere: at most one send, inside its window, by the clock of who started it."""
    issue = f"i-{len(states(register))}"
    planned(register, issue, wall(AT), NOW)
    loops = [Loop(register), Loop(register)]
    for number, hours in looks:
        loops[number].look(utc(AT) + hours * HOUR)
    began = sent(register).get(issue)
    in_time = [hours for _, hours in looks if 0 <= hours <= 6]
    assert began == (utc(AT) + in_time[0] * HOUR if in_time else None)
    if began is None:
        with register.write() as connection:
            unplan(connection, issue, zone=COPENHAGEN, now=NOW, actor="maja")


def test_what_was_done_stands_in_the_audit_log(register):
    planned(register, "a", wall(AT), NOW)
    planned(register, "b", wall(AT) - DAY, NOW)
    with register.write() as connection:
        unplan(connection, "a", zone=COPENHAGEN, now=NOW, actor="bo")
    planned(register, "a", wall(AT), NOW)
    Loop(register).look(utc(AT))
    with register.read() as connection:
        lines = [tuple(row) for row in connection.execute(select(audit.c.action, audit.c.actor).order_by(audit.c.id))]
    assert lines == [
        ("schedule", "maja"),
        ("schedule", "maja"),
        ("schedule cancel", "bo"),
        ("schedule", "maja"),
        ("schedule start", "newsletter run"),
        ("schedule missed", "newsletter run"),
    ]


def test_the_planned_send_of_an_issue(register):
    with register.read() as connection:
        assert planned_for(connection, COPENHAGEN, "2027-01") is None
    row = planned(register, "2027-01", wall(AT), NOW).send
    with register.read() as connection:
        assert planned_for(connection, COPENHAGEN, "2027-01") == row
        assert planned_for(connection, COPENHAGEN, "2027-02") is None
    assert (row.wall, row.send_at, row.until) == (wall(AT), utc(AT), utc(AT) + 6 * HOUR)


def test_planning_by_many_at_once_leaves_one_waiting(register):
    together = Barrier(6)

    def work(number: int) -> str:
        together.wait()
        try:
            planned(register, "2027-01", wall(AT) + number * HOUR, NOW)
        except Refused as error:
            return error.text
        return "planned"

    with ThreadPoolExecutor(6) as pool:
        said = [*pool.map(work, range(6))]
    assert set(said) <= {
        "planned",
        "somebody else planned 2027-01 at this moment",
        "the planned send of 2027-01 was changed at this moment",
    }
    assert "planned" in said
    assert [state for _, _, state in states(register)].count("waiting") == 1
