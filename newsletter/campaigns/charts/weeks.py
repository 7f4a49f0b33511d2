"""The heat map of weeks: a row for each month, a cell for each ISO week, the count in the cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from newsletter.campaigns.charts import sentences, svg
from newsletter.campaigns.charts.form import WIDE, Form
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.progress.values import Report, Week

_SHADES = 5


def heat_map(report: Report, form: Form = WIDE) -> str:
    """Weeks to come are empty; a week belongs to the month its Thursday is in, so that 53 and 1 lie where ISO says."""
    told, words = sentences.weeks(report), WORDS[report.language]
    head, top = svg.headline(told[0], form)
    months = [(_name(month, form, words), list(weeks)) for month, weeks in groupby(report.weeks, key=_month)]
    size = form.size
    left = form.pad + max((svg.reach(month, form) for month, _ in months), default=0) + size * 0.8
    wide = (form.width - form.pad - left) / 5
    tall = size * 3 if not form.height else min(size * 3, (form.height - top - form.pad) / max(len(months), 1))
    most, parts = max((week.visits for week in report.weeks), default=0), [head]
    for place, (month, weeks) in enumerate(months):
        y = top + place * tall
        parts.append(svg.words(form.pad, y + tall * 0.6, month, size))
        for column, week in enumerate(weeks):
            parts += _cell(report, week, most, (left + column * wide, y, wide - 4, tall - 4), form)
    return svg.document(form, "weeks", told, form.height or top + tall * len(months) + form.pad, parts)


def _month(week: Week) -> date:
    return (week.monday + timedelta(3)).replace(day=1)


def _name(month: date, form: Form, words: Words) -> str:
    return f"{words.short_month(month)} {month.year}" if form.narrow else words.month(month)


def shade(visits: int, most: int) -> int:
    """0 for none; else 1 to 5, the most being 5."""
    return -(-visits * _SHADES // most) if visits else 0


def _cell(report: Report, week: Week, most: int, place: tuple[float, float, float, float], form: Form) -> Iterator[str]:
    x, y, wide, tall = place
    words, size = WORDS[report.language], form.size
    known, this = week.monday <= report.as_of, week.monday <= report.as_of <= week.monday + timedelta(6)
    dark = shade(week.visits, most) if known else 0
    fill, ink = (f"@week{dark}", f"@on{dark}") if dark else ("@paper", "@ink" if known else "@quiet")
    look: dict[str, str | float] = {"stroke": "@ink", "stroke_width": 3} if this else {"stroke": "@quiet"}
    if not known or not week.inside:
        look["stroke_dasharray"] = "3 3"
    yield svg.box(x + 2, y + 2, wide, tall, rx=3, fill=fill, **look)
    yield svg.words(x + 2 + wide / 2, y + size * 1.15, words.week(week.monday), size * 0.85, anchor="middle", fill=ink)
    if known:
        count = words.number(week.visits)
        yield svg.words(x + 2 + wide / 2, y + tall * 0.9, count, size * 1.1, anchor="middle", bold=1, fill=ink)
