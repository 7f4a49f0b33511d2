"""What to know of a report, and what to do about what is behind: a sentence each, in the readers' language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import TYPE_CHECKING

from newsletter.campaigns.progress.plan import WEEK
from newsletter.campaigns.progress.words import words_of
from newsletter.speech import counted, listed

if TYPE_CHECKING:
    from newsletter.campaigns.progress.lines import Found, Lines
    from newsletter.campaigns.progress.values import Line, Report
    from newsletter.campaigns.progress.words import Words

_FEW = 3
"""So many names in a sentence: who is told everything does nothing."""


def remarks(lines: Lines) -> Iterator[str]:
    """What to know when reading the figures."""
    words, found, stretch = lines.words, lines.found, lines.visits
    if not stretch.begun:
        yield words.begins.format(words.day(stretch.first))
    elif stretch.over:
        yield words.ended.format(words.day(stretch.last))
    if stretch.begun and not found.visited.total:
        yield words.no_visits
    outside, untold = found.visited.others["outside"], found.visited.others["untold"]
    if outside:
        yield counted(words.outside, outside)
    if untold and lines.basis.campaign.targets.workplaces is not None:
        yield counted(words.untold, untold)


def later_remark(report: Report) -> str:
    """How many visits were written down after the day; it changes with time, so the JSON has it not."""
    words = words_of(report.language)
    return counted(words.later, report.later) if report.later else ""


def proposals(lines: Lines, told: Iterable[Line]) -> Iterator[str]:
    """What to do, the most important first. Of a campaign that has not begun or is over, nothing but the next steps."""
    words = lines.words
    behind = [line for line in told if line.state == "behind"]
    for line in behind:
        if line.measure == "visits" and line.by is None:
            yield from _pace(line, lines)
    yield from _short(behind, "industry", words.visit_more, words)
    yield from _short(behind, "size", words.larger, words)
    yield from _short(behind, "consultant", words.ask, words)
    yield from _waiting(lines.found, lines)
    for line in behind:
        if line.measure != "visits" and line.by is None:
            yield _other(line, words)


def _pace(line: Line, lines: Lines) -> Iterator[str]:
    words, plan = lines.words, lines.visits.plan
    yield words.behind.format(actual=words.number(line.actual), expected=words.number(line.expected or 0))
    gone = plan.workdays(plan.first, lines.as_of)
    if line.pace_needed is not None and gone:
        done = words.number(line.actual / gone * WEEK)
        yield words.pace.format(needed=words.number(line.pace_needed), done=done)
    ends = line.forecast
    if ends is not None and ends.low < ends.high < line.target:
        low, high, target = map(words.number, (ends.low, ends.high, line.target))
        yield words.too_low.format(low=low, high=high, target=target)


def _short(behind: list[Line], by: str, sentence: str, words: Words) -> Iterator[str]:
    """The parts that lack most."""
    lacking = sorted((line for line in behind if line.by == by), key=lambda line: line.gap or 0)[:_FEW]
    names = [words.lacks.format(label=line.label, number=ceil(-(line.gap or 0))) for line in lacking]
    if names:
        yield sentence.format(names=listed(names, words.and_))


def _waiting(found: Found, lines: Lines) -> Iterator[str]:
    late = sorted((-number, consultant) for consultant, number in found.kept.waiting.items())
    for waiting, consultant in late[:_FEW]:
        who = lines.basis.contacts.get(consultant, consultant)
        yield counted(lines.words.waiting, -waiting, who=who)


def _other(line: Line, words: Words) -> str:
    if line.unit == "percent":
        return words.no_steps.format(actual=words.number(line.actual), target=words.number(line.target))
    expected = words.number(line.expected or 0)
    return words.other.format(label=line.label, actual=words.number(line.actual), expected=expected)
