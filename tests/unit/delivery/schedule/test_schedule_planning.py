"""Planning: what is refused, what is shown, what ends up in the book."""

from __future__ import annotations

from datetime import timedelta

import pytest
from schedule_kit import COPENHAGEN, DAY, HOUR, freeze, planned, states, utc, wall
from support import edit, put

from newsletter.delivery.schedule.cautions import Asked, cautions
from newsletter.delivery.schedule.planning import LEAST_GRACE, plan, propose, unplan
from newsletter.problems import Invalid, Refused
from newsletter.workspace import read_workspace

NOW = utc("2026-11-22 13:00")
AT = wall("2027-01-05 09:00")


def codes(text: str, **changed: object) -> list[str]:
    when = wall(text)
    values = {"wall": when, "zone": COPENHAGEN, "now": when.replace(tzinfo=COPENHAGEN) - 60 * DAY}
    return [each.code for each in cautions(Asked(**{**values, "deadline": when - 7 * DAY, **changed}))]


class TestPropose:
    """When an issue goes out."""

    def test_as_its_file_says(self, root):
        found = propose(read_workspace(root), "2027-01", None)
        assert (found.wall, found.source, found.grace) == (AT, "at", 6 * HOUR)
        assert found.deadline == wall("2026-12-23 09:00")  # five working days: Christmas and New Year are none
        assert found.shown_for == AT

    def test_as_its_campaign_says(self, root):
        found = propose(read_workspace(root), "2027-02", None)
        assert (found.wall, found.source) == (wall("2027-02-02 09:00"), "campaign")

    def test_as_a_person_says(self, root):
        found = propose(read_workspace(root), "2027-02", "2027-02-03 10.30")
        assert (found.wall, found.source) == (wall("2027-02-03 10:30"), "at")
        assert found.shown_for == wall("2027-02-02 09:00")
        assert propose(read_workspace(root), "2027-02", "2027-02-03").wall == wall("2027-02-03 09:00")
        assert propose(read_workspace(root), "2027-02", "2027-02-02 09:00").source == "campaign"

    @pytest.mark.parametrize(
        ("late", "grace"),
        [("2 days", 2 * DAY), ("1 hour", HOUR), ("0 hours", LEAST_GRACE), ("1 workday", DAY), ("3 workdays", 3 * DAY)],
    )
    def test_the_campaign_says_how_late_and_by_when(self, root, late, grace):
        edit(
            root, "campaigns/besoeg.yml", '  at: "09:00"', f'  at: "09:00"\n  late: {late}\n  content_deadline: 2 days'
        )
        found = propose(read_workspace(root), "2027-01", None)
        assert (found.grace, found.deadline) == (grace, AT - 2 * DAY)

    def test_two_errors_are_both_told(self, root):
        with pytest.raises(Refused) as caught:
            propose(read_workspace(root), "2027-1", "2027-02-30 09:00")
        assert "there is no content/issues/2027-1.md" in caught.value.text
        assert "did you mean '2027-01'?" in caught.value.text
        assert "there is no such day or time" in caught.value.text

    def test_a_file_that_cannot_be_read_is_told_apart_from_none(self, root):
        put(root, "content/issues/2027-01.md", "x")
        with pytest.raises(Refused, match=r"cannot be read\n.*newsletter check"):
            propose(read_workspace(root), "2027-01", None)

    def test_a_month_that_falls_out_must_be_told_a_time(self, root):
        edit(root, "campaigns/besoeg.yml", "on: first tuesday", "on: first friday\n  holiday: skip")
        edit(root, "content/issues/2027-02.md", "month: 2027-02", "month: 2027-01")
        with pytest.raises(Invalid, match="falls on a holiday"):
            propose(read_workspace(root), "2027-02", None)
        assert propose(read_workspace(root), "2027-02", "2027-01-05 09:00").shown_for is None

    def test_a_file_may_say_a_time_that_does_not_exist(self, root):
        edit(root, "content/issues/2027-01.md", "send: 2027-01-05 09:00", "send: 2027-03-28 02:15")
        with pytest.raises(Refused, match="2027-03-28 02:15 does not exist") as caught:
            propose(read_workspace(root), "2027-01", None)
        assert caught.value.hint == "choose 2027-03-28 01:59 or 2027-03-28 03:00"


class TestPlan:
    """Into the book."""

    def test_moved_it_stands_once(self, register):
        first = planned(register, "2027-01", AT, NOW)
        again = planned(register, "2027-01", AT, NOW + HOUR)
        moved = planned(register, "2027-01", AT + DAY, NOW)
        assert (first.is_new, again.is_new, moved.is_new) == (True, False, True)
        assert (first.before, again.send, moved.before) == (None, first.send, first.send)
        assert states(register) == [
            ("2027-01", "2027-01-05 09:00", "cancelled"),
            ("2027-01", "2027-01-06 09:00", "waiting"),
        ]

    def test_another_grace_is_another_plan(self, register):
        planned(register, "2027-01", AT, NOW)
        assert planned(register, "2027-01", AT, NOW, grace=HOUR).is_new

    @pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=1), 400 * DAY])
    def test_the_past_is_refused(self, register, ago):
        with pytest.raises(Refused, match=r"is past: it is .*now") as caught:
            planned(register, "2027-01", AT, utc("2027-01-05 09:00") + ago)
        assert "newsletter send 2027-01 --really" in caught.value.hint
        assert states(register) == []

    @pytest.mark.parametrize(
        ("state", "says"),
        [
            ("sending", "is being sent"),
            ("paused", "is being sent"),
            ("done", "has been sent"),
            ("cancelled", "in part"),
        ],
    )
    def test_what_went_out_is_not_planned_again(self, register, state, says):
        planned(register, "2027-01", AT, NOW)
        with register.write() as connection:
            freeze(connection, "2027-01", NOW, NOW, state)
        for when in (AT, AT + DAY):
            with pytest.raises(Refused, match=says) as caught:
                planned(register, "2027-01", when, NOW)
            assert "newsletter status 2027-01" in caught.value.hint
        assert states(register) == [("2027-01", "2027-01-05 09:00", "waiting")]

    def test_cancelling_what_is_not_planned(self, register):
        with register.write() as connection, pytest.raises(Refused, match="no send of 2027-01 is planned"):
            unplan(connection, "2027-01", zone=COPENHAGEN, now=NOW, actor="maja")
        planned(register, "2027-01", AT, NOW)
        with register.write() as connection:
            assert unplan(connection, "2027-01", zone=COPENHAGEN, now=NOW, actor="maja").wall == AT
        with register.write() as connection:
            freeze(connection, "2027-01", NOW, NOW)
            with pytest.raises(Refused, match="is being sent"):
                unplan(connection, "2027-01", zone=COPENHAGEN, now=NOW, actor="maja")

    def test_another_issue_on_the_day_is_told(self, register):
        planned(register, "2027-01-kampagne", AT, NOW)
        found = planned(register, "2027-01", AT + 2 * HOUR, NOW)
        assert [each.text for each in found.cautions] == ["2027-01-kampagne goes out on the same day"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-05 09:00", []),
        ("2027-01-09 09:00", ["weekend"]),
        ("2027-01-01 09:00", ["holiday"]),
        ("2026-06-05 09:00", ["holiday"]),  # Constitution Day
        ("2027-05-07 09:00", ["between-holidays"]),  # after Ascension
        ("2026-12-28 09:00", ["between-holidays"]),
        ("2024-04-26 09:00", []),  # General Prayer Day, abolished
        ("2027-02-16 09:00", ["school-holiday"]),
        ("2027-02-23 09:00", ["school-holiday"]),
        ("2027-03-02 09:00", []),
        ("2027-07-05 09:00", ["school-holiday"]),
        ("2027-08-15 09:00", ["weekend", "school-holiday"]),
        ("2027-10-19 09:00", ["school-holiday"]),
        ("2027-01-05 00:00", ["night"]),
        ("2027-01-05 05:59", ["night"]),
        ("2027-01-05 06:00", []),
        ("2027-10-31 02:30", ["weekend", "night", "clock-change"]),
        ("2027-12-25 03:00", ["holiday", "night"]),
    ],
)
def test_days_and_hours_to_think_of(text, expected):
    assert codes(text) == expected


def test_deadlines_years_and_what_the_file_says_are_to_be_thought_of():
    when = wall("2027-01-05 09:00")
    assert codes("2027-01-05 09:00", deadline=when - 60 * DAY) == []
    assert codes("2027-01-05 09:00", deadline=when - 61 * DAY) == ["deadline"]
    assert codes("2027-01-05 09:00", now=when.replace(tzinfo=COPENHAGEN) - 367 * DAY) == ["far"]
    assert codes("2027-01-05 09:00", shown_for=when + HOUR) == []
    assert codes("2027-01-05 09:00", shown_for=when + DAY, same_day=["x", "y"]) == ["other-day", "same-day", "same-day"]


def test_everything_at_once_is_told(register):
    with register.write() as connection:
        from schedule_kit import proposal

        late = proposal("2027-10", wall("2027-10-31 02:30"), deadline=wall("2026-01-01 09:00"))
        found = plan(connection, late, zone=COPENHAGEN, now=utc("2027-10-31 02:29"), actor="maja")
    assert [each.code for each in found.cautions] == ["weekend", "night", "clock-change", "deadline"]
    assert found.send.send_at == utc("2027-10-31 02:30")
