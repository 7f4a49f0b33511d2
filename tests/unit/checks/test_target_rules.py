"""What a campaign promises: sums, months, names, and promises that can be kept. Every test has two errors in it."""

from __future__ import annotations

import re

import pytest
from support import REPOSITORY, edit, lines, put

from newsletter.checks.references import check_references
from newsletter.workspace import read_workspace

FILE = "campaigns/besoeg.yml"


def told(root, targets: str):
    """The problems of the small workspace's campaign with these targets, which begin on line 10 at `visits:`."""
    edit(root, FILE, "  visits:\n    total: 12\n", targets)
    return check_references(read_workspace(root))


def texts(problems) -> list[str]:
    return [f"{problem.severity} {problem.text} | {problem.hint}" for problem in problems]


def test_parts_that_add_up_to_more_than_their_total_are_errors_at_their_keys(root):
    found = told(
        root,
        "  visits:\n    total: 12\n    by_industry: {F: 9, G: 4}\n    by_size: {2-9: 13}\n"
        "  agreements: {total: 1, by_scheme: {fleksjob: 3}}\n",
    )
    assert lines(found) == [f"{FILE}:12:5 target-sum", f"{FILE}:13:5 target-sum", f"{FILE}:14:26 target-sum"]
    assert texts(found) == [
        "error by_industry adds up to 13, the total is 12 | mend a line, or write `total: 13`",
        "error by_size adds up to 13, the total is 12 | mend a line, or write `total: 13`",
        "error by_scheme adds up to 3, the total is 1 | mend a line, or write `total: 3`",
    ]


@pytest.mark.parametrize(("last", "sum_"), [(1, 11), (3, 13)])
def test_months_must_add_up_for_the_plan_over_time_is_made_of_them(root, last, sum_):
    months = ", ".join(f"2027-0{month}: 2" for month in range(1, 6))
    found = told(
        root, f"  visits:\n    total: 12\n    by_month: {{{months}, 2027-06: {last}}}\n    by_size: {{2-9: 13}}\n"
    )
    assert lines(found) == [f"{FILE}:12:5 target-sum", f"{FILE}:13:5 target-sum"]
    assert found[0].text == f"by_month adds up to {sum_}, the total is 12: the plan over time would be wrong"


def test_other_parts_that_add_up_to_less_are_warnings_that_say_how_many_are_open(root):
    found = told(
        root, "  visits:\n    total: 12\n    by_industry: {F: 9}\n    by_consultant: {service: 4, servise: 1}\n"
    )
    assert lines(found) == [
        f"{FILE}:12:5 target-open",
        f"{FILE}:13:5 target-open",
        f"{FILE}:13:33 unknown-contact",
    ]
    assert texts(found)[:2] == [
        (
            "warning by_industry adds up to 9, the total is 12: 3 are open | "
            "promise them too, or leave it so when the 3 may fall anywhere"
        ),
        (
            "warning by_consultant adds up to 5, the total is 12: 7 are open | "
            "promise them too, or leave it so when the 7 may fall anywhere"
        ),
    ]


def test_months_outside_the_period_and_months_left_out_are_told(root):
    found = told(root, "  visits:\n    total: 12\n    by_month: {2026-12: 4, 2027-01: 4, 2027-03: 2, 2027-07: 2}\n")
    assert lines(found) == [
        f"{FILE}:12:5 month-missing",
        f"{FILE}:12:16 month-outside",
        f"{FILE}:12:52 month-outside",
    ]
    assert texts(found)[:2] == [
        "warning no number for 2027-02, 2027-04, 2027-05, 2027-06 | write `2027-02: 0` for a month without visits",
        "error 2026-12 is outside the campaign's period | the period runs from 2027-01-01 to 2027-06-30",
    ]


def test_a_period_over_new_year_has_the_months_of_both_years(root):
    edit(root, FILE, "first: 2027-01-01, last: 2027-06-30", "first: 2026-12-31, last: 2027-01-01")
    found = told(root, "  visits:\n    total: 12\n    by_month: {2026-12: 4, 2027-01: 8, 2026-11: 0, 2027-02: 0}\n")
    assert lines(found) == [f"{FILE}:12:40 month-outside", f"{FILE}:12:52 month-outside"]


def test_industries_within_one_another_count_twice_and_are_summed_once(root):
    found = told(root, "  visits:\n    total: 12\n    by_industry: {F: 8, '43': 5, 43.22: 1, '10': 2, G: 2}\n")
    assert lines(found) == [f"{FILE}:12:25 promised-twice", f"{FILE}:12:34 promised-twice"]
    assert texts(found)[0] == (
        "warning 43 lies within F: a visit there counts for both | promise F as a whole, or only what lies within it"
    )
    edit(root, FILE, "43.22: 1", "4322: 1, 43.22: 1, 45.1: 0")
    codes = lines(check_references(read_workspace(root)))
    assert [line.split()[1] for line in codes].count("promised-twice") == 3  # a code written in two ways is one
    assert f"{FILE}:12:53 unknown-industry" in codes


def test_a_name_is_guessed_by_its_short_name_or_its_title(root):
    put(root, "content/contacts/anna.md", CONTACT)
    found = told(
        root,
        "  visits:\n    total: 12\n    by_consultant: {Anna Eksempel: 5, servise: 4, service: 3}\n"
        "  agreements: {total: 2, by_scheme: {Fleksjob: 1, flexjob: 1}}\n",
    )
    assert lines(found) == [
        f"{FILE}:12:21 unknown-contact",
        f"{FILE}:12:39 unknown-contact",
        f"{FILE}:13:38 unknown-scheme",
        f"{FILE}:13:51 unknown-scheme",
    ]
    guesses = ["'anna'", "'service'", "'fleksjob'", "'fleksjob'"]
    assert [problem.hint for problem in found] == [f"did you mean {name}?" for name in guesses]


def test_a_contact_whose_file_cannot_be_read_is_not_unknown(root):
    put(root, "content/contacts/anna.md", "x")
    found = told(root, "  visits:\n    total: 12\n    by_consultant: {anna: 5, bo: 4, carl: 3}\n")
    assert lines(found) == [f"{FILE}:12:30 unknown-contact", f"{FILE}:12:37 unknown-contact"]


def test_more_companies_and_workplaces_than_visits_cannot_be(root):
    found = told(root, "  visits:\n    total: 12\n  unique_companies: 13\n  workplaces: 14\n")
    assert lines(found) == [f"{FILE}:12:3 target-beyond", f"{FILE}:13:3 target-beyond"]
    assert texts(found)[0] == (
        "error unique_companies is 13, but only 12 visits are promised | write at most 12, or promise more visits"
    )


def test_promises_of_which_nothing_can_come_are_warned_about(root):
    found = told(root, "  visits:\n    total: 0\n  follow_up: {within_days: 5}\n  attendance: 20\n  press: 0\n")
    assert lines(found) == [f"{FILE}:12:3 target-empty", f"{FILE}:13:3 target-empty", f"{FILE}:14:3 target-zero"]
    assert {problem.severity for problem in found} == {"warning"}


def test_a_part_of_0_is_warned_about_but_a_month_of_0_is_a_plan(root):
    months = ", ".join(f"2027-0{month}: 4" for month in range(1, 4))
    found = told(
        root,
        f"  visits:\n    total: 12\n    by_month: {{{months}, 2027-04: 0, 2027-05: 0, 2027-06: 0}}\n"
        "    by_industry: {F: 12, G: 0}\n    by_size: {2-9: 0, 10-49: 12}\n",
    )
    assert lines(found) == [f"{FILE}:13:26 target-zero", f"{FILE}:14:15 target-zero"]


def test_warnings_can_be_switched_off_and_errors_cannot(root):
    edit(root, "newsletter.yml", "unit:", "checks: {off: [target-open, target-sum]}\nunit:")
    found = told(root, "  visits:\n    total: 12\n    by_industry: {F: 9}\n    by_size: {2-9: 13}\n")
    assert lines(found) == [f"{FILE}:13:5 target-sum"]


def test_every_code_has_its_line_in_the_docs():
    source = (REPOSITORY / "newsletter/checks/targets.py").read_text("utf-8")
    codes = set(re.findall(r'"((?:target|month|promised)-[a-z]+)"', source))
    assert len(codes) == 8
    table = (REPOSITORY / "docs/files.md").read_text("utf-8").split("## What is looked up")[1]
    assert codes <= set(re.findall(r"`([a-z-]+)`", table))


CONTACT = """\
---
title: Anna Eksempel
summary: Besøger jer.
role: Konsulent
email: anna@kommune.example
---
"""
