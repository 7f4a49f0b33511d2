"""A report's figures as tables: the same ones in the page, the workbook and the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from newsletter.campaigns.charts import sentences
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.progress.values import By, Forecast, Line, Point, Report

Kind = Literal["text", "number", "date", "forecast"]


class Percent(NamedTuple):
    """A share of a hundred."""

    value: float


Cell = str | int | float | date | Percent | Forecast | None


class Column(NamedTuple):
    """One column."""

    title: str
    kind: Kind = "number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The first cell names the row."""

    cells: tuple[Cell, ...]
    note: str = ""
    """What the row counts, told beside its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Figures, and what they are of."""

    name: str
    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def shown(cell: Cell, words: Words) -> str:
    """A cell for readers."""
    match cell:
        case None:
            return "–"
        case str():
            return cell
        case Percent():
            return words.value(cell.value, "percent")
        case Forecast():
            return words.span(cell)
        case date():
            return words.short_day(cell)
        case _:
            return words.number(cell)


def counts(note: str, words: Words) -> str:
    """`Tæller: …`, for what a row counts."""
    return LABELS[words.language]["counts"].format(numerator=note) if note else ""


def overview(report: Report) -> Table:
    """Each promised number as a whole, with what it counts."""
    labels, words = LABELS[report.language], WORDS[report.language]
    counted = {each.measure: _first_sentence(each.numerator) for each in report.definitions}
    whole = [line for line in report.lines if line.by is None]
    rows = (Row(cells=_cells(line, words), note=counted.get(line.measure, "")) for line in whole)
    caption = labels["overview_says"].format(day=words.short_day(report.as_of))
    return _standing(report, "overview", labels["overview"], caption, labels["measure"], tuple(rows))


def _first_sentence(text: str) -> str:
    """All of it stands in the definitions."""
    return text.split(". ", 1)[0].removesuffix(".") + "."


def parted(report: Report) -> Iterator[tuple[str, By]]:
    """Each measure and what its lines are parted by, in the report's order."""
    yield from dict.fromkeys((line.measure, line.by) for line in report.lines if line.by is not None)


def parts(report: Report, measure: str, by: By) -> Table:
    """A measure by month, industry, …; below it what was done where nothing is promised."""
    words = WORDS[report.language]
    title = sentences.parts(report, by, measure)[0]
    rows = [Row(cells=_cells(line, words)) for line in report.of(measure, by)]
    if measure == "visits":
        rows += _unplanned(report, by)
    name = by if measure == "visits" else f"{measure}-{by}"
    return _standing(report, name, title, title, words.part[by], tuple(rows))


def _unplanned(report: Report, by: By) -> list[Row]:
    without, words = LABELS[report.language]["no_target"], WORDS[report.language]
    elsewhere = sorted(report.unplanned.get(by, {}).items())
    return [
        Row(cells=(words.part_of(by, key, report.names), None, count, None, None, None, None, without))
        for key, count in elsewhere
    ]


def _standing(  # noqa: PLR0917
    report: Report, name: str, title: str, caption: str, first: str, rows: tuple[Row, ...]
) -> Table:
    """Where lines stand; a column that would be empty is left out."""
    labels = LABELS[report.language]
    numbers = (Column(labels[key]) for key in ("target", "actual", "expected", "gap", "pace"))
    columns = (Column(first, "text"), *numbers, Column(labels["forecast"], "forecast"), Column(labels["state"], "text"))
    kept = [place for place in range(len(columns)) if any(row.cells[place] is not None for row in rows)]
    fewer = tuple(Row(cells=tuple(row.cells[place] for place in kept), note=row.note) for row in rows)
    return Table(name=name, title=title, caption=caption, columns=tuple(columns[place] for place in kept), rows=fewer)


def _cells(line: Line, words: Words) -> tuple[Cell, ...]:
    numbers = (line.target, None if line.of == 0 else line.actual, line.expected)
    values = (Percent(each) if line.unit == "percent" and each is not None else each for each in numbers)
    return (line.label, *values, line.gap, line.pace_needed, line.forecast, words.states[line.state])


def over_time(report: Report) -> Table:
    """The burn-up at the end of each week, and on the last day that is known."""
    labels = LABELS[report.language]
    kept = [point for point in report.burn_up if point.day.weekday() == 6 or point.day in (report.last, report.as_of)]  # noqa: PLR2004
    columns = (
        Column(labels["until"], "date"),
        *(Column(labels[key]) for key in ("plan", "visits")),
        Column(labels["forecast"], "forecast"),
    )
    title = WORDS[report.language].say("over_time")
    rows = tuple(Row(cells=_at(point)) for point in kept)
    return Table(name="over-time", title=title, caption=labels["over_time_says"], columns=columns, rows=rows)


def _at(point: Point) -> tuple[Cell, ...]:
    return point.day, round(point.plan, 1), point.actual, point.forecast if point.actual is None else None


def weeks(report: Report) -> Table:
    """Visits in each ISO week; none yet for weeks to come."""
    labels, words = LABELS[report.language], WORDS[report.language]
    kinds: tuple[Kind, ...] = ("text", "number", "date", "number", "text")
    names = ("week", "year", "monday", "visits", "inside")
    rows = (
        Row(
            cells=(
                words.week(week.monday),
                str(week.monday.isocalendar().year),
                week.monday,
                week.visits if week.monday <= report.as_of else None,
                labels["yes" if week.inside else "no"],
            )
        )
        for week in report.weeks
    )
    columns = tuple(Column(labels[name], kind) for name, kind in zip(names, kinds, strict=True))
    title = words.say("weeks")
    return Table(name="weeks", title=title, caption=labels["weeks_says"], columns=columns, rows=tuple(rows))


def funnel(report: Report) -> Table:
    """From mail to agreement."""
    labels, words = LABELS[report.language], WORDS[report.language]
    rows, before = [], 0
    for place, stage in enumerate(report.funnel):
        share = Percent(round(100 * stage.of_previous / before, 1)) if before else None
        kept = stage.of_previous if place else None
        rows.append(Row(cells=(stage.label, stage.companies, kept, share)))
        before = stage.companies
    columns = (Column(labels["stage"], "text"), *(Column(labels[key]) for key in ("companies", "of_previous", "share")))
    title = words.say("funnel")
    return Table(name="funnel", title=title, caption=labels["funnel_says"], columns=columns, rows=tuple(rows))


def definitions(report: Report) -> Table:
    """What each number counts."""
    labels = LABELS[report.language]
    names = ("measure", "numerator", "denominator", "source", "how_often")
    rows = (
        Row(cells=(each.title, each.numerator, each.denominator, each.source, each.how_often))
        for each in report.definitions
    )
    columns = tuple(Column(labels[name], "text") for name in names)
    title, caption = labels["definitions"], labels["definitions_says"]
    return Table(name="definitions", title=title, caption=caption, columns=columns, rows=tuple(rows))
