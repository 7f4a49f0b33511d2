"""Dates and times as readers read them. The names come from the CLDR by way of Babel, and are fetched once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Names of a language: months in full and short, January first; days of the week, Monday first."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    danish: bool

    def month(self, day: date) -> str:
        """`januar 2027`."""
        return f"{self.months[day.month - 1]} {day.year}"

    def short_month(self, day: date) -> str:
        """`jan.`."""
        return self.short_months[day.month - 1]

    def day(self, day: date) -> str:
        """`5. januar 2027`, or `5 January 2027`."""
        return f"{day.day}{'.' if self.danish else ''} {self.month(day)}"

    def weekday(self, day: date) -> str:
        """`tirsdag den 5. januar 2027`, or `Tuesday 5 January 2027`."""
        return f"{self.weekdays[day.weekday()]}{' den' if self.danish else ''} {self.day(day)}"

    def clock(self, at: time) -> str:
        """`9.00`, or `9:00`."""
        return f"{at.hour}{'.' if self.danish else ':'}{at.minute:02d}"

    def span(self, start: datetime, end: datetime) -> str:
        """`tirsdag den 12. januar 2027 kl. 9.00` and the end after a dash, with its day when that is another."""
        first, last = self._moment(start), self._moment(end)
        return f"{first}–{self.clock(end.time())}" if end.date() == start.date() else f"{first} – {last}"

    def days(self, first: date, last: date) -> str:
        """`torsdag den 14. januar 2027`, and the last day after a dash when that is another."""
        start = self.weekday(first)
        return start if first == last else f"{start} – {self.weekday(last)}"

    def _moment(self, moment: datetime) -> str:
        at = "kl." if self.danish else "at"
        return f"{self.weekday(moment.date())} {at} {self.clock(moment.time())}"


def read_names(language: str) -> list[list[str]]:
    """Months, short months and days of the week in a language, as plain lists (Babel takes long to open)."""
    from babel.dates import get_day_names, get_month_names

    months = [get_month_names(width, "format", language) for width in ("wide", "abbreviated")]
    days = get_day_names("wide", "format", language)
    return [*([names[month] for month in range(1, 13)] for names in months), [days[day] for day in range(7)]]


def words(language: str, names: list[list[str]]) -> Words:
    """The words of a language, from what `read_names` gave."""
    months, short, days = map(tuple, names)
    return Words(months=months, short_months=short, weekdays=days, danish=language == "da")
