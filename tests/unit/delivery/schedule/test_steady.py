"""A clock that leaps is not trusted for two minutes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from schedule_kit import HOUR, a_due, utc, wall

from newsletter.delivery.schedule import Steady
from newsletter.delivery.schedule.steady import TOLERANCE

NOON = utc("2027-01-05 12:00")


def looks(*readings: tuple[float, float]) -> list[bool]:
    """Whether each reading is trusted: seconds on the clock since noon, seconds that really ran."""
    steady = Steady()
    return [steady.look(NOON + timedelta(seconds=told), ran) for told, ran in readings]


def test_a_clock_that_runs_is_trusted_from_the_first_look():
    assert looks(*((second, second) for second in range(0, 600, 10))) == [True] * 60


def test_small_corrections_are_fine():
    assert all(looks((0, 0), (40, 20), (60, 60), (31, 60)))


def test_a_leap_is_waited_out():
    assert looks((0, 0), (3600, 10), (3690, 100), (3719, 129), (3720, 130)) == [True, False, False, False, True]
    assert looks((0, 0), (-3600, 10), (-3481, 129), (-3480, 130)) == [True, False, False, True]


def test_leaping_back_begins_the_wait_anew():
    assert looks((0, 0), (3600, 10), (70, 70), (180, 180), (190, 190)) == [True, False, False, False, True]


@given(st.integers(1, 119), st.integers(31, 10**8), st.booleans())
def test_a_clock_that_is_wrong_for_less_than_two_minutes_is_never_believed(length, leap, ahead):
    steady, wrong = Steady(), leap if ahead else -leap
    for second in range(0, 400, 7):
        is_wrong = 100 <= second < 100 + length
        told = NOON + timedelta(seconds=second + (wrong if is_wrong else 0))
        assert not (steady.look(told, second) and is_wrong)


def test_a_machine_that_slept_waits_and_goes_on():
    steady = Steady()
    assert steady.look(NOON, 0)
    assert not steady.look(NOON + 8 * HOUR, 5)
    assert steady.look(NOON + 8 * HOUR + timedelta(minutes=2), 125)


@given(st.lists(st.tuples(st.integers(1, 800), st.integers(1, 110), st.integers(-(10**7), 10**7)), max_size=3))
def test_a_clock_that_goes_wrong_for_a_while_starts_nothing_early_and_nothing_twice(slips):
    """A look every seven seconds, a send at 600. The first look is believed, so the clock is right at the start."""
    planned, steady, began = a_due("2027-01", wall("2027-01-05 12:10")), Steady(), []
    for ran in range(0, 3600, 7):
        wrong = sum(by for at, length, by in slips if at <= ran < at + length)
        told = NOON + timedelta(seconds=ran + wrong)
        if not began and steady.look(told, ran) and planned.is_due(told):
            began.append(ran)
    assert len(began) == 1
    if sum(length for _, length, _ in slips) < 120:
        assert began[0] >= 600 - TOLERANCE
