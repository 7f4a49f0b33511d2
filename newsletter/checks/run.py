"""Run the rules over what they look at. Problems come back sorted, none twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from newsletter.checks.rule import Rule, SubjectT
from newsletter.checks.rules import (
    EDITION_RULES,
    ISSUE_RULES,
    ITEM_RULES,
    LETTER_RULES,
    SHOWN_RULES,
    THEME_RULES,
)

if TYPE_CHECKING:
    from newsletter.checks.subjects import EditionSubject, IssueSubject, ItemSubject, ShownSubject, ThemeSubject
    from newsletter.problems import Problem


def check_item(subject: ItemSubject) -> list[Problem]:
    """What is wrong in a file of content/, whenever it is sent."""
    return run(ITEM_RULES, subject)


def check_shown(subject: ShownSubject) -> list[Problem]:
    """What is wrong with showing an item in this issue."""
    return run(SHOWN_RULES, subject)


def check_issue(subject: IssueSubject) -> list[Problem]:
    """What is wrong with an issue's own words."""
    return run(ISSUE_RULES, subject)


def check_letter(subject: EditionSubject) -> list[Problem]:
    """What is wrong in an issue's letter with all its blocks, whoever gets which."""
    return run(LETTER_RULES, subject)


def check_edition(subject: EditionSubject) -> list[Problem]:
    """What is wrong with a finished letter."""
    return run(EDITION_RULES, subject)


def check_theme(subject: ThemeSubject) -> list[Problem]:
    """What is wrong with the colours."""
    return run(THEME_RULES, subject)


def run(rules: Iterable[Rule[SubjectT]], subject: SubjectT) -> list[Problem]:
    """What the rules find in a subject."""
    return sorted({problem for rule in rules for problem in rule.problems(subject)})


def without(problems: Iterable[Problem], off: Collection[str]) -> list[Problem]:
    """The problems less the warnings whose code is switched off (`checks: off:` in newsletter.yml). Errors stay."""
    return [problem for problem in problems if problem.severity == "error" or problem.code not in off]
