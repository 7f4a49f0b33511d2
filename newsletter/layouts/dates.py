"""Dates and times as readers of a mail read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from newsletter.speech import WEEKDAYS, Speech


@dataclass(frozen=True, kw_only=True, slots=True)
class Words(Speech):
    """Days with their names, and times, in a language."""

    def weekday(self, day: date) -> str:
        """`tirsdag den 5. januar 2027`, or `Tuesday 5 January 2027`."""
        return f"{WEEKDAYS[self.language][day.weekday()]}{' den' if self.danish else ''} {self.day(day)}"

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
