"""Charts as PNG."""

from __future__ import annotations

from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import MAIL, Form
from newsletter.campaigns.charts.typeset import png
from newsletter.campaigns.progress.values import Report


def burn_up_png(report: Report, form: Form = MAIL) -> bytes:
    """The burn-up; for a mail unless another form is asked for."""
    return png(burn_up(report, form), form)


def industries_png(report: Report, form: Form = MAIL) -> bytes:
    """The bars by industry; for a mail unless another form is asked for."""
    return png(bars(report, "industry", form), form)
