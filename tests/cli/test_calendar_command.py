"""`newsletter calendar`."""

from __future__ import annotations

import json

import pytest
from icalendar import Calendar
from kit import run
from schedule_kit import planned, utc, wall
from support import edit, put

from newsletter.cli import terminal as terminal_module

KEYS = ["day", "last", "week", "time", "end", "kind", "title", "state", "issue", "campaign"]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-20T13:00:00+01:00")


def call(root, *words, exit_code=0):
    result = run("calendar", *words, "--workspace", root)
    assert result.exit_code == exit_code, result.output
    return result


def test_the_year_in_lines(root):
    lines = call(root).stdout.splitlines()
    assert lines[0] == "uge 53\tFri\t2027-01-01\t\tholiday\tNytårsdag\t"
    assert "uge 1\tTue\t2027-01-05\t09:00\tsend\t2027-01: Nyt i januar fra kommunen\tnot sent" in lines
    assert "uge 14\tTue\t2027-04-06\t09:00\tsend\tBesøg\tno issue yet" in lines
    assert "uge 2\tThu\t2027-01-14\t08:30\tevent\tMorgenmøde\t" in lines
    assert "uge 12\tSun\t2027-03-28\t\tclock-change\t02:00 → 03:00\t" in lines
    days = [line.split("\t")[2] for line in lines]
    assert days == sorted(days)
    assert [line for line in lines if "today" in line] == ["uge 3\tWed\t2027-01-20\t\ttoday\t\t"]
    assert "today" not in call(root, "2028").stdout


def test_what_is_planned_stands_where_it_is_planned(register, root):
    planned(register, "2027-02", wall("2027-02-04 10:15"), utc("2027-01-20 13:00"))
    assert "uge 5\tThu\t2027-02-04\t10:15\tsend\t2027-02: Nyt i februar fra kommunen\tplanned" in call(root).stdout


def test_the_facts_for_programs(root):
    told = json.loads(call(root, "--json").stdout)
    assert (told["year"], told["today"], told["time_zone"]) == (2027, "2027-01-20", "Europe/Copenhagen")
    assert {tuple(each) for each in told["entries"]} == {tuple(KEYS)}
    (event,) = (each for each in told["entries"] if each["kind"] == "event")
    assert [event[key] for key in KEYS] == [
        "2027-01-14",
        "2027-01-14",
        2,
        "08:30",
        "2027-01-14 10:00",
        "event",
        "Morgenmøde",
        None,
        None,
        None,
    ]


def test_the_year_as_icalendar(root, tmp_path):
    file = tmp_path / "new" / "year.ics"
    told = call(root, "--ics", file)
    assert (told.stdout, "2027 with" in told.stderr) == ("", True)
    first = file.read_bytes()
    assert len(Calendar.from_ical(first).walk("VEVENT")) == len(json.loads(call(root, "--json").stdout)["entries"])
    assert "as it was" in call(root, "--ics", file).stderr
    assert file.read_bytes() == first
    both = call(root, "2028", "--ics", file, "--json")
    assert json.loads(both.stdout)["year"] == 2028
    assert file.read_bytes() != first


def test_on_a_terminal_it_stands_by_months(root, monkeypatch):
    monkeypatch.setattr(terminal_module, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    lines = [line.rstrip() for line in call(root).stdout.splitlines()]
    months = ["January 2027", "February 2027", "March 2027"]
    assert [line for line in lines if line in months] == months
    (line,) = (line for line in lines if "clock change" in line and "02:00 → 03:00" in line)
    assert line.split() == ["Sun", "28", "clock", "change", "02:00", "→", "03:00"]  # the week is said above
    assert any(line.startswith("uge 3 ") and "today" in line for line in lines)


def test_a_year_that_is_none_is_refused(root):
    assert call(root, "27", exit_code=2).stderr
    assert call(root, "next", exit_code=2).stderr


def test_two_errors_are_both_told_and_the_rest_is_shown(root):
    put(root, "content/issues/2027-01.md", "x")
    put(root, "content/events/ny.md", "x")
    told = call(root, exit_code=1)
    assert "2027-02: Nyt i februar" in told.stdout
    assert "2 files cannot be read: `newsletter check` says why" in told.stderr
    edit(root, "newsletter.yml", "title: Nyt", "titel: Nyt")
    edit(root, "newsletter.yml", "entry: service", "entrance: service")
    told = call(root, exit_code=1).stderr
    assert "newsletter.yml:1:1: error" in told
    assert "'entrance'" in told


def test_a_place_that_cannot_be_written_is_told(root, tmp_path):
    assert call(root, "--ics", tmp_path, exit_code=2).stderr
    put(tmp_path, "file", "x")
    told = call(root, "--ics", tmp_path / "file" / "year.ics", exit_code=1).stderr
    assert "free some space or ask for permission" in told
