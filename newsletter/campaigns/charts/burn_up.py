"""The burn-up: visits so far against the plan, and where they will end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.campaigns.charts import sentences, svg
from newsletter.campaigns.charts.form import WIDE, Form
from newsletter.campaigns.charts.scale import Scale, month_starts, ticks
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.progress.values import Forecast, Point, Report

_SHAPE = 0.58
"""Height of its width, where the place does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plot:
    """The area inside the axes."""

    report: Report
    form: Form
    across: Scale
    """Days, as ordinals."""
    up: Scale

    @property
    def words(self) -> Words:
        """In the report's language."""
        return WORDS[self.report.language]

    @property
    def now(self) -> Point | None:
        """The last day that is known."""
        return next((point for point in reversed(self.report.burn_up) if point.actual is not None), None)

    def spot(self, point: Point, value: float) -> svg.Spot:
        """Where a day's value is drawn."""
        return self.across.at(point.day.toordinal()), self.up.at(value)


def burn_up(report: Report, form: Form = WIDE) -> str:
    """Plan, target, visits until today, today's mark, and from today on the band in which 80 of 100 would end."""
    told = sentences.over_time(report)
    head, top = svg.headline(told[0], form)
    height = float(form.height or round(form.width * _SHAPE + top + (80 if form.narrow else 0)))
    if not report.burn_up:
        return svg.document(
            form, "burn-up", told, form.height or top + 3 * form.size, [head, _empty(told[1], top, form)]
        )
    plot = _plot(report, form, top, height)
    drawn = (_grid(plot), _months(plot), _band(plot), _target(plot), _plan(plot), _done(plot), _today(plot))
    return svg.document(form, "burn-up", told, height, [head, *(part for parts in drawn for part in parts)])


def _empty(says: str, top: float, form: Form) -> str:
    return svg.words(form.pad, top + form.size * 1.4, says, form.size)


def _plot(report: Report, form: Form, top: float, height: float) -> _Plot:
    """Room at the left for numbers, at the right for the forecast's, above for today, below for months."""
    ends = [point.forecast.high for point in report.burn_up if point.forecast]
    peak = max([report.burn_up[-1].plan, *ends, *(point.actual or 0 for point in report.burn_up), _promised(report)])
    highest = ticks(peak)[-1]
    words = WORDS[report.language]
    right = max(svg.reach(each, form, bold=True) for each in _beside_the_end(report)) + form.size
    left = form.pad + svg.reach(words.number(highest), form) + form.size * 0.6
    days = report.burn_up[0].day.toordinal(), report.burn_up[-1].day.toordinal()
    return _Plot(
        report=report,
        form=form,
        across=Scale(low=days[0], high=days[1], start=left, end=form.width - form.pad - right),
        up=Scale(low=0, high=highest, start=height - form.pad - form.size * 2.9, end=top + form.size * 2),
    )


def _beside_the_end(report: Report) -> list[str]:
    """What stands right of the last day, or may: the forecast, the count of a campaign that is nearly over."""
    words, known = WORDS[report.language], [each.actual for each in report.burn_up if each.actual is not None]
    done = words.say("done", number=words.number(known[-1])) if known else ""
    end = report.burn_up[-1].forecast
    return [words.say("forecast"), words.span(end)] if end else [done]


def _promised(report: Report) -> float:
    return next((line.target for line in report.of("visits")), 0)


def _grid(plot: _Plot) -> Iterator[str]:
    size, right = plot.form.size, plot.across.start - plot.form.size * 0.6
    for tick in ticks(plot.up.high):
        y = plot.up.at(tick)
        yield svg.line((plot.across.start, y), (plot.across.end, y), stroke="@quiet" if not tick else "@grid")
        yield svg.words(right, y + size * 0.35, plot.words.number(tick), size, anchor="end", fill="@quiet")


def _months(plot: _Plot) -> Iterator[str]:
    """Names where there is room; the year below the first and each January."""
    size, base, free = plot.form.size, plot.up.start, -1.0
    years = set()
    for start in month_starts(plot.report.burn_up[0].day, plot.report.burn_up[-1].day):
        x, name = plot.across.at(start.toordinal()), plot.words.short_month(start)
        yield svg.line((x, base), (x, base + size * 0.4), stroke="@quiet")
        wide = svg.reach(name, plot.form)
        if x < free or x + wide > plot.form.width - plot.form.pad:
            continue
        free = x + wide + size * 0.5
        yield svg.words(x, base + size * 1.4, name, size, fill="@quiet")
        if start.year not in years:
            years.add(start.year)
            yield svg.words(x, base + size * 2.6, str(start.year), size, fill="@quiet")


def _band(plot: _Plot) -> Iterator[str]:
    """From today's count on; its edges are drawn, so that it is seen in grey as well."""
    ahead = [(point, point.forecast) for point in plot.report.burn_up if point.forecast]
    if not ahead:
        return
    if plot.now and plot.now.day < ahead[0][0].day:
        so_far = float(plot.now.actual or 0)
        ahead.insert(0, (plot.now, Forecast(low=so_far, mid=so_far, high=so_far)))
    high = [plot.spot(point, forecast.high) for point, forecast in ahead]
    low = [plot.spot(point, forecast.low) for point, forecast in ahead]
    mid = [plot.spot(point, forecast.mid) for point, forecast in ahead]
    yield svg.path([*high, *reversed(low)], closed=True, fill="@band")
    for edge in (high, low):
        yield svg.path(edge, stroke="@done", stroke_width=1)
    yield svg.path(mid, stroke="@done", stroke_width=2, stroke_dasharray="2 5", stroke_linecap="round")
    size, x = plot.form.size, high[-1][0] + plot.form.size * 0.5
    y = min(max(mid[-1][1], plot.up.end + size), plot.up.start - size)
    yield svg.words(x, y - size * 0.1, plot.words.say("forecast"), size, bold=1)
    yield svg.words(x, y + size * 1.1, plot.words.span(ahead[-1][1]), size, bold=1)


def _target(plot: _Plot) -> Iterator[str]:
    y, size = plot.up.at(_promised(plot.report)), plot.form.size
    label = plot.words.say("target", number=plot.words.number(_promised(plot.report)))
    yield svg.line((plot.across.start, y), (plot.across.end, y), stroke_width=2)
    yield svg.words(plot.across.start + size * 0.5, y - size * 0.5, label, size, bold=1, halo=1)


def _plan(plot: _Plot) -> Iterator[str]:
    planned = [plot.spot(point, point.plan) for point in plot.report.burn_up]
    yield svg.path(planned, stroke="@quiet", stroke_width=2, stroke_dasharray="8 5")
    if not plot.now:
        x, y = planned[len(planned) // 2]
        yield _beside(plot, x, y - plot.form.size * 0.6, plot.words.say("plan", number="").strip(), left=True)


def _done(plot: _Plot) -> Iterator[str]:
    """A step for each day, ending in a dot."""
    known = [(point, point.actual) for point in plot.report.burn_up if point.actual is not None]
    steps = [plot.spot(*known[0])] if known else []
    for point, actual in known[1:]:
        x, y = plot.spot(point, actual)
        steps += [(x, steps[-1][1]), (x, y)] if y != steps[-1][1] else []
    if known:
        steps.append(plot.spot(*known[-1]))
        yield svg.path(steps, stroke="@done", stroke_width=3.5, stroke_linejoin="round")


def _today(plot: _Plot) -> Iterator[str]:
    """A line through the day; what was done and what was planned by then, each beside its mark.

    Both only grow. So left above the higher of the two there is no line, and none right below the lower.
    """
    if not plot.now:
        return
    done = plot.spot(plot.now, plot.now.actual or 0)
    plan = plot.spot(plot.now, plot.now.plan)
    yield from _mark(plot, done[0])
    yield svg.path(_diamond(plan, 6), closed=True, fill="@paper", stroke="@quiet", stroke_width=2)
    yield svg.element("circle", cx=done[0], cy=done[1], r=5.5, fill="@done", stroke="@paper", stroke_width=1.5)
    labels = [
        (done[1], plot.words.say("done", number=plot.words.number(plot.now.actual or 0))),
        (plan[1], plot.words.say("plan", number=plot.words.whole(plot.now.plan))),
    ]
    (higher, above), (lower, below) = sorted(labels, key=lambda each: each[0])
    size = plot.form.size
    yield _beside(plot, done[0], higher - size * 0.6, above, left=True)
    yield _beside(plot, done[0], min(lower + size * 1.1, plot.up.start - size * 0.4), below, left=False)


def _mark(plot: _Plot, x: float) -> Iterator[str]:
    size, over = plot.form.size, plot.report.as_of > plot.report.burn_up[-1].day
    day = plot.words.shortest_day(plot.report.as_of)
    label = plot.words.short_day(plot.report.as_of) if over else day
    told = plot.words.say("as_of", day=label)
    half = svg.reach(told, plot.form) / 2
    middle = min(max(x, plot.form.pad + half), plot.form.width - plot.form.pad - half)
    yield svg.line(
        (x, plot.up.end - size * 0.4), (x, plot.up.start), stroke="@ink", stroke_width=1, stroke_dasharray="3 3"
    )
    yield svg.words(middle, plot.up.end - size * 0.8, told, size, anchor="middle")


def _beside(plot: _Plot, x: float, y: float, text: str, *, left: bool) -> str:
    """Left or right of a mark, but inside the picture."""
    wide, gap = svg.reach(text, plot.form, bold=True), plot.form.size * 0.7
    start = x - gap - wide if left else x + gap
    if start < plot.across.start + 4:
        start, y = plot.across.start + 4, y - gap
    start = min(start, plot.form.width - plot.form.pad - wide)
    return svg.words(start, y, text, plot.form.size, bold=1, halo=1)


def _diamond(spot: svg.Spot, reach: float) -> list[svg.Spot]:
    x, y = spot
    return [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
