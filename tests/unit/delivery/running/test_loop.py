"""The loop: chores beside the work, until told to stop."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import exc

from newsletter.delivery.running.loop import Chore, Loop
from newsletter.problems import Refused


class Office(SimpleNamespace):
    """What the loop needs of one."""

    def __init__(self) -> None:
        super().__init__(stop=threading.Event(), told=[])

    def tell(self, level: str, text: str) -> None:
        self.told.append(f"{level} {text}")

    def rest(self, seconds: float) -> None:
        self.stop.wait(min(seconds, 0.001))


def a_chore(office: Office, *errors: BaseException | None, name: str = "mailbox") -> Chore:
    """Fails in these ways, one after the other; then the office closes."""
    left = list(errors)

    def do() -> None:
        if not left:
            office.stop.set()
            return
        error = left.pop(0)
        if error is not None:
            raise error

    return Chore(name=name, every=0.001, do=do)


def run(office: Office, *chores: Chore, work: Any = None) -> list[str]:
    Loop(office, work, chores).run()  # type: ignore[arg-type]
    return office.told


def test_what_fails_is_told_once_while_it_fails_in_the_same_way():
    office = Office()
    away = exc.OperationalError("SELECT secret", {}, Exception("connection refused\nIs it running?"))
    refused = Refused("the mailbox cannot be read", "look at its password")
    told = run(office, a_chore(office, away, away, refused, None, refused, refused))
    assert told == [
        "error mailbox: the register: connection refused",
        "error mailbox: the mailbox cannot be read\n    look at its password",
        "error mailbox: the mailbox cannot be read\n    look at its password",
    ]


def test_a_mistake_of_ours_is_told_by_its_place_and_not_with_what_it_was_about():
    office = Office()
    (told,) = run(office, a_chore(office, KeyError("ida@firma.example")))
    assert told.startswith("error mailbox: a mistake of ours: KeyError at test_loop.py:")


def test_one_chore_that_fails_does_not_keep_the_others():
    office = Office()
    done = threading.Event()
    others = Chore(name="schedule", every=0.001, do=done.set)
    run(office, a_chore(office, *[ValueError()] * 20), others)
    assert done.is_set()


def test_when_the_work_breaks_all_ends_and_it_is_raised():
    office = Office()

    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(office, Chore(name="schedule", every=100, do=lambda: None), work=work)
    assert office.stop.is_set()
