"""Pictures and calendar files."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from support import EVENT, PNG, edit, item, put

from newsletter.build.assets import assets_for, calendar_text
from newsletter.build.cache import Cache
from newsletter.settings import Settings
from newsletter.workspace import read_workspace

ZONE = "Europe/Copenhagen"


def test_a_picture_is_published_under_its_digest(root):
    put(root, "content/images/stort billede.PNG", PNG + b"x")
    workspace = read_workspace(root)
    found = assets_for(workspace, ["images/stort billede.PNG", "images/logo.png", "images/ukendt.png"], Cache())
    digest = hashlib.sha256(PNG).hexdigest()
    assert list(found) == ["images/logo.png", "images/stort billede.PNG"]
    assert found["images/logo.png"].name == f"logo-{digest[:12]}.png"
    assert found["images/logo.png"].digest == digest
    assert found["images/logo.png"].read() == PNG
    assert found["images/stort billede.PNG"].name.endswith(".png")


@pytest.mark.parametrize(
    "name", ["", "images/", "images/../newsletter.yml", "events/ukendt.ics", "events/../x.ics", "other/x"]
)
def test_what_nobody_has_is_left_out(root, name):
    assert assets_for(read_workspace(root), [name], Cache()) == {}


def test_an_event_has_a_calendar_file_that_goes_by_what_it_says(root):
    def found():
        return assets_for(read_workspace(root), ["events/morgenmoede.ics"], Cache())["events/morgenmoede.ics"]

    first = found()
    assert found().name == first.name
    assert first.name.startswith("morgenmoede-")
    assert hashlib.sha256(first.read()).hexdigest() == first.digest
    edit(root, "content/events/morgenmoede.md", "08:30", "08:15")
    assert found().name != first.name


def parsed(event):
    zone = Settings.model_fields["time_zone"].default
    assert zone == ZONE
    from zoneinfo import ZoneInfo

    text = calendar_text(event, ZoneInfo(ZONE), "nyt.example")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return Calendar.from_ical(text)


def test_the_calendar_file_says_when_and_where():
    calendar = parsed(item("events", "morgenmoede", EVENT.replace("place:", "online: https://x.example/m\nplace:")))
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert entry["UID"] == "morgenmoede@nyt.example"
    assert entry["LOCATION"] == "Rådhuset"
    assert entry["URL"] == "https://x.example/m"
    assert entry.decoded("DTSTART").isoformat() == "2027-01-14T08:30:00+01:00"
    assert entry.decoded("DTEND").isoformat() == "2027-01-14T10:00:00+01:00"
    assert "ATTENDEE" not in entry
    assert calendar.walk("VTIMEZONE")


def test_summer_time_is_minded():
    (entry,) = parsed(item("events", "a", EVENT.replace("2027-01-14", "2027-07-14"))).walk("VEVENT")
    assert entry.decoded("DTSTART").isoformat() == "2027-07-14T08:30:00+02:00"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1))
def test_any_title_is_read_back(title):
    event = item("events", "a", EVENT)
    event = type(event)(**{**vars(event), "fields": event.fields.model_copy(update={"title": title})})
    (entry,) = parsed(event).walk("VEVENT")
    assert str(entry["SUMMARY"]) == title
