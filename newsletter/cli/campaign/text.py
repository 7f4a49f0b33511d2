"""A campaign's report for a terminal: tables that people can read, with bars in plain characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.campaigns.progress.values import Forecast, Line, Report

_BAR = 20
"""Signs of a bar; its target is its end."""
_HEADINGS = ("", "done", "target", "due now", "gap", "a week", "ends at (80 %)", "", "state")
_GROUPS = {
    None: "Targets",
    "month": "Visits by month",
    "industry": "Visits by industry",
    "consultant": "Visits by consultant",
    "size": "Visits by size",
    "scheme": "Agreements by scheme",
}
_STATES = {
    "reached": "reached",
    "on-track": "on track",
    "behind": "BEHIND",
    "ended-short": "NOT REACHED",
    "not-begun": "not begun",
    "unplanned": "no plan",
}
_WEEK_BAR = 30
_LABEL = 32


def text_of(report: Report, *, definitions: bool = False) -> Iterator[str]:
    """The report, line by line."""
    from newsletter.campaigns.progress.advice import later_remark

    yield f"{report.title}: {report.first} to {report.last}, as it was known at the end of {report.as_of}"
    yield f"Owner: {report.owner}"
    yield from _listed("To know", [*report.remarks, *filter(None, [later_remark(report)])])
    yield from _lines(report)
    yield from _funnel(report)
    yield from _weeks(report)
    yield from _elsewhere(report)
    yield from _listed("What to do", report.proposals)
    yield from _listed("No forecast", sorted({line.too_early for line in report.lines if line.too_early}))
    yield from _definitions(report) if definitions else ["", "What each number counts: --definitions"]


def _lines(report: Report) -> Iterator[str]:
    """All lines by what they are by; the columns are as wide in each table."""
    ordered = sorted(report.lines, key=lambda line: [*_GROUPS].index(line.by))
    rows = [_cells(line) for line in ordered]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    told = dict(zip(map(id, ordered), rows, strict=True))
    for by, lines in groupby(ordered, key=lambda line: line.by):
        yield from ["", _GROUPS[by], _row(_HEADINGS, widths)]
        yield from (_row(told[id(line)], widths) for line in lines)


def _cells(line: Line) -> tuple[str, ...]:
    unit = " %" if line.unit == "percent" else ""
    unknown = line.of == 0
    return (
        _label(line),
        "-" if unknown else _number(line.actual) + unit,
        _number(line.target) + unit,
        "-" if line.expected is None else _number(line.expected) + unit,
        "-" if line.gap is None else _signed(line.gap),
        "-" if line.pace_needed is None else _number(line.pace_needed),
        _ends(line.forecast),
        _bar(line),
        _STATES[line.state],
    )


def _label(line: Line) -> str:
    """What a row is of; a long heading is cut."""
    label = f"{line.key} {line.label}" if line.by == "industry" else line.label
    return label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip(" ,") + "…"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Words to the left, numbers to the right."""
    first, *numbers, bar, state = (
        cell.ljust(width) if place in (0, len(widths) - 2) else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(["", first, *numbers, bar, state.strip()]).rstrip()


def _bar(line: Line) -> str:
    """What is done as #, what is due by now up to |, the target at the end."""
    if line.of == 0:
        return "[" + " " * _BAR + "]"
    whole = line.target or 1
    done = min(int(_BAR * line.actual / whole), _BAR)
    signs = ["#"] * done + ["."] * (_BAR - done)
    if line.expected is not None and 0 < line.expected < line.target:
        signs[min(int(_BAR * line.expected / whole), _BAR - 1)] = "|"
    return "[" + "".join(signs) + "]"


def _ends(forecast: Forecast | None) -> str:
    if forecast is None:
        return "-"
    low, mid, high = map(_number, (forecast.low, forecast.mid, forecast.high))
    return f"{mid} ({low}-{high})" if low != high else mid


def _funnel(report: Report) -> Iterator[str]:
    yield from ["", "Companies, from mail to agreement"]
    width = max(len(stage.label) for stage in report.funnel)
    for place, stage in enumerate(report.funnel):
        before = f"  {stage.of_previous} of them in the step before" if place else ""
        yield f"  {stage.label.ljust(width)}  {stage.companies:>7}{before}"


def _weeks(report: Report) -> Iterator[str]:
    if not report.weeks:
        return
    yield from ["", "Visits by week"]
    most = max((week.visits for week in report.weeks), default=0) or 1
    for week in report.weeks:
        bar = "#" * -(-_WEEK_BAR * week.visits // most)
        year, number, _ = week.monday.isocalendar()
        yield f"  {year}-W{number:02}  {week.visits:>5}  {bar}".rstrip()


def _elsewhere(report: Report) -> Iterator[str]:
    """Visits of which nothing was promised, where something else was."""
    promised = {line.by for line in report.lines if line.measure == "visits"}
    for by, found in report.unplanned.items():
        if found and by in promised:
            told = ", ".join(f"{key} {number}" for key, number in found.items())
            yield from ["", f"Visits without a target, by {by}: {told}"]


def _listed(heading: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield from ["", heading, *(f"  - {sentence}" for sentence in sentences)]


def _definitions(report: Report) -> Iterator[str]:
    yield from ["", "What each number counts"]
    for each in report.definitions:
        yield f"  {each.title}"
        yield from (f"    {text}" for text in (each.numerator, each.denominator, each.source, each.how_often))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _signed(value: float) -> str:
    return f"{value:+.1f}".removesuffix(".0")
