"""Pictures and calendar files."""

from __future__ import annotations

import hashlib

import pytest
from support import PNG, edit, put

from newsletter.build.assets import assets_for
from newsletter.build.cache import Cache
from newsletter.workspace import read_workspace


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


def test_a_cancelled_events_file_takes_it_out_of_the_calendar(root):
    edit(root, "content/events/morgenmoede.md", "series:", "cancelled: true\nseries:")
    data = assets_for(read_workspace(root), ["events/morgenmoede.ics"], Cache())["events/morgenmoede.ics"].read()
    assert b"METHOD:CANCEL\r\n" in data
    assert b"UID:morgenmoede@nyt.example\r\n" in data


def test_who_sends_is_in_the_calendar_file_so_it_changes_with_newsletter_yml(root):
    def digest():
        return assets_for(read_workspace(root), ["events/morgenmoede.ics"], cache)["events/morgenmoede.ics"].digest

    cache = Cache()
    first = digest()
    edit(root, "newsletter.yml", "name: Virksomhedsservice", "name: Erhvervshuset")
    assert digest() != first
