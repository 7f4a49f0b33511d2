"""The funnel: companies that got mail, came into dialogue, were visited, agreed."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.campaigns.charts import sentences, svg
from newsletter.campaigns.charts.form import WIDE, Form
from newsletter.campaigns.charts.lettering import clip, legible
from newsletter.campaigns.charts.scale import Scale
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.progress.values import Report, Stage


def funnel(report: Report, form: Form = WIDE) -> str:
    """A bar for each step; what is filled was in the step before, too."""
    told, words = sentences.funnel(report), WORDS[report.language]
    head, top = svg.headline(told[0], form)
    parts = [head]
    if not report.funnel:
        parts.append(svg.words(form.pad, top + form.size * 1.4, told[1], form.size))
        top += form.size * 2.4
    most = max((stage.companies for stage in report.funnel), default=1)
    across = Scale(low=0, high=most or 1, start=form.pad, end=form.width - form.pad - svg.reach("00.000", form))
    before: Stage | None = None
    for stage in report.funnel:
        parts += _step(stage, before, across, top, form, words)
        top += form.size * (4.6 if before else 3.2)
        before = stage
    if before:
        parts.append(svg.words(form.pad, top + form.size, words.say("filled"), form.size, fill="@quiet"))
        top += form.size * 1.6
    return svg.document(form, "funnel", told, form.height or top + form.pad, parts)


def _step(  # noqa: PLR0917
    stage: Stage, before: Stage | None, across: Scale, top: float, form: Form, words: Words
) -> Iterator[str]:
    size, room = form.size, form.width - 2 * form.pad
    bar, thick = top + size * 1.5, size * 1.2
    yield svg.words(form.pad, top + size, clip(legible(stage.label), size * form.slack, room, bold=True), size, bold=1)
    end = across.at(stage.companies)
    yield svg.box(across.start, bar, end - across.start, thick, fill="@band", stroke="@done")
    kept = stage.of_previous if before else stage.companies
    yield svg.box(across.start, bar, across.at(kept) - across.start, thick, fill="@done")
    yield svg.words(end + size * 0.5, bar + thick * 0.75, words.number(stage.companies), size, bold=1)
    if before:
        yield svg.words(form.pad, bar + thick + size * 1.2, also(stage, before, words), size, fill="@quiet")


def also(stage: Stage, before: Stage, words: Words) -> str:
    """`61 var også i trinnet før (25 % af det)`."""
    count = words.number(stage.of_previous)
    if not before.companies:
        return words.say("also", count=count)
    share = words.value(round(100 * stage.of_previous / before.companies), "percent")
    return words.say("also_share", count=count, share=share)
