"""When a status mail goes out: once a month to each, in the campaign's time, also when the machine was off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import smtp_server
from delivery_kit import relayed
from notices_kit import states
from smtp_server import rule
from support import edit, put

from newsletter.delivery.reporting import Occasion, Statuses, by_hand, send_status
from newsletter.delivery.reporting.due import due
from newsletter.workspace import read_workspace

ZONE = ZoneInfo("Europe/Copenhagen")
SAID = 'report: {to: [service, leder], every: month, on: first workday, at: "08:00"}\n'
CONTACT = "---\ntitle: Leder\nsummary: Leder.\nrole: Leder\nemail: leder@kommune.example\n---\n"


def at(text: str) -> datetime:
    """A moment, by the clocks in Denmark."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def root(root):
    """The campaign runs from January to June 2027; its status goes to two."""
    put(root, "content/contacts/leder.md", CONTACT)
    edit(root, "campaigns/besoeg.yml", "targets:\n", f"{SAID}targets:\n")
    return root


def found(root, text: str) -> list[tuple[str, str]]:
    campaigns = read_workspace(root).campaigns
    return [(each.when, each.as_of.isoformat()) for each in due(campaigns, at(text), ZONE)]


class TestDue:
    def test_from_its_time_on_with_the_figures_of_the_day_before(self, root):
        assert found(root, "2027-02-01 07:59") == []
        assert found(root, "2027-02-01 08:00") == [("2027-02", "2027-01-31")]
        assert found(root, "2027-02-08 08:00") == [("2027-02", "2027-01-31")]
        assert found(root, "2027-02-08 08:01") == []

    def test_in_the_month_the_campaign_begins_after_new_year(self, root):
        """1 January is a holiday, and a Friday: the first working day is the 4th."""
        assert found(root, "2027-01-01 08:00") == []
        assert found(root, "2027-01-04 08:00") == [("2027-01", "2027-01-03")]

    def test_a_late_one_of_the_month_before_is_found_in_the_next(self, root):
        edit(root, "campaigns/besoeg.yml", "on: first workday, at", "on: last workday, at")
        assert found(root, "2027-03-02 12:00") == [("2027-02", "2027-02-25")]

    def test_once_more_when_it_is_over_and_then_never_again(self, root):
        assert found(root, "2027-07-01 08:00") == [("2027-07", "2027-06-30")]
        assert found(root, "2027-08-02 08:00") == []

    def test_before_it_begins_there_is_none(self, root):
        edit(root, "campaigns/besoeg.yml", "first: 2027-01-01", "first: 2027-03-01")
        assert found(root, "2027-02-01 08:00") == []
        assert found(root, "2027-03-01 08:00") == []
        assert found(root, "2027-04-01 08:00") == [("2027-04", "2027-03-31")]

    def test_a_clock_that_is_put_forward_moves_no_mail(self, root):
        """In April 2027 eight o'clock is 06:00 UTC, in March 07:00."""
        (march, april) = (at("2027-03-01 08:00"), at("2027-04-01 08:00"))
        assert (march.hour, april.hour) == (7, 6)
        campaigns = read_workspace(root).campaigns
        for moment in (march, april):
            assert not list(due(campaigns, moment - timedelta(seconds=1), ZONE))
            assert list(due(campaigns, moment, ZONE))

    def test_a_leap_day(self, root):
        edit(root, "campaigns/besoeg.yml", "last: 2027-06-30", "last: 2028-06-30")
        assert found(root, "2028-03-01 08:00") == [("2028-03", "2028-02-29")]

    def test_a_campaign_that_names_nobody_sends_nothing(self, root):
        edit(
            root,
            "campaigns/besoeg.yml",
            'report: {to: [service, leder], every: month, on: first workday, at: "08:00"}\n',
            "",
        )
        assert found(root, "2027-02-01 08:00") == []


class Unit:
    """A process that goes on."""

    def __init__(self, root, register, log):
        self.root, self.register, self.log = root, register, log
        self.now, self.said, self.server = at("2027-02-01 07:00"), [], None

    def relay(self, *rules):
        self.server = smtp_server.start(self.log, smtp_server.Script(rules=rules))
        relayed(self.root, self.server.port)
        return self

    def chore(self, *, really=True):
        tell = lambda level, text: self.said.append((level, text))  # noqa: E731
        return Statuses(self.root, self.register, environ={}, clock=lambda: self.now, tell=tell, really=really)

    def look(self, chore, text):
        self.now = at(text)
        chore.tick()
        return [mail["recipients"][0] for mail in self.server.accepted]


@pytest.fixture
def unit(root, register, tmp_path):
    unit = Unit(root, register, tmp_path / "accepted.jsonl")
    yield unit
    if unit.server is not None:
        unit.server.kill()


BOTH = ["service@kommune.example", "leder@kommune.example"]


def test_each_gets_one_a_month_whatever_is_started_anew(unit):
    chore = unit.relay().chore()
    assert unit.look(chore, "2027-02-01 07:59") == []
    assert unit.look(chore, "2027-02-01 08:00") == BOTH
    assert unit.look(chore, "2027-02-01 08:05") == BOTH
    assert unit.look(unit.chore(), "2027-02-02 08:00") == BOTH
    assert states(unit.register) == {
        "status/besoeg/2027-02/service": "accepted",
        "status/besoeg/2027-02/leder": "accepted",
    }
    assert unit.look(unit.chore(), "2027-03-01 08:00") == BOTH * 2
    assert unit.said == [("info", "status of besoeg, 2 mails: sent")] * 2


def test_one_that_is_put_off_comes_at_a_later_look(unit):
    chore = unit.relay(rule("rcpt", "450 4.7.1 Greylisted", match="leder", times=1)).chore()
    assert unit.look(chore, "2027-02-01 08:00") == BOTH[:1]
    assert unit.look(chore, "2027-02-01 08:05") == BOTH


def test_a_relay_that_refuses_us_is_told_once(unit):
    chore = unit.relay(rule("mail", "550 5.7.1 your server is blocked", times=2)).chore()
    for time in ("08:00", "08:05"):
        assert unit.look(chore, f"2027-02-01 {time}") == []
    assert unit.look(chore, "2027-02-01 08:10") == BOTH
    assert [level for level, _ in unit.said] == ["error", "info"]


def test_a_rehearsal_writes_files_and_stands_in_no_way(unit):
    unit.relay()
    chore = unit.chore(really=False)
    for time in ("08:00", "08:05"):
        assert unit.look(chore, f"2027-02-01 {time}") == []
    assert unit.said == [("info", "status of besoeg, 2 mails: written into build/outbox/notices/")]
    assert len(list((unit.root / "build/outbox/notices").glob("*.eml"))) == 2
    assert unit.look(unit.chore(), "2027-02-01 08:10") == BOTH


def test_by_hand_the_figures_of_a_day_go_to_each_once(unit):
    unit.relay()
    workspace = read_workspace(unit.root)
    occasion = by_hand("besoeg", date(2027, 2, 14))
    for again in (False, True):
        (posted,) = send_status(
            workspace, unit.register, occasion, ["leder"], environ={}, clock=lambda: unit.now, really=True
        )
        assert (posted.key, posted.again) == ("status/besoeg/2027-02-14/leder", again)
    assert occasion != Occasion(campaign="besoeg", as_of=date(2027, 2, 14), when="2027-02")
