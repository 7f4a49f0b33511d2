"""The status of a campaign as a mail says it: three numbers, the picture in words, what is behind, what is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.campaigns.charts.sentences import over_time
from newsletter.campaigns.charts.words import WORDS, Words

if TYPE_CHECKING:
    from newsletter.campaigns.progress.values import Line, Report

_NUMBERS = 3
_FIRST = ("visits", "follow_up", "agreements", "unique_companies")
"""Measures that are shown first, when something is promised for them."""
_MOST = 6
"""So many lines and proposals; who wants more reads the report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """One number: `58`, `af 120`, `Besøg`, `efter planen 54`, `følger planen`."""

    value: str
    of: str
    label: str
    expected: str | None
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """A status mail's words, in the language of its report."""

    subject: str
    title: str
    as_of: str
    headline: str
    picture: str
    """What the picture shows."""
    numbers: tuple[Number, ...]
    behind: tuple[str, ...]
    proposals: tuple[str, ...]
    remarks: tuple[str, ...]


def status_of(report: Report) -> Status:
    """What a status mail says of a report."""
    words = WORDS[report.language]
    headline, picture = over_time(report)
    day = words.short_day(report.as_of)
    return Status(
        subject=f"{report.title}, {day} – {headline}",
        title=report.title,
        as_of=_say(words, "as_of", day=day),
        headline=headline,
        picture=picture,
        numbers=tuple(_number(line, words) for line in _chosen(report)),
        behind=tuple(_cut(list(_behind(report, words)), words)),
        proposals=tuple(_cut(list(report.proposals), words)),
        remarks=report.remarks,
    )


def _chosen(report: Report) -> list[Line]:
    """The lines of the three numbers."""
    whole = [line for line in report.lines if line.by is None]
    order = {measure: place for place, measure in enumerate(_FIRST)}
    return sorted(whole, key=lambda line: order.get(line.measure, len(order)))[:_NUMBERS]


def _number(line: Line, words: Words) -> Number:
    unknown = line.of == 0
    target = words.value(line.target, line.unit)
    has_plan = line.expected is not None and line.unit == "number"
    return Number(
        value="–" if unknown else words.value(line.actual, line.unit),
        of=_say(words, "goal" if line.unit == "percent" else "of", target=target),
        label=line.label,
        expected=_say(words, "expected", number=words.whole(line.expected or 0)) if has_plan else None,
        state=words.states[line.state],
    )


def _behind(report: Report, words: Words) -> Iterator[str]:
    """What is behind, the furthest first; a month that is over cannot be caught up with, and is left to the report."""
    titles = {line.measure: line.label for line in report.lines if line.by is None}
    late = [line for line in report.lines if line.state in ("behind", "ended-short") and line.by != "month"]
    for line in sorted(late, key=lambda line: (line.gap or line.actual - line.target) / (line.target or 1)):
        label = line.label if line.by is None else f"{titles.get(line.measure, line.measure)}, {line.label}"
        actual, target = words.value(line.actual, line.unit), words.value(line.target, line.unit)
        if line.unit == "percent" or line.expected is None or line.state == "ended-short":
            yield _say(words, "late_goal", label=label, actual=actual, target=target)
        else:
            yield _say(words, "late", label=label, actual=actual, target=target, expected=words.whole(line.expected))


def _cut(sentences: list[str], words: Words) -> list[str]:
    more = len(sentences) - _MOST
    return [*sentences[:_MOST], _say(words, "more", number=more)] if more > 0 else sentences


def _say(words: Words, name: str, **values: object) -> str:
    return _TEXTS[words.language][name].format(**values)


_TEXTS: Mapping[str, Mapping[str, str]] = {
    "da": {
        "as_of": "Opgjort ved udgangen af {day}",
        "of": "af {target}",
        "goal": "(målet er {target})",
        "expected": "efter planen {number} nu",
        "late": "{label}: {actual} af {target}; efter planen {expected} nu",
        "late_goal": "{label}: {actual}; målet er {target}",
        "more": "… og {number} til, som står i rapporten",
    },
    "en": {
        "as_of": "As it was at the end of {day}",
        "of": "of {target}",
        "goal": "(the target is {target})",
        "expected": "by the plan {number} now",
        "late": "{label}: {actual} of {target}; by the plan {expected} now",
        "late_goal": "{label}: {actual}; the target is {target}",
        "more": "… and {number} more, which stand in the report",
    },
}
