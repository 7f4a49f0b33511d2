"""What each chart shows, in words: its headline, and a sentence or two for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.progress.values import By, Line, Report

Told = tuple[str, str]
"""Headline and sentences."""


def over_time(report: Report) -> Told:
    """Of the burn-up."""
    words, lines = WORDS[report.language], report.of("visits")
    if not report.burn_up or not lines:
        return words.say("over_time"), words.say("no_target")
    line = lines[0]
    values = _values(report, line, words)
    says = [words.say(_SAYS.get(line.state, "now"), **values)]
    if line.forecast and report.as_of < report.last:
        says.append(words.say("going_on", span=words.span(line.forecast)))
    elif line.too_early and line.state != "not-begun":
        says.append(line.too_early)
    return words.say(_head(line), **values), " ".join(says)


_SAYS = {
    "not-begun": "begins",
    "reached": "reached_says",
    "ended-short": "ended_says",
    "unplanned": "unplanned_says",
}
_HEADS = {"not-begun": "not_begun", "reached": "reached", "ended-short": "ended", "unplanned": "unplanned"}


def _head(line: Line) -> str:
    by_gap = "level" if not int(abs(line.gap or 0) + 1 / 2) else "ahead" if (line.gap or 0) > 0 else "behind"
    return _HEADS.get(line.state, by_gap)


def _values(report: Report, line: Line, words: Words) -> dict[str, str]:
    numbers = {"target": line.target, "actual": line.actual, "short": line.target - line.actual}
    days = {"last": report.last, "day": report.first if line.state == "not-begun" else report.as_of}
    return {
        **{name: words.number(value) for name, value in numbers.items()},
        **{name: words.short_day(value) for name, value in days.items()},
        "gap": words.whole(abs(line.gap or 0)),
        "expected": words.whole(line.expected or 0),
    }


def parts(report: Report, by: By, measure: str = "visits") -> Told:
    """Of the bars by something."""
    words, lines = WORDS[report.language], report.of(measure, by)
    title = words.say("by", measure=_title(report, measure, words), by=words.by[by])
    if not lines:
        return title, words.say("no_parts", by=words.by[by])
    elsewhere = without_target(report, by) if measure == "visits" else ""
    return title, f"{_standing(report, lines, by)} {elsewhere}".strip()


def _title(report: Report, measure: str, words: Words) -> str:
    return next((line.label for line in report.of(measure)), words.say("done", number="").strip())


def _standing(report: Report, lines: Sequence[Line], by: By) -> str:
    words = WORDS[report.language]
    count = {"count": len(lines), "parts": words.parts[by]}
    if all(line.state == "not-begun" for line in lines):
        return words.say("parts_begin", day=words.short_day(report.first))
    if report.as_of > report.last:
        return words.say("ended_parts", reached=sum(line.state == "reached" for line in lines), **count)
    late = [line for line in lines if line.state in ("behind", "ended-short")]
    if not late:
        return words.say("none_behind", **count)
    worst = min(late, key=lambda line: line.gap or 0)
    expected = words.value(round(worst.expected or 0), worst.unit)
    standing = words.standing(worst)
    return words.say("some_behind", late=len(late), label=worst.label, standing=standing, expected=expected, **count)


def without_target(report: Report, by: By) -> str:
    """What was done where nothing is promised."""
    words, elsewhere = WORDS[report.language], report.unplanned.get(by, {})
    if not elsewhere:
        return ""
    told = (f"{words.part_of(by, key, report.names)} {words.number(count)}" for key, count in sorted(elsewhere.items()))
    return words.say("elsewhere", list="; ".join(told))


def weeks(report: Report) -> Told:
    """Of the weeks."""
    words = WORDS[report.language]
    known = [week for week in report.weeks if week.monday <= report.as_of]
    busiest = max(known, key=lambda week: (week.visits, -week.monday.toordinal()), default=None)
    if busiest is None or not busiest.visits:
        return words.say("weeks"), words.say("no_visits")
    idle = sum(not week.visits for week in known if week.inside)
    most = words.say("busiest", week=words.week(busiest.monday), visits=busiest.visits)
    return words.say("weeks"), f"{most} {words.say('idle', count=idle)}"


def funnel(report: Report) -> Told:
    """Of the way from mail to agreement."""
    words = WORDS[report.language]
    if not report.funnel:
        return words.say("funnel"), words.say("no_funnel")
    told = (f"{stage.label}: {words.number(stage.companies)}" for stage in report.funnel)
    return words.say("funnel"), f"{', '.join(told)} {words.say('companies')}."
