"""Months, days, numbers and lists as Danish and English write them. Known by heart: a library takes long to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["da", "en"]


def _each(names: str) -> tuple[str, ...]:
    return tuple(names.split())


MONTHS: Mapping[Language, tuple[str, ...]] = {
    "da": _each("januar februar marts april maj juni juli august september oktober november december"),
    "en": _each("January February March April May June July August September October November December"),
}
"""January first."""
SHORT_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "da": _each("jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec."),
    "en": _each("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
}
WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "da": _each("mandag tirsdag onsdag torsdag fredag lørdag søndag"),
    "en": _each("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
}
"""Monday first."""


@dataclass(frozen=True, kw_only=True)
class Speech:
    """How a language writes what is no sentence. Rooms add the words of their own."""

    language: Language

    @property
    def danish(self) -> bool:
        """Whether it is Danish; else it is English."""
        return self.language == "da"

    def month(self, day: date) -> str:
        """`januar 2027`."""
        return f"{MONTHS[self.language][day.month - 1]} {day.year}"

    def short_month(self, day: date) -> str:
        """`jan.`, or `Jan`."""
        return SHORT_MONTHS[self.language][day.month - 1]

    def day(self, day: date) -> str:
        """`5. januar 2027`, or `5 January 2027`."""
        return f"{self._in_month(day)} {self.month(day)}"

    def short_day(self, day: date) -> str:
        """`5. jan. 2027`, or `5 Jan 2027`."""
        return f"{self.shortest_day(day)} {day.year}"

    def shortest_day(self, day: date) -> str:
        """`5. jan.`, or `5 Jan`."""
        return f"{self._in_month(day)} {self.short_month(day)}"

    def number(self, value: float) -> str:
        """`1.234`, `12,5`, `−3`, or `1,234`, `12.5`; one decimal at most."""
        rounded = round(value, 1)
        text = f"{abs(rounded):,.1f}".removesuffix(".0")
        text = text.translate(_POINTS) if self.danish else text
        return f"−{text}" if rounded < 0 else text

    def _in_month(self, day: date) -> str:
        return f"{day.day}." if self.danish else str(day.day)


_POINTS = str.maketrans(",.", ".,")


def listed(words: Sequence[str], last: str) -> str:
    """`a`, `a or b`, `a, b or c`: `last` is what stands before the last."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


def counted(forms: tuple[str, str], number: int, **more: str) -> str:
    """What is said of one, or of several; `{n}` is the number."""
    return forms[number != 1].format(n=number, **more)
