"""Bars by month, industry, consultant or size: what was done, what is promised, what is expected by now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.campaigns.charts import sentences, svg
from newsletter.campaigns.charts.form import WIDE, Form
from newsletter.campaigns.charts.lettering import clip, legible, wrap
from newsletter.campaigns.charts.scale import Scale
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.progress.values import By, Line, Report

_LATE = ("behind", "ended-short")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rows:
    """How the rows lie: names left of the bars, or above them where the picture is narrow."""

    form: Form
    name: str
    words: Words
    across: Scale
    row: float
    thick: float
    above: bool


def bars(report: Report, by: By, form: Form = WIDE, measure: str = "visits") -> str:
    """A bar for each line: full for what was done, an outline for what is promised, a mark for what is expected now."""
    told, lines = sentences.parts(report, by, measure), report.of(measure, by)
    name = f"{measure}-by-{by}"
    head, top = svg.headline(told[0], form)
    rows = _layout(report, lines, f"late-{name}-{form.name}", form)
    shown = _that_fit(lines, rows, top)
    foot = _foot(report, by, shown, lines) if lines else told[1]
    parts = [svg.hatch(rows.name, "@late"), head]
    if shown:
        parts += _key(rows, top, expected=any(line.expected is not None for line in shown))
        top += form.size * 2
    for place, line in enumerate(shown):
        parts += _bar(rows, line, top + rows.row * place)
    top += rows.row * len(shown) + form.size * 0.4
    if foot:
        for each in wrap(foot, form.size * form.slack, form.width - 2 * form.pad, lines=4):
            top += form.size * 1.25
            parts.append(svg.words(form.pad, top, each, form.size, fill="@quiet"))
    return svg.document(form, name, told, form.height or top + form.size * 0.5 + form.pad, parts)


def _layout(report: Report, lines: Sequence[Line], name: str, form: Form) -> _Rows:
    words = WORDS[report.language]
    above = form.narrow
    room = 0 if above else min(max((svg.reach(line.label, form) for line in lines), default=0), form.width * 0.4)
    values = max((svg.reach(_value(words, line), form, bold=True) for line in lines), default=0)
    longest = max((max(line.actual, line.target, line.expected or 0) for line in lines), default=1)
    start = form.pad + room + (0 if above else form.size * 0.7)
    across = Scale(low=0, high=longest or 1, start=start, end=form.width - form.pad - values - form.size)
    row = form.size * (3.2 if above else 2.05)
    return _Rows(form=form, name=name, words=words, across=across, row=row, thick=form.size, above=above)


def _that_fit(lines: Sequence[Line], rows: _Rows, top: float) -> Sequence[Line]:
    """All; where the place is not tall enough, those that are furthest behind, in their order."""
    if not rows.form.height:
        return lines
    room = int((rows.form.height - top - rows.form.pad - rows.form.size * 4) // rows.row)
    worst = sorted(range(len(lines)), key=lambda place: lines[place].gap or 0)[:room]
    return [lines[place] for place in sorted(worst)]


def _foot(report: Report, by: By, shown: Sequence[Line], lines: Sequence[Line]) -> str:
    if len(shown) < len(lines):
        return WORDS[report.language].say("some_shown", shown=len(shown), count=len(lines))
    return sentences.without_target(report, by) if lines[0].measure == "visits" else ""


def _value(words: Words, line: Line) -> str:
    """`9 af 30, bagud`."""
    numbers = words.standing(line)
    return numbers if line.state in ("on-track", "unplanned", "not-begun") else f"{numbers}, {words.states[line.state]}"


def _bar(rows: _Rows, line: Line, top: float) -> Iterator[str]:
    size = rows.form.size
    y = top + (size * 1.75 if rows.above else (rows.row - rows.thick) / 2)
    middle = y + rows.thick / 2
    yield from _label(rows, line.label, top + size if rows.above else middle + size * 0.35)
    start, late = rows.across.start, line.state in _LATE
    fill, edge = (f"url(#{rows.name})", "@late") if late else ("@done", "@done")
    yield svg.box(start, y, rows.across.at(line.target) - start, rows.thick, fill="@paper", stroke="@quiet")
    yield svg.box(start, y + 2.5, rows.across.at(line.actual) - start, rows.thick - 5, fill=fill, stroke=edge)
    yield _target(rows.across.at(line.target), y, rows.thick)
    if line.expected is not None and line.state != "not-begun":
        yield _expected(rows.across.at(line.expected), y)
    end = rows.across.at(max(line.actual, line.target)) + size * 0.6
    yield svg.words(end, middle + size * 0.35, _value(rows.words, line), size, **({"bold": 1} if late else {}))


def _label(rows: _Rows, label: str, base: float) -> Iterator[str]:
    """On one line; else small on two, if it stands beside its bar."""
    form, size = rows.form, rows.form.size
    room = form.width - 2 * form.pad if rows.above else rows.across.start - form.pad - size * 0.6
    if rows.above or svg.reach(label, form) <= room:
        yield svg.words(form.pad, base, clip(legible(label), size * form.slack, room), size)
        return
    small = size * 0.86
    lines = wrap(label, small * form.slack, room, lines=2)
    for place, each in enumerate(lines):
        yield svg.words(form.pad, base + small * (place - (len(lines) - 1) / 2) * 1.05, each, small)


def _target(x: float, y: float, thick: float) -> str:
    return svg.line((x, y - 2), (x, y + thick + 2), stroke_width=3)


def _expected(x: float, y: float) -> str:
    """A small triangle that stands on the bar."""
    return svg.path([(x, y + 3), (x - 5, y - 5), (x + 5, y - 5)], closed=True, fill="@ink", stroke="@paper")


def _key(rows: _Rows, top: float, *, expected: bool) -> Iterator[str]:
    """What the two marks mean."""
    form, size, x = rows.form, rows.form.size, rows.form.pad
    y = top + size * 0.3
    for name in ("target_mark", "expected_mark") if expected else ("target_mark",):
        label = rows.words.say(name)
        yield _target(x + 6, y, size * 0.8) if name == "target_mark" else _expected(x + 6, y + size * 0.5)
        yield svg.words(x + 16, y + size * 0.75, label, size, fill="@quiet")
        x += 16 + svg.reach(label, form) + size * 1.4
