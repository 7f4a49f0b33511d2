"""`newsletter events`: list, show, series, carry, export and import."""

from __future__ import annotations

import json

import pytest
from event_kit import both_read
from kit import run
from register_kit import NOW
from sqlalchemy import insert
from support import EVENT, edit, put

from newsletter.store.tables import sign_ups
from newsletter.workspace import read_workspace

MEETING = EVENT.replace("Morgenmøde", "Erfaringsmøde 2027").replace(
    "series: netvaerk",
    "kind: experience-meeting\nmeasure_points:\n  - {point: Fleksjob, target: '40', result: '43'}\n"
    "  - {point: Svar, target: to dage}",
)
ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
X-WR-CALNAME:Foreningen
BEGIN:VEVENT
UID:a
DTSTART:20270301T080000Z
DTEND:20270301T090000Z
SUMMARY:Messe
LOCATION:Hallen
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(autouse=True)
def in_january(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-10T12:00:00+01:00")


def call(root, *words, exit_code=0):
    result = run("events", *words, "--workspace", root)
    assert result.exit_code == exit_code, result.output
    return result


def files(root):
    return {path.name for path in (root / "content/events").iterdir()}


class TestList:
    """What is to come, and what is missing."""

    def test_a_line_for_each_and_the_series_that_does_not_go_on(self, root, monkeypatch):
        edit(root, "content/events/morgenmoede.md", "host:", "cadence: month\ncapacity: 30\nsequence: 1\nhost:")
        put(root, "content/events/messe.md", EVENT.replace("series: netvaerk", "cancelled: true"))
        told = call(root, "list")
        assert told.stdout.splitlines() == [
            "Thu 2027-01-14 08:30-10:00\tmesse\tMorgenmøde\tRådhuset\t\t\tcancelled",
            "Thu 2027-01-14 08:30-10:00\tmorgenmoede\tMorgenmøde\tRådhuset\t30 seats\tnetvaerk\tsequence 1",
        ]
        monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-14T10:00:00+01:00")
        told = call(root, "list")
        assert told.stdout == ""
        assert "series netvaerk: no meeting is planned for 2027-02, the next after morgenmoede" in told.stderr
        assert len(call(root, "list", "--past").stdout.splitlines()) == 2

    def test_seats_come_from_the_register(self, root, register):
        edit(root, "content/events/morgenmoede.md", "host:", "capacity: 30\nhost:")
        rows = [("signed-up", 2), ("signed-up", 1), ("waiting", 4), ("cancelled", 9)]
        with register.write() as connection:
            for state, number in rows:
                values = {"event": "morgenmoede", "state": state, "seats": number, "signed_up_at": NOW}
                connection.execute(insert(sign_ups).values(values))
        assert "\t3 of 30, 4 waiting\t" in call(root, "list").stdout
        told = json.loads(call(root, "list", "--json").stdout)
        (event,) = told["events"]
        assert (event["signed_up"], event["waiting"], event["capacity"], told["missing"]) == (3, 4, 30, [])

    def test_two_files_that_cannot_be_read_are_told_and_the_rest_is_listed(self, root):
        put(root, "content/events/a.md", "x")
        put(root, "content/events/b.md", EVENT.replace("series:", "cadence: month\nsequence: -1\nserie:"))
        told = call(root, "list", exit_code=1)
        assert "morgenmoede" in told.stdout
        assert "2 files cannot be read" in told.stderr


def test_a_night_that_ends_the_next_day_says_both_days(root):
    edit(root, "content/events/morgenmoede.md", "start: 2027-01-14 08:30", "start: 2028-02-29 23:00")
    edit(root, "content/events/morgenmoede.md", "end: 2027-01-14 10:00", "end: 2028-03-01 01:00")
    assert "when: Tue 2028-02-29 23:00 to 2028-03-01 01:00" in call(root, "show", "morgenmoede").stdout


def test_show_says_all_of_it_and_guesses_a_name(root):
    put(root, "content/events/erfa-2027.md", MEETING)
    told = call(root, "show", "erfa-2027").stdout
    assert "    kind: experience-meeting\n" in told
    assert "    Fleksjob\n        this year: 40 → 43\n    Svar\n        this year: to dage → no result yet\n" in told
    shown = json.loads(call(root, "show", "erfa-2027", "--json").stdout)
    assert shown["uid"] == "erfa-2027@nyt.example"
    assert shown["measure_points"][0]["result"] == "43"
    assert "did you mean 'erfa-2027'?" in call(root, "show", "erfa-2028", exit_code=1).stderr


class TestSeries:
    """The next meetings as files."""

    WORDS = ("series", "netvaerk", "--like", "morgenmoede", "--every", "month", "--on", "last thursday")

    def test_a_dry_run_first_and_then_the_files(self, root):
        before = files(root)
        told = call(root, *self.WORDS, "--count", "2")
        assert told.stdout.splitlines() == [
            "content/events/netvaerk-2027-02.md: Thu 2027-02-25 08:30-10:00",
            "content/events/netvaerk-2027-03.md: Tue 2027-03-30 08:30-10:00 (moved: 2027-03-25 is Skærtorsdag)",
        ]
        assert "nothing was written" in told.stderr
        assert files(root) == before
        assert call(root, *self.WORDS, "--count", "2", "--yes").stdout == told.stdout
        assert read_workspace(root).problems == ()
        assert run("check", "--workspace", root).exit_code == 0
        assert read_workspace(root).items["event"]["netvaerk-2027-03"].fields.cadence == "month"

    def test_a_second_time_nothing_is_written_over(self, root):
        call(root, *self.WORDS, "--count", "2", "--from", "2027-01-01", "--at", "09:15", "--yes")
        path = root / "content/events/netvaerk-2027-02.md"
        path.write_text(path.read_text("utf-8") + "Mit eget.\n", "utf-8")
        told = call(root, *self.WORDS, "--count", "2", "--from", "2027-01-01", "--yes")
        assert told.stdout.splitlines() == [
            "2027-01: morgenmoede is there already",
            "2027-02: netvaerk-2027-02 is there already",
        ]
        assert "there is nothing to write" in told.stderr
        assert path.read_text("utf-8").endswith("Mit eget.\n")

    def test_what_is_not_understood_is_told(self, root):
        for words, text in (
            (("series", "Net værk", *self.WORDS[2:]), "'Net værk' is not a short name"),
            ((*self.WORDS[:-1], "someday"), "'someday' is no day of the month"),
        ):
            assert text in call(root, *words, exit_code=2).stderr
        unknown = ("series", "netvaerk", "--like", "morgenmode", *self.WORDS[4:])
        assert "did you mean 'morgenmoede'?" in call(root, *unknown, exit_code=1).stderr


class TestCarry:
    """Next year's experience meeting."""

    def test_the_file_the_points_and_the_reminders(self, root):
        put(root, "content/events/erfa-2027.md", MEETING)
        told = call(root, "carry", "erfa-2027", "--date", "2028-04-23")
        assert told.stdout.splitlines() == [
            "content/events/erfa-2028.md written: Erfaringsmøde 2028, Sunday 2028-04-23 08:30",
            "    goes on: Svar (to dage)",
            "    reminders in `newsletter calendar`: 2028-01-24, 2028-03-24, 2028-04-12",
        ]
        assert "warning: 2028-04-23 is a Sunday" in told.stderr
        assert run("check", "--workspace", root).exit_code == 0
        calendar = run("calendar", "2028", "--workspace", root).stdout
        assert "Mon\t2028-01-24\t\treminder\tErfaringsmøde 2028 (om 90 dage)\t" in calendar
        assert (
            "content/events/erfa-2028.md is there already"
            in call(root, "carry", "erfa-2027", "--date", "2028-05-23", exit_code=1).stderr
        )

    def test_every_point_goes_on_when_that_is_said(self, root):
        put(root, "content/events/erfa-2027.md", MEETING)
        told = call(root, "carry", "erfa-2027", "--date", "2028-04-25", "--every-point").stdout
        assert told.count("goes on:") == 2


class TestExport:
    """Calendar files by hand."""

    def test_one_event_to_the_screen_or_a_file(self, root, tmp_path):
        printed = call(root, "export", "morgenmoede").stdout_bytes.decode()
        theirs, strict = both_read(printed)
        assert theirs["UID"] == strict.uid == "morgenmoede@nyt.example"
        file = tmp_path / "new" / "a.ics"
        assert "a.ics: 1 event" in call(root, "export", "morgenmoede", "--output", file).stderr
        assert file.read_bytes().decode() == printed
        assert "as it was" in call(root, "export", "morgenmoede", "--output", file).stderr

    def test_all_to_come_in_one_file_those_off_among_them(self, root):
        put(root, "content/events/off.md", EVENT.replace("series:", "cancelled: true\nseries:"))
        put(root, "content/events/old.md", EVENT.replace("2027-01-14", "2026-01-14"))
        text = call(root, "export").stdout_bytes.decode()
        assert text.count("BEGIN:VEVENT") == 2
        assert "METHOD:PUBLISH" in text
        assert "STATUS:CANCELLED" in text

    def test_what_is_cancelled_is_taken_out_of_the_calendar(self, root):
        assert (
            "does not say that it is cancelled"
            in call(root, "export", "morgenmoede", "--method", "cancel", exit_code=1).stderr
        )
        edit(root, "content/events/morgenmoede.md", "series:", "cancelled: true\nseries:")
        assert "METHOD:CANCEL" in call(root, "export", "morgenmoede").stdout
        assert "METHOD:PUBLISH" in call(root, "export", "morgenmoede", "--method", "publish").stdout
        assert "say which" in call(root, "export", "--method", "cancel", exit_code=2).stderr

    def test_nothing_to_come(self, root, monkeypatch):
        edit(root, "content/events/morgenmoede.md", "2027-01-14 10:00", "2027-01-14 10:01")
        monkeypatch.setenv("NEWSLETTER_NOW", "2027-02-01T12:00:00+01:00")
        assert "there is no event to come" in call(root, "export", exit_code=2).stderr


class TestImport:
    """Others' calendars."""

    def test_a_dry_run_then_files_then_what_changed(self, root, tmp_path):
        file = put(tmp_path, "andres.ics", ICS)
        before = files(root)
        dry = call(root, "import", file, "--dry-run")
        assert dry.stdout == "new\tcontent/events/messe-2027-03-01.md\tMon 2027-03-01 09:00-10:00\tMesse\n"
        assert "nothing was written" in dry.stderr
        assert files(root) == before
        assert call(root, "import", file).stdout == dry.stdout
        assert run("check", "--workspace", root).exit_code == 0
        put(tmp_path, "andres.ics", ICS.replace("T080000Z", "T083000Z").replace("SUMMARY", "STATUS:CONFIRMED\nSUMMARY"))
        told = json.loads(call(root, "import", file, "--json").stdout)
        assert told == {
            "events": [
                {"event": "messe-2027-03-01", "title": "Messe", "start": "2027-03-01 09:30", "state": "changed"}
            ],
            "written": True,
        }
        assert "0 new, 0 changed, 0 cancelled, 1 unchanged" in call(root, "import", file).stderr

    def test_who_holds_them_can_be_said(self, root, tmp_path):
        call(root, "import", put(tmp_path, "a.ics", ICS), "--host", "Erhvervshuset")
        event = read_workspace(root).items["event"]["messe-2027-03-01"].fields
        assert (event.host, event.external.organizer, event.external.source) == (
            "Erhvervshuset",
            "Erhvervshuset",
            "Foreningen",
        )

    def test_two_problems_are_told_with_their_lines_and_nothing_is_written(self, root, tmp_path):
        before = files(root)
        bad = "BEGIN:VEVENT\nUID:b\nDTSTART:x\nSUMMARY:010190-1234\nEND:VEVENT\n"
        text = ICS.replace("END:VCALENDAR", bad.replace("x\n", "20270301\n") + bad.replace("UID:b", "UID:c"))
        told = call(root, "import", put(tmp_path, "a.ics", text + "END:VCALENDAR\n"), exit_code=1).stderr
        assert "a.ics:12:1: error: the event holds what looks like a CPR number" in told
        assert "a.ics:17:1: error: the event's DTSTART cannot be read" in told
        assert files(root) == before

    def test_a_file_that_is_too_large_or_not_utf8(self, root, tmp_path):
        assert "larger than 1 MB" in call(root, "import", put(tmp_path, "a.ics", "x" * 1_000_001), exit_code=1).stderr
        assert "not UTF-8" in call(root, "import", put(tmp_path, "a.ics", "ø".encode("latin-1")), exit_code=1).stderr
