"""Names in one file that another file must know."""

from __future__ import annotations

from invitations_kit import inviting
from support import EVENT, SETTINGS, edit, lines, put

from newsletter.checks.references import check_references
from newsletter.workspace import read_workspace


def told(root):
    return check_references(read_workspace(root))


def test_the_small_and_the_large_workspace_know_all_their_names(root, starter):
    assert told(root) == []
    assert told(starter) == []


def test_every_unknown_name_is_told_with_its_place_and_a_guess(root):
    edit(root, "newsletter.yml", "entry: service", "entry: servise")
    edit(root, "content/guides/trin.md", "scheme: fleksjob", "scheme: flexjob")
    edit(root, "campaigns/besoeg.yml", "audience: [begge]", "audience: [begge, bygeri]")
    edit(root, "campaigns/besoeg.yml", "issue: 2027-01", "issue: 2027-03")
    edit(root, "subscribers/segments.yml", "- segment: handel", "- segment: handle")
    found = told(root)
    assert lines(found) == [
        "campaigns/besoeg.yml:5:19 unknown-segment",
        "campaigns/besoeg.yml:13:13 unknown-issue",
        "content/guides/trin.md:4:9 unknown-scheme",
        "newsletter.yml:10:10 unknown-contact",
        "subscribers/segments.yml:14:18 unknown-segment",
    ]
    assert [problem.hint for problem in found] == [
        "did you mean 'byggeri'?",
        "did you mean '2027-02'?",
        "did you mean 'fleksjob'?",
        "did you mean 'service'?",
        "did you mean 'handel'?",
    ]


def test_every_contact_the_service_names_must_be_there(root):
    service = "service:\n  topics: {fleksjob: servise}\n  stand_ins: {service: anna}\n  away: {bo: 2027-01-05}\n"
    put(root, "newsletter.yml", SETTINGS + service)
    found = told(root)
    assert lines(found) == [f"newsletter.yml:{place} unknown-contact" for place in ("12:22", "13:24", "14:14")]
    assert found[0].hint == "did you mean 'service'?"


def test_segments_that_lean_on_each_other_in_a_circle_are_told(root):
    edit(root, "subscribers/segments.yml", "industry: F", "not: {segment: begge}")
    found = told(root)
    assert {problem.code for problem in found} == {"segment-circle"}
    assert lines(found) == [
        "subscribers/segments.yml:4:20 segment-circle",
        "subscribers/segments.yml:13:18 segment-circle",
    ]


def test_a_segment_that_leans_on_itself_is_told(root):
    edit(root, "subscribers/segments.yml", "industry: G", "all: [{segment: handel}, {industry: G}]")
    assert lines(told(root)) == ["subscribers/segments.yml:8:21 segment-circle"]


def test_a_segment_above_a_circle_is_not_blamed(root):
    edit(root, "subscribers/segments.yml", "industry: G", "segment: handel")
    assert lines(told(root)) == ["subscribers/segments.yml:8:14 segment-circle"]


def test_a_meeting_follows_one_that_is_there_and_was_before_it(root):
    edit(root, "content/events/morgenmoede.md", "series:", "follows: morgenmode\nseries:")
    put(root, "content/events/to.md", EVENT.replace("series:", "follows: morgenmoede\nseries:"))
    found = told(root)
    assert lines(found) == [
        "content/events/morgenmoede.md:8:10 unknown-event",
        "content/events/to.md:8:10 event-order",
    ]
    assert found[0].hint == "did you mean 'morgenmoede'?"


def test_invitations_whose_answers_nobody_reads_are_told_and_no_others(root):
    inviting(root)
    inviting(root, "igen")
    found = told(root)
    assert lines(found) == [f"content/issues/{name}.md:5:10 answers-unread" for name in ("igen", "invitation")]
    assert {(problem.severity, problem.text) for problem in found} == {
        ("warning", "calendars answer this invitation to nyt@kommune.example, and no mailbox is read")
    }
    put(root, "newsletter.yml", f"{SETTINGS}checks: {{off: [answers-unread]}}\n")
    assert told(root) == []
    put(root, "newsletter.yml", f"{SETTINGS}delivery: {{bounces: {{mailbox: maildir:svar}}}}\n")
    assert told(root) == []
