"""Reminders in a process that goes on: in the morning of working days, once for each, later after an outage."""

from __future__ import annotations

from datetime import timedelta

import pytest
import smtp_server
from delivery_kit import relayed
from notices_kit import states
from reminding_kit import a_follow_up, morning, two_consultants
from smtp_server import rule
from support import put

from newsletter.delivery.reminding import Reminders


class Clock:
    """A clock that is put where a test wants it."""

    def __init__(self):
        self.at = morning("2027-01-05 07:00")

    def __call__(self):
        return self.at


class Unit:
    """A unit with two consultants who each have a follow-up for the 5th of January 2027."""

    def __init__(self, root, register, log):
        self.root, self.register, self.log = two_consultants(root), register, log
        self.clock, self.said, self.server = Clock(), [], None
        for name in ("anna", "bo"):
            a_follow_up(register, "2027-01-05", name)

    def relay(self, *rules):
        self.server = smtp_server.start(self.log, smtp_server.Script(rules=rules))
        relayed(self.root, self.server.port)
        return self

    def chore(self, *, really=True):
        tell = lambda level, text: self.said.append((level, text))  # noqa: E731
        return Reminders(self.root, self.register, environ={}, clock=self.clock, tell=tell, really=really)

    def look(self, chore, text):
        self.clock.at = morning(text)
        chore.tick()
        return self.got

    @property
    def got(self):
        return [mail["recipients"][0] for mail in self.server.accepted]


@pytest.fixture
def unit(root, register, tmp_path):
    unit = Unit(root, register, tmp_path / "accepted.jsonl")
    yield unit
    if unit.server is not None:
        unit.server.kill()


BOTH = ["anna@kommune.example", "bo@kommune.example"]


def test_each_gets_one_mail_in_the_morning_of_a_working_day(unit):
    chore = unit.relay().chore()
    assert unit.look(chore, "2027-01-05 07:29") == []
    assert unit.look(chore, "2027-01-05 07:30") == BOTH
    assert unit.look(chore, "2027-01-05 07:35") == BOTH
    assert unit.said == [("info", "2 reminders to consultants: sent")]
    assert unit.look(chore, "2027-01-06 06:00") == BOTH
    assert unit.look(chore, "2027-01-06 07:31") == BOTH * 2


@pytest.mark.parametrize("day", ["2027-01-09", "2027-01-10", "2027-03-25", "2027-03-29", "2026-12-31"])
def test_nobody_is_written_to_on_a_day_off(unit, day):
    assert unit.look(unit.relay().chore(), f"{day} 12:00") == []


def test_after_an_outage_they_come_later_on_the_same_day_and_yesterdays_never(unit):
    chore = unit.relay().chore()
    assert unit.look(chore, "2027-01-05 16:45") == BOTH
    assert list(states(unit.register)) == ["reminder/anna/2027-01-05", "reminder/bo/2027-01-05"]


def test_a_process_that_begins_anew_reminds_nobody_twice(unit):
    unit.look(unit.relay().chore(), "2027-01-05 07:30")
    assert unit.look(unit.chore(), "2027-01-05 09:00") == BOTH
    assert unit.said == [("info", "2 reminders to consultants: sent")]


def test_one_that_is_put_off_comes_at_a_later_look(unit):
    chore = unit.relay(rule("rcpt", "450 4.7.1 Greylisted", match="bo", times=1)).chore()
    assert unit.look(chore, "2027-01-05 07:30") == BOTH[:1]
    assert unit.look(chore, "2027-01-05 07:35") == BOTH


def test_a_relay_that_is_away_is_told_once_and_tried_again(unit):
    chore = unit.relay(rule("mail", "550 5.7.1 your server is blocked", times=2)).chore()
    for time in ("07:30", "07:35"):
        assert unit.look(chore, f"2027-01-05 {time}") == []
    assert unit.look(chore, "2027-01-05 07:40") == BOTH
    levels = [level for level, _ in unit.said]
    assert levels == ["error", "info"]
    assert "your server is blocked" in unit.said[0][1]


def test_one_in_doubt_is_told_and_not_sent_again(unit):
    chore = unit.relay(rule("dot", do="take-and-drop", match="anna")).chore()
    assert unit.look(chore, "2027-01-05 07:30") == BOTH
    assert unit.look(unit.chore(), "2027-01-05 08:30") == BOTH
    assert [level for level, _ in unit.said] == ["info", "warning"]
    assert "not sent again" in unit.said[1][1]


def test_a_rehearsal_writes_files_once_a_day_and_stands_in_no_way(unit):
    unit.relay()
    chore = unit.chore(really=False)
    unit.look(chore, "2027-01-05 07:30")
    unit.look(chore, "2027-01-05 07:35")
    assert unit.said == [("info", "2 reminders to consultants: written into build/outbox/notices/")]
    assert len(list((unit.root / "build/outbox/notices").glob("*.eml"))) == 2
    assert unit.look(unit.chore(), "2027-01-05 07:40") == BOTH


def test_a_broken_article_keeps_no_reminder_back_and_a_broken_entry_is_told(unit):
    put(unit.root, "content/articles/broken.md", "no front matter")
    put(unit.root, "content/contacts/bo.md", "no front matter")
    put(unit.root, "content/contacts/service.md", "no front matter")
    assert unit.look(unit.relay().chore(), "2027-01-05 07:30") == BOTH[:1]
    assert [level for level, _ in unit.said] == ["info", "warning"]


def test_who_is_away_is_known_without_a_restart_and_a_broken_file_is_told_once(unit):
    chore = unit.relay().chore()
    settings = (unit.root / "newsletter.yml").read_text("utf-8")
    put(unit.root, "newsletter.yml", f"{settings}nonsense: 1\nsender: 2\n")
    assert unit.look(chore, "2027-01-05 07:30") == unit.look(chore, "2027-01-05 07:35") == []
    assert [level for level, _ in unit.said] == ["error"]
    put(unit.root, "newsletter.yml", f'{settings}service: {{stand_ins: {{bo: anna}}, away: {{bo: "2027-01-05"}}}}\n')
    assert unit.look(chore, "2027-01-05 07:40") == BOTH[:1]


def test_the_clock_that_is_put_forward_moves_no_reminder(unit):
    """The last Sunday of March: on Monday it is Easter, on Tuesday half past seven is 05:30 UTC."""
    chore = unit.relay().chore()
    unit.clock.at = morning("2027-03-30 07:30") - timedelta(seconds=1)
    chore.tick()
    assert unit.got == []
    assert unit.look(chore, "2027-03-30 07:30") == BOTH
