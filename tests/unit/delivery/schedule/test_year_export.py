"""The year as iCalendar, read back by icalendar and by a reader of our own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from schedule_kit import utc
from support import EVENT, edit, put

from newsletter.campaigns.events.ics import calendar_text, method_of
from newsletter.delivery.schedule.export import calendar_file
from newsletter.delivery.schedule.outings import outings
from newsletter.delivery.schedule.year import Entry, year_of
from newsletter.settings import read_settings
from newsletter.workspace import read_workspace

NOW = utc("2026-11-22 13:00")
ESCAPES = {"\\\\": "\\", "\\,": ",", "\\;": ";", "\\n": "\n", "\\N": "\n"}


def entries_of(root, year=2027):
    workspace = read_workspace(root)
    return year_of(workspace, outings(workspace, {}, NOW), year)


def exported(root, year=2027) -> bytes:
    return calendar_file(read_settings(root), entries_of(root, year))


def read(data: bytes) -> list[dict[str, str]]:
    """The events of an iCalendar file by RFC 5545 § 3.1 and § 3.3.11: unfolded, unescaped, parameters kept in names."""
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert all(line.decode() is not None for line in data.split(b"\r\n"))  # no letter is cut in two
    events: list[dict[str, str]] = []
    for line in data.decode().replace("\r\n ", "").splitlines():
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and not line.startswith("END:"):
            assert name not in events[-1]
            events[-1][name] = re.sub(r"\\[\\,;nN]", lambda match: ESCAPES[match.group()], value)
    return events


def test_both_readers_find_every_entry_with_its_days(root):
    entries, data = entries_of(root), exported(root)
    ours, theirs = read(data), Calendar.from_ical(data).walk("VEVENT")
    assert len(ours) == len(theirs) == len(entries)
    for entry, our, their in zip(entries, ours, theirs, strict=True):
        assert our["SUMMARY"] == str(their["SUMMARY"])
        assert our["UID"] == str(their["UID"])
        assert entry.title in our["SUMMARY"]
        start, end = their.get("DTSTART").dt, their.get("DTEND") and their.get("DTEND").dt
        if entry.at is None:
            assert our["DTSTART;VALUE=DATE"] == f"{entry.day:%Y%m%d}"
            assert our["DTEND;VALUE=DATE"] == f"{entry.last + timedelta(days=1):%Y%m%d}"
            assert (start, end) == (entry.day, entry.last + timedelta(days=1))
            assert our["TRANSP"] == "TRANSPARENT"
        else:
            assert our["DTSTART"] == utc(f"{entry.day} {entry.at}").strftime("%Y%m%dT%H%M%SZ")
            assert start == utc(f"{entry.day} {entry.at}")
        assert re.fullmatch(r"\d{8}T\d{6}Z", our["DTSTAMP"])


def test_summer_and_winter_times_are_right(root):
    starts = {each["UID"].partition("@")[0]: each.get("DTSTART") for each in read(exported(root))}
    assert starts["send.besoeg-2027-03"] == "20270302T080000Z"
    assert starts["send.besoeg-2027-04"] == "20270406T070000Z"
    assert starts["morgenmoede"] == "20270114T073000Z"


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2036])
def test_a_second_export_has_the_same_bytes_and_every_uid_stands_once(root, year):
    first = exported(root, year)
    assert exported(root, year) == first
    uids = [each["UID"] for each in read(first)]
    assert len(uids) == len({*uids})
    assert all(uid.endswith("@nyt.example") for uid in uids)


def test_an_event_is_the_one_of_its_own_calendar_file(root):
    def both():
        workspace = read_workspace(root)
        event = workspace.items["event"]["morgenmoede"]
        (own,) = read(calendar_text([event], workspace.settings, method_of(event.fields)).encode())
        (listed,) = (each for each in read(exported(root)) if each["UID"] == own["UID"])
        return own, listed

    for changes in ("sequence: 4", "sequence: 4\ncancelled: true"):
        put(root, "content/events/morgenmoede.md", EVENT.replace("series:", f"{changes}\nseries:"))
        own, listed = both()
        for name in ("SUMMARY", "SEQUENCE", "STATUS"):
            assert own[name] == listed[name]
    assert (listed["SUMMARY"], listed["STATUS"], listed["SEQUENCE"]) == ("Aflyst: Morgenmøde", "CANCELLED", "5")


def test_moving_a_send_keeps_its_uid(root):
    before = {each["UID"]: each for each in read(exported(root))}
    edit(root, "campaigns/besoeg.yml", "first tuesday", "second tuesday")
    after = {each["UID"]: each for each in read(exported(root))}
    uid = "send.besoeg-2027-04@nyt.example"
    assert (before[uid]["DTSTART"], after[uid]["DTSTART"]) == ("20270406T070000Z", "20270413T070000Z")


def test_it_speaks_the_language_of_the_newsletter(root):
    assert "Udsendes: Besøg (intet nummer endnu)" in {each["SUMMARY"] for each in read(exported(root))}
    edit(root, "newsletter.yml", "title: Nyt", "title: Nyt\nlanguage: en")
    assert "Send: Besøg (no issue yet)" in {each["SUMMARY"] for each in read(exported(root))}


def test_no_zone_travels_along_and_nobody_is_invited(root):
    calendar = Calendar.from_ical(exported(root))
    assert {part.name for part in calendar.walk()} == {"VCALENDAR", "VEVENT"}
    assert str(calendar["VERSION"]) == "2.0"
    assert "METHOD" not in calendar
    assert b"TZID" not in exported(root)
    assert b"ATTENDEE" not in exported(root)


TITLES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120)


@given(TITLES, st.dates(date(2000, 1, 1), date(2099, 12, 30)))
def test_any_title_comes_back_as_it_was(title, day):
    from newsletter.settings import Settings

    settings = Settings.model_validate(SETTINGS_VALUES)
    data = calendar_file(settings, [Entry(kind="event", key="x", day=day, last=day, title=title)])
    (ours,) = read(data)
    assert ours["SUMMARY"] == title
    assert str(Calendar.from_ical(data).walk("VEVENT")[0]["SUMMARY"]) == title
    assert ours["DTSTAMP"] == datetime(day.year, day.month, day.day, tzinfo=UTC).strftime("%Y%m%dT%H%M%SZ")


SETTINGS_VALUES = {
    "title": "Nyt; alt, og \\ mere",
    "public_url": "https://nyt.example",
    "sender": {"name": "a", "address": "a@b.example", "postal_address": ["x"], "cvr": "13748136"},
    "unit": {"name": "a", "entry": "a"},
}
