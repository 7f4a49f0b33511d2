"""Days that people write in options."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click


class Day(click.ParamType[date]):
    """A day, as 2027-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; fails in words, with an example, for what is none."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar; write it as 2027-01-31", param, ctx)


DAY = Day()


def check_come(as_of: date | None, today: date) -> None:
    """Raises UsageError for a day that is yet to come: nothing is known of it."""
    if as_of is not None and as_of > today:
        raise click.UsageError(f"--as-of {as_of} is yet to come, and nothing is known of it; today is {today}")
