"""The day something is due: a working day, said as a date or as a span from today."""

from __future__ import annotations

import re
from datetime import date, timedelta

from newsletter.problems import Refused
from newsletter.workdays import next_workday, workdays_on

_EXAMPLE = "write a day as 2027-01-15, or a span: 3 days, 5 workdays"
_SPAN = re.compile(r"(\d{1,3}) *(day|workday)s?").fullmatch


def due_on(text: str, today: date) -> date:
    """The working day that a person said: `2027-01-15`, `3 days` or `5 workdays` from today.

    Days are calendar days. One that falls on a holiday or a weekend moves to the next working day. Raises Refused.
    """
    said = " ".join(text.split()).lower()
    span = _SPAN(said)
    if span is None:
        return next_workday(_day(said, text))
    count = int(span[1])
    return next_workday(workdays_on(today, count) if span[2] == "workday" else today + timedelta(count))


def _day(said: str, text: str) -> date:
    try:
        day = date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said) else None
    except ValueError as error:
        raise Refused(f"{text!r}: there is no such day", _EXAMPLE) from error
    if day is None or not 2000 <= day.year < 2100:  # noqa: PLR2004  a slip of the hand is noticed
        raise Refused(f"{text!r} is no day to follow up on", _EXAMPLE)
    return day
