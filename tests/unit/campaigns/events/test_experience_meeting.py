"""The year's experience meeting."""

from __future__ import annotations

from datetime import date

import pytest
from event_kit import event_of, wall

from newsletter.campaigns.events.experience import beside, carried, open_points, reminders
from newsletter.campaigns.events.files import event_text, made_after
from newsletter.problems import Refused
from newsletter.workdays import is_workday

POINTS = (
    "[{point: Fleksjob, target: '40', result: '43'}, {point: Svar, target: to dage}, {point: Mentorer, target: '10'}]"
)


def meeting(slug="erfaringsmoede-2027", **keys):
    keys = {"kind": "experience-meeting", "measure_points": POINTS, "series": None} | keys
    return event_of(slug, **({"title": "Erfaringsmøde 2027"} | keys))


def test_next_years_meeting_has_the_open_points_and_no_results():
    slug, event = carried(meeting(speaker="Eva", sequence=2), date(2028, 1, 20))
    assert (slug, event.title, event.follows) == ("erfaringsmoede-2028", "Erfaringsmøde 2028", "erfaringsmoede-2027")
    assert (event.start, event.end) == (wall("2028-01-20 08:30"), wall("2028-01-20 10:00"))
    assert [(each.point, each.target, each.result) for each in event.measure_points] == [
        ("Svar", "to dage", None),
        ("Mentorer", "10", None),
    ]
    assert (event.kind, event.speaker, event.sequence) == ("experience-meeting", None, 0)


def test_settled_points_go_on_when_that_is_asked_for():
    _, event = carried(meeting(), date(2028, 1, 20), every_point=True)
    assert [(each.point, each.result) for each in event.measure_points] == [
        ("Fleksjob", None),
        ("Svar", None),
        ("Mentorer", None),
    ]
    assert len(open_points(meeting().fields)) == 2


def test_a_name_without_its_year_gets_one_and_other_numbers_stay():
    slug, event = carried(meeting("aarsmoede", title="Møde 2027 i sal 20271"), date(2028, 2, 29))
    assert (slug, event.title) == ("aarsmoede-2028", "Møde 2028 i sal 20271")


def test_what_cannot_be_carried_is_refused():
    with pytest.raises(Refused, match="is a theme, no experience meeting"):
        carried(meeting(kind="theme", measure_points="[]"), date(2028, 1, 20))
    with pytest.raises(Refused, match="2027-01-14 is not after erfaringsmoede-2027"):
        carried(meeting(), date(2027, 1, 14))


def test_this_years_points_stand_beside_last_years_and_those_that_ended_come_last():
    last = meeting()
    this = meeting(
        "erfaringsmoede-2028",
        follows="erfaringsmoede-2027",
        measure_points="[{point: SVAR, target: en dag}, {point: Nyt, target: '1'}]",
    )
    found = beside(this.fields, {last.slug: last})
    assert [(each.point, each.now and each.now.target, each.before and each.before.result) for each in found] == [
        ("SVAR", "en dag", None),
        ("Nyt", "1", None),
        ("Fleksjob", None, "43"),
        ("Mentorer", None, None),
    ]
    assert [each.before and each.before.target for each in found] == ["to dage", None, "40", "10"]
    assert len(beside(this.fields, {})) == 2


@pytest.mark.parametrize("day", ["2027-04-20", "2027-04-03", "2027-01-05", "2028-02-29", "2028-12-31"])
def test_reminders_stand_on_working_days_and_never_too_late(day):
    event = meeting(start=f"{day} 08:30", end=f"{day} 10:00").fields
    found = dict(reminders(event))
    assert list(found) == [90, 30, 7]
    assert all(is_workday(each) for each in found.values())
    assert all(0 <= (event.start.date() - each).days - days <= 5 for days, each in found.items())


def test_who_needs_no_reminder():
    assert not [*reminders(event_of().fields), *reminders(meeting(cancelled="true").fields)]
    assert not [*reminders(meeting(external="{organizer: A, uid: b}").fields)]


def test_a_file_written_from_an_event_is_read_back_as_it_was():
    event = meeting(online="https://x.example/a?b=1", tags="[a, b]", program="[kl. 8, kl. 9]").fields
    from support import item

    assert item("events", "x", event_text(event)).fields == event
    assert item("events", "x", event_text(event, "Mere\n")).body == "Mere\n"


def test_days_and_hours_stay_by_the_wall_across_the_change_of_the_clock():
    like = event_of(start="2027-03-27 22:00", end="2027-03-28 06:00", sign_up_by="2027-03-20").fields
    new = made_after(like, wall("2027-10-30 22:00"))
    assert (new.end, new.sign_up_by) == (wall("2027-10-31 06:00"), date(2027, 10, 23))
