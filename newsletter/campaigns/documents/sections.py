"""The order in which a report is told: each section its headline, its chart and its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newsletter.campaigns.charts import sentences
from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import Form
from newsletter.campaigns.charts.funnel import funnel
from newsletter.campaigns.charts.weeks import heat_map
from newsletter.campaigns.charts.words import WORDS
from newsletter.campaigns.documents import tables
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.documents.tables import Table
from newsletter.campaigns.progress.values import By, Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of the report."""

    name: str
    title: str
    says: str = ""
    """What the chart shows, in words."""
    chart: Callable[[Form], str] | None = None
    table: Table | None = None


def sections(report: Report) -> Iterator[Section]:
    """All of them, in order; what the report has no figures for is left out."""
    labels, words = LABELS[report.language], WORDS[report.language]
    notes = f"{labels['expected_says']} {labels['forecast_says']}"
    yield Section(name="overview", title=labels["overview"], says=notes, table=tables.overview(report))
    if report.burn_up:
        says, table = sentences.over_time(report)[1], tables.over_time(report)
        yield Section(name="over-time", title=words.say("over_time"), says=says, chart=_burn_up(report), table=table)
    for measure, by in tables.parted(report):
        title, says = sentences.parts(report, by, measure)
        table = tables.parts(report, measure, by)
        yield Section(name=table.name, title=title, says=says, chart=_bars(report, by, measure), table=table)
    if report.weeks:
        title, says = sentences.weeks(report)
        yield Section(name="weeks", title=title, says=says, chart=_weeks(report), table=tables.weeks(report))
    if report.funnel:
        title, says = sentences.funnel(report)
        counted = (each.numerator for each in report.definitions if each.measure == "funnel")
        says = " ".join([says, *counted])
        yield Section(name="funnel", title=title, says=says, chart=_funnel(report), table=tables.funnel(report))
    if report.definitions:
        yield Section(name="definitions", title=labels["definitions"], table=tables.definitions(report))


def _burn_up(report: Report) -> Callable[[Form], str]:
    return lambda form: burn_up(report, form)


def _bars(report: Report, by: By, measure: str) -> Callable[[Form], str]:
    return lambda form: bars(report, by, form, measure)


def _weeks(report: Report) -> Callable[[Form], str]:
    return lambda form: heat_map(report, form)


def _funnel(report: Report) -> Callable[[Form], str]:
    return lambda form: funnel(report, form)


def lead(report: Report) -> tuple[str, ...]:
    """Period, owner, and the day the figures are of."""
    labels, words = LABELS[report.language], WORDS[report.language]
    return (
        labels["period"].format(first=words.short_day(report.first), last=words.short_day(report.last)),
        labels["owner"].format(owner=report.owner),
        labels["as_of"].format(day=words.short_day(report.as_of)),
    )
