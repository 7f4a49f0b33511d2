"""The year: what is in it, in which order."""

from __future__ import annotations

from datetime import date, time

import pytest
from schedule_kit import COPENHAGEN, HOUR, freeze, planned, utc, wall
from support import EVENT, edit, put

from newsletter.delivery.schedule import missed
from newsletter.delivery.schedule.outings import Standing, outings, standings
from newsletter.delivery.schedule.year import KINDS, year_of
from newsletter.workdays import holiday_name, is_between_holidays, is_workday
from newsletter.workspace import read_workspace

NOW = utc("2026-11-22 13:00")


def year(root, number=2027, known=None, now=NOW):
    workspace = read_workspace(root)
    return year_of(workspace, outings(workspace, known or {}, now), number)


def of_kind(entries, kind):
    return [(f"{each.day}", each.issue or each.campaign, each.state) for each in entries if each.kind == kind]


def test_sends_of_issues_and_of_months_that_have_none(root):
    assert of_kind(year(root), "send") == [
        ("2027-01-05", "2027-01", "not planned"),
        ("2027-02-02", "2027-02", "not planned"),
        ("2027-03-02", "besoeg", "no issue yet"),
        ("2027-04-06", "besoeg", "no issue yet"),
        ("2027-05-04", "besoeg", "no issue yet"),
        ("2027-06-01", "besoeg", "no issue yet"),
    ]


def test_what_is_over_says_so(root):
    states = [state for _, _, state in of_kind(year(root, now=utc("2027-05-04 08:59")), "send")]
    assert states == ["not sent", "not sent", "no issue", "no issue", "no issue yet", "no issue yet"]


def test_deadlines_and_reviews_stand_before_each_send(root):
    entries = year(root)
    assert of_kind(entries, "review")[:3] == [
        ("2027-01-29", "2027-02", "not planned"),
        ("2027-02-26", "besoeg", "no issue yet"),
        ("2027-04-02", "besoeg", "no issue yet"),
    ]
    assert of_kind(entries, "content-deadline")[:2] == [
        ("2027-01-26", "2027-02", "not planned"),
        ("2027-02-23", "besoeg", "no issue yet"),
    ]
    before = year(root, 2026)
    assert of_kind(before, "content-deadline") == [("2026-12-23", "2027-01", "not planned")]
    assert of_kind(before, "review") == [("2026-12-30", "2027-01", "not planned")]
    assert all(is_workday(each.day) for each in [*before, *entries] if each.kind in ("review", "content-deadline"))


def test_the_register_knows_better(root, register):
    planned(register, "2027-02", wall("2027-02-04 10:00"), NOW)
    planned(register, "gone", wall("2027-06-08 10:00"), NOW)
    with register.write() as connection:
        freeze(connection, "2027-01", utc("2027-01-06 09:00"), NOW, "done")
    with register.read() as connection:
        known = standings(connection, COPENHAGEN, NOW)
    assert of_kind(year(root, known=known), "send")[:2] == [
        ("2027-01-06", "2027-01", "sent"),
        ("2027-02-04", "2027-02", "planned"),
    ]
    assert ("2027-06-08", "gone", "planned") in of_kind(year(root, known=known), "send")


@pytest.mark.parametrize(
    ("state", "word"),
    [("sending", "being sent"), ("approved", "being sent"), ("paused", "paused"), ("stopped", "stopped")],
)
def test_how_a_send_goes(register, state, word):
    with register.write() as connection:
        freeze(connection, "2027-01", utc("2027-01-05 09:00"), NOW, state)
    with register.read() as connection:
        assert standings(connection, COPENHAGEN, NOW) == {
            "2027-01": Standing(state=word, wall=wall("2027-01-05 09:00"))
        }


def test_what_was_missed_is_told(register):
    planned(register, "2027-01", wall("2027-01-05 09:00"), NOW)
    late = utc("2027-01-05 09:00") + 7 * HOUR
    with register.write() as connection:
        assert standings(connection, COPENHAGEN, late - HOUR)["2027-01"].state == "planned"
        assert standings(connection, COPENHAGEN, late)["2027-01"].state == "missed"
        missed(connection, COPENHAGEN, late)
        assert standings(connection, COPENHAGEN, late)["2027-01"].state == "missed"


def test_a_month_has_its_issue_whether_it_names_the_month_or_a_time_in_it(root):
    edit(root, "content/issues/2027-02.md", "month: 2027-02", "send: 2027-03-09 09:00")
    sends = of_kind(year(root), "send")
    assert ("2027-02-02", "besoeg", "no issue yet") in sends
    assert not any(day.startswith("2027-03") and issue == "besoeg" for day, issue, _ in sends)


def test_an_issue_keeps_the_key_of_its_month_in_the_campaign(root):
    before = {each.key for each in year(root) if each.kind == "send" and each.day == date(2027, 3, 2)}
    issue = (root / "content/issues/2027-02.md").read_text("utf-8").replace("month: 2027-02", "month: 2027-03")
    put(root, "content/issues/2027-03.md", issue)
    entries = [each for each in year(root) if each.kind == "send" and each.day == date(2027, 3, 2)]
    assert {each.key for each in entries} == before == {"besoeg-2027-03"}
    assert [each.issue for each in entries] == ["2027-03"]


def test_only_days_of_the_period_have_sends(root):
    edit(root, "campaigns/besoeg.yml", "first: 2027-01-01, last: 2027-06-30", "first: 2027-01-10, last: 2027-04-05")
    assert [day for day, who, _ in of_kind(year(root), "send") if who == "besoeg"] == ["2027-03-02"]


def test_a_send_that_holidays_carry_over_new_year_stands_in_the_new_year(root):
    edit(root, "campaigns/besoeg.yml", "on: first tuesday", "on: last thursday")
    edit(root, "campaigns/besoeg.yml", "first: 2027-01-01", "first: 2026-12-01")
    assert of_kind(year(root), "send")[0] == ("2027-01-04", "besoeg", "no issue yet")  # 31 December moved on
    assert of_kind(year(root, 2026), "send") == []


@pytest.mark.parametrize("number", range(2024, 2037))
def test_every_day_off_and_every_day_squeezed_in(root, number):
    entries = year(root, number)
    holidays = [each for each in entries if each.kind == "holiday"]
    assert all(each.title == holiday_name(each.day) != "" for each in holidays)
    assert len(holidays) >= 12
    squeezed = [each.day for each in entries if each.kind == "between-holidays"]
    assert all(is_between_holidays(day) for day in squeezed)
    assert any(day.weekday() == 4 and day.month in (4, 5, 6) for day in squeezed)  # after Ascension
    assert [each.title for each in entries if each.kind == "clock-change"] == ["02:00 → 03:00", "03:00 → 02:00"]


def test_school_holidays_are_whole_weeks(root):
    found = [each for each in year(root) if each.kind == "school-holiday"]
    assert [(f"{each.day}", f"{each.last}", each.title) for each in found] == [
        ("2027-02-15", "2027-02-28", "vinterferie (uge 7-8)"),
        ("2027-07-05", "2027-08-15", "sommerferie (uge 27-32)"),
        ("2027-10-18", "2027-10-24", "efterårsferie (uge 42)"),
    ]


def test_events_stand_with_their_times(root):
    (event,) = (each for each in year(root) if each.kind == "event")
    assert (event.key, event.day, event.at, event.end) == (
        "morgenmoede",
        date(2027, 1, 14),
        time(8, 30),
        wall("2027-01-14 10:00"),
    )
    edit(root, "content/events/morgenmoede.md", "end: 2027-01-14 10:00", "end: 2028-01-02 10:00")
    assert "event" in {each.kind for each in year(root, 2028)}


def test_a_cancelled_event_says_so_and_whole_days_have_no_time(root):
    edit(root, "content/events/morgenmoede.md", "series:", "cancelled: true\nsequence: 2\nseries:")
    put(root, "content/events/messe.md", EVENT.replace("14 08:30", "30").replace("2027-01-14 10:00", "2027-02-01"))
    events = [each for each in year(root) if each.kind == "event"]
    assert [(each.key, each.state, each.sequence, each.at) for each in events] == [
        ("morgenmoede", "cancelled", 3, time(8, 30)),
        ("messe", "", 0, None),
    ]
    assert (events[1].day, events[1].last) == (date(2027, 1, 30), date(2027, 1, 31))


def test_an_experience_meeting_has_reminders_over_new_year_too(root):
    edit(root, "content/events/morgenmoede.md", "series: netvaerk", "kind: experience-meeting")
    found = [
        (f"{each.day}", each.title) for number in (2026, 2027) for each in year(root, number) if each.kind == "reminder"
    ]
    assert found == [
        ("2026-10-16", "Morgenmøde (om 90 dage)"),
        ("2026-12-15", "Morgenmøde (om 30 dage)"),
        ("2027-01-07", "Morgenmøde (om 7 dage)"),
    ]


def test_entries_stand_in_order_and_weeks_are_iso_weeks(root):
    edit(root, "content/events/morgenmoede.md", "series: netvaerk", "kind: experience-meeting")
    entries = year(root)
    assert [each.order for each in entries] == sorted(each.order for each in entries)
    assert {each.kind for each in entries} == {*KINDS}
    assert {each.day: each.week for each in entries}[date(2027, 1, 1)] == 53
    assert {each.day: each.week for each in entries}[date(2027, 4, 6)] == 14


def test_a_file_that_cannot_be_read_hides_no_other(root):
    put(root, "content/issues/2027-01.md", "x")
    assert ("2027-02-02", "2027-02", "not planned") in of_kind(year(root), "send")
