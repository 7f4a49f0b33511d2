"""Charts by name: as SVG for the web, and as PNG for mails and slides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import MAIL, WIDE, Form
from newsletter.campaigns.charts.funnel import funnel
from newsletter.campaigns.charts.typeset import png
from newsletter.campaigns.charts.weeks import heat_map
from newsletter.campaigns.progress.values import By, Report


def _bars(report: Report, form: Form, by: By, measure: str = "visits") -> str:
    return bars(report, by, form, measure)


CHARTS: Mapping[str, Callable[[Report, Form], str]] = {
    "burn-up": burn_up,
    "months": partial(_bars, by="month"),
    "industries": partial(_bars, by="industry"),
    "consultants": partial(_bars, by="consultant"),
    "sizes": partial(_bars, by="size"),
    "schemes": partial(_bars, by="scheme", measure="agreements"),
    "weeks": heat_map,
    "funnel": funnel,
}
"""Every chart of a report, by the name it is asked for."""


def chart_svg(report: Report, name: str = "burn-up", form: Form = WIDE) -> bytes:
    """A chart for the web, which follows light and dark unless the form's colours are fixed."""
    return CHARTS[name](report, form).encode()


def chart_png(report: Report, name: str = "burn-up", form: Form = MAIL) -> bytes:
    """A chart as a picture: 600 pixels wide and drawn at twice that, or as the form says."""
    return png(CHARTS[name](report, form), form)
