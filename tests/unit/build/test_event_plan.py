"""What an issue with an experience meeting is made of."""

from __future__ import annotations

from support import EVENT, edit, put

from newsletter.build.compose import compose_all
from newsletter.build.plan import make_plan
from newsletter.workspace import read_workspace

BEFORE = EVENT.replace("2027-01-14", "2026-01-14").replace(
    "series: netvaerk", "kind: experience-meeting\nmeasure_points: [{point: Svar, target: to dage}]"
)


def plan(root):
    workspace = read_workspace(root)
    return make_plan(workspace, compose_all(workspace)[0]["2027-01"])


def test_an_issue_is_made_anew_when_last_years_results_come_in(root):
    put(root, "content/events/sidste.md", BEFORE)
    edit(root, "content/events/morgenmoede.md", "series: netvaerk", "kind: experience-meeting\nfollows: sidste")
    before = plan(root)
    assert "content/events/sidste.md" in before.inputs
    edit(root, "content/events/sidste.md", "to dage", "to dage, result: en dag")
    assert plan(root).key != before.key


def test_a_meeting_that_follows_nobody_known_is_made_of_itself(root):
    edit(root, "content/events/morgenmoede.md", "series:", "follows: ukendt\nseries:")
    assert not [path for path in plan(root).inputs if "ukendt" in path]
