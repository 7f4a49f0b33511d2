"""Ten years of monthly sends, looked at by the hour, and by the minute where the clock is changed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from schedule_kit import COPENHAGEN, DAY, HOUR, MINUTE, Killed, Loop, a_due, planned, sent, states, wall

from newsletter.campaigns.campaign import Schedule
from newsletter.campaigns.schedule import send_in
from newsletter.delivery.schedule.wall import check_exists, clock_changes, moment_of
from newsletter.problems import Refused
from newsletter.workdays import is_workday

YEARS = range(2026, 2037)
RULES = {
    "tuesday": {"on": "first tuesday", "at": "09:00"},
    "friday": {"on": "last friday", "at": "23:30", "holiday": "workday before"},
    "night": {"on": "last monday", "at": "02:30", "holiday": "next workday"},
    "workday": {"on": "first workday", "at": "00:00"},
    "thursday": {"on": "third thursday", "at": "08:15", "holiday": "skip"},
    "last": {"on": "last workday", "at": "12:00"},
}
CHANGES = [change.at for year in YEARS for change in clock_changes(COPENHAGEN, year)]
START = datetime(YEARS[0], 1, 1, tzinfo=UTC)


def walls(years=YEARS) -> dict[str, datetime]:
    """Issue → its wall clock, for each rule and month; a month that falls out by `skip` has none."""
    months = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    found = {
        f"{name}-{month}": send_in(Schedule.model_validate(rule), month)
        for name, rule in RULES.items()
        for month in months
    }
    return {issue: when for issue, when in found.items() if when is not None}


def ticks(years=YEARS, step: timedelta = HOUR, fine: timedelta = MINUTE) -> list[datetime]:
    """Every hour, seven minutes past, and every minute from two hours before to four after a change of the clock."""
    near = [fine * number for number in range(-2 * HOUR // fine, 4 * HOUR // fine)]
    end = datetime(years[-1] + 1, 1, 3, tzinfo=UTC)
    hours = [START + 7 * MINUTE + number * step for number in range((end - START) // step)]
    return sorted({*hours, *(at + each for at in CHANGES if at.year in years for each in near)})


def near(found: dict[str, datetime], every: list[datetime]) -> list[datetime]:
    """The ticks of days that have a send, of the next ones, and a few of the others."""
    days = {(when + number * DAY).date() for when in found.values() for number in (0, 1)}
    return [now for number, now in enumerate(every) if now.astimezone(COPENHAGEN).date() in days or number % 10 == 0]


def test_in_ten_years_every_period_is_due_at_its_time_and_stays_so_for_its_grace():
    """The rule alone, at each tick; what is due the first time is taken."""
    open_ones = [a_due(issue, when) for issue, when in walls().items()]
    began: dict[str, datetime] = {}
    for now in ticks():
        near = [each for each in open_ones if each.send_at <= now]
        for each in near:
            assert each.is_due(now), each
            assert each.issue not in began
            began[each.issue] = now
        if near:
            open_ones = [each for each in open_ones if each.issue not in began]
    assert open_ones == []
    for issue, when in walls().items():
        assert timedelta(0) <= began[issue] - moment_of(when, COPENHAGEN) <= HOUR
        assert is_workday(when.date())
    each_rule = Counter(issue.partition("-")[0] for issue in began)
    assert each_rule.pop("thursday") < 12 * len(YEARS)
    assert set(each_rule.values()) == {12 * len(YEARS)}


def test_in_the_book_too_every_period_has_one_send(register):
    years = YEARS[:2]
    found = walls(years)
    for issue, when in found.items():
        planned(register, issue, when, START - 60 * DAY)
    loop = Loop(register)
    for now in near(found, ticks(years, 5 * HOUR, 10 * MINUTE)):
        loop.look(now)
    began = sent(register)
    assert set(began) == set(found)
    assert loop.was_missed == []
    assert all(moment_of(when, COPENHAGEN) <= began[issue] for issue, when in found.items())


def test_machines_that_are_off_killed_and_two_at_once(register):
    """One send each, whatever happens, or a person is asked; the person here always plans it anew."""
    chance = random.Random(4)
    years = YEARS[:1]
    found = {issue: when for issue, when in walls(years).items() if issue.startswith(("tuesday", "night"))}
    for issue, when in found.items():
        planned(register, issue, when, START - 60 * DAY)
    loops, off_until, answers = [Loop(register), Loop(register)], START, 0
    for now in near(found, ticks(years, 5 * HOUR, 10 * MINUTE)):
        if now < off_until:
            continue
        if chance.random() < 0.05:
            off_until = now + chance.choice([2 * HOUR, 5 * HOUR, 40 * HOUR])
            continue
        for loop in chance.sample(loops, 2):
            loop.kill = chance.random() < 0.3
            try:
                loop.look(now)
            except Killed:
                off_until = now + HOUR
            while loop.was_missed:
                answers += 1
                again = (now + DAY).replace(hour=9, minute=0, tzinfo=None)
                planned(register, loop.was_missed.pop(), again, now)
    for number in range(20):  # the last answers
        loops[0].kill = False
        loops[0].look(now + number * 4 * HOUR)
    assert set(sent(register)) == set(found)
    how = Counter(state for _, _, state in states(register))
    assert how == {"started": len(found), "cancelled": answers}
    assert answers > 0


def quarters(change: datetime) -> dict[str, datetime]:
    """Issue → its wall clock, each quarter of an hour around a change; those that do not exist are refused."""
    day, found = f"{change.astimezone(COPENHAGEN):%Y-%m-%d}", {}
    for quarter in range(2, 20):
        when = wall(f"{day} 00:00") + 15 * quarter * MINUTE
        try:
            check_exists(when, COPENHAGEN)
        except Refused:
            continue
        found[f"at-{when:%H-%M}"] = when
    assert len(found) == (14 if change.month == 3 else 18)
    return found


@pytest.mark.parametrize("change", CHANGES, ids=lambda at: f"{at:%Y-%m-%d}")
def test_on_the_day_itself_every_quarter_is_due_once_in_its_minute(change):
    open_ones = [a_due(issue, when) for issue, when in quarters(change).items()]
    began: dict[str, datetime] = {}
    for minute in range(-150, 200):
        now = change + minute * MINUTE
        began |= {each.issue: now for each in open_ones if each.issue not in began and each.is_due(now)}
    assert began == {issue: moment_of(when, COPENHAGEN) for issue, when in quarters(change).items()}
    assert [*began] == sorted(began)


@pytest.mark.parametrize("change", CHANGES[2:4], ids=["spring", "autumn"])
def test_and_so_it_is_in_the_book(register, change):
    plans = quarters(change)
    for issue, when in plans.items():
        planned(register, issue, when, change - 30 * DAY)
    loop = Loop(register)
    for minute in range(-150, 200, 5):
        loop.look(change + minute * MINUTE)
    assert sent(register) == {issue: moment_of(when, COPENHAGEN) for issue, when in plans.items()}
