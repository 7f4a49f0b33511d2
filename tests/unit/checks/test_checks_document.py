"""docs/checks.md and the rules say the same, in both directions; and running them keeps its promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checks_kit import a_file

from newsletter.checks import rules
from newsletter.checks.document import as_markdown
from newsletter.checks.rules import RULES
from newsletter.checks.run import check_item, without

ROOT = Path(__file__).parents[3]
FILES = ("contrast", "freshness", "headings", "inbox", "links", "personal_data", "pictures", "privacy", "wording")


def test_the_page_is_what_the_rules_say():
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert page == as_markdown(), "run make docs"


def test_every_rule_has_a_chapter_and_every_chapter_a_rule():
    chapters = re.findall(r"^### (\S+)$", as_markdown(), re.MULTILINE)
    assert sorted(chapters) == sorted(rule.code for rule in RULES)


def test_codes_are_plain_and_stand_once():
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_chapter_says_what_and_names_its_source(rule):
    says, _, source = rule.chapter.partition("Source: ")
    assert says.strip()
    assert source.strip()


@pytest.mark.parametrize("file", FILES)
def test_every_public_rule_function_is_in_the_list(file):
    module = getattr(rules, file)
    listed = {rule.check for rule in RULES}
    written = {
        each
        for name, each in vars(module).items()
        if callable(each)
        and getattr(each, "__module__", "") == module.__name__
        and (each.__doc__ or "").count("Source: ")
        and not name.startswith("_")
    }
    assert written == {check for check in listed if check.__module__ == module.__name__}


@pytest.mark.parametrize("name", ["ITEM", "SHOWN", "ISSUE", "LETTER", "EDITION", "THEME", "WORKSPACE"])
def test_rules_stand_in_the_list_of_their_scope(name):
    assert {rule.scope for rule in getattr(rules, f"{name}_RULES")} == {name.lower()}


def test_problems_come_sorted_and_none_twice():
    problems = check_item(a_file("[her](http://example.com) <b>\n\n[her](http://a.dk) 010190-1234 76 %"))
    assert problems == sorted(set(problems))
    assert {problem.code for problem in problems} == {
        *("link-text", "link-placeholder", "raw-html", "link-insecure", "cpr-number", "undated-figure"),
    }


def test_warnings_can_be_switched_off_and_errors_cannot():
    problems = check_item(a_file("[her](http://a.dk) <b>"))
    left = without(problems, ["link-text", "link-insecure"])
    assert [problem.code for problem in left] == ["link-text", "raw-html"]
    assert without(problems, []) == problems
