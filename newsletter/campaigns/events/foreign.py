"""Others' calendar files, read with care: what they hold from today on, by the workspace's own clock.

A file may be hostile or merely old: it has bounds, rules end after a year, and a text that looks like a CPR number is a
problem, not content.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.events.foreign_times import (
    A_YEAR,
    AN_HOUR,
    as_told,
    by_clock_of,
    dates_of,
    end_of,
    plain,
    span_of,
    until_of,
    value_of,
    wall_of,
)
from newsletter.campaigns.events.recurring import days_looked_at, occurrences, read_rule
from newsletter.problems import Invalid, Place, Problem
from newsletter.subscribers.cpr import holds_cpr

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.source import Source

MOST = 500
"""Events of one import."""
MOST_READ = 5_000
MOST_DAYS = 1_000_000
"""Looked at for the rules of one import: some seconds of work."""
_TITLE, _SUMMARY = 150, 300
"""Letters kept of a text."""
_READ = {
    *("DTEND", "DTSTART", "DURATION", "EXDATE", "RDATE", "RECURRENCE-ID", "RRULE"),
    *("DESCRIPTION", "LOCATION", "ORGANIZER", "STATUS", "SUMMARY", "UID", "URL"),
}
_CLOCK_RULE = re.compile(
    r"(?=.*FREQ=)(?:(?:FREQ=YEARLY|INTERVAL=1|WKST=[A-Z]{2}|BYMONTH=(?:[1-9]|1[0-2])|BYDAY=[+-]?[1-4][A-Z]{2}|UNTIL=[0-9TZ]+);?)+",
    re.IGNORECASE,
)
"""A day of each year: what clocks go by, and what a reader of zones comes to the end of."""
_SOME = f"take some of them: --only WORDS; at most {MOST} go in at once"
_TAG = re.compile(r"(?i)</?(?:a|b|br|div|em|font|h[1-6]|html|i|li|ol|p|span|strong|u|ul)(?:\s[^<>]*)?/?>")
_BEGIN = re.compile(r"^BEGIN:VEVENT[ \t]*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreign:
    """One event of others. Times are the workspace's wall clock."""

    uid: str
    title: str
    start: datetime
    end: datetime
    place: str
    url: str
    summary: str
    organizer: str
    cancelled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignCalendar:
    """What is taken from a calendar file: its name, its events, and the UIDs of those that come back."""

    name: str
    events: tuple[Foreign, ...]
    recurring: frozenset[str]


@dataclass(kw_only=True)
class _Reading:
    source: Source
    zone: ZoneInfo
    today: date
    problems: list[Problem] = field(default_factory=list)
    days: int = 0
    """Looked at for rules so far."""

    def look_at(self, days: int) -> None:
        """Raises Invalid when it has become too many days."""
        self.days += days
        if self.days > MOST_DAYS:
            self.problem(Place(self.source.path), "too many events come back in this calendar", _SOME)
            raise Invalid(self.problems)

    def problem(self, place: Place, text: str, hint: str) -> None:
        self.problems.append(Problem.at(place, "calendar", text, hint))


def read_calendar(source: Source, zone: ZoneInfo, today: date, only: str = "") -> ForeignCalendar:
    """The events to come in a calendar file; of those that come back, the next year's. `only` stands in their texts.

    Raises Invalid with every problem of the events that were asked for.
    """
    reading = _Reading(source=source, zone=zone, today=today)
    calendars = _parsed(source)
    places = [source.place(match.start()) for match in _BEGIN.finditer(source.text)]
    entries = [entry for calendar in calendars for entry in calendar.walk("VEVENT")]
    if len(places) != len(entries):  # never by what a program writes
        places = [Place(source.path)] * len(entries)
    groups: dict[str, list[tuple[Any, Place]]] = defaultdict(list)
    for entry, place in zip(entries, places, strict=True):
        if _is_wanted(entry, only):
            groups[str(entry.get("UID", ""))].append((entry, place))
    off = any(str(calendar.get("METHOD", "")).upper() == "CANCEL" for calendar in calendars)
    events = list(islice((event for uid, group in groups.items() for event in _group(reading, uid, group)), MOST + 1))
    if len(events) > MOST:
        reading.problem(Place(source.path), f"more than {MOST} events are to come in this calendar", _SOME)
    if reading.problems:
        raise Invalid(reading.problems)
    name = next((str(each[key]) for each in calendars for key in ("NAME", "X-WR-CALNAME") if key in each), "")
    taken = tuple(replace(each, cancelled=True) if off else each for each in events)
    back = {_held_uid(uid) for uid, group in groups.items() if any("RRULE" in entry for entry, _ in group)}
    name = "" if holds_cpr(name) else _clean(name, _TITLE)
    return ForeignCalendar(name=name, events=taken, recurring=frozenset(back))


def _parsed(source: Source) -> list[Any]:
    from icalendar import Calendar

    start = Place(source.path)
    if "BEGIN:VCALENDAR" not in source.text.upper():
        hint = "save the calendar as iCalendar (.ics) and try again"
        raise Invalid([Problem.at(start, "calendar", "this is no calendar file", hint)])
    _check_zones(source)
    number = len(_BEGIN.findall(source.text))
    if number > MOST_READ:
        hint = f"export a part of the calendar: {MOST_READ} events at most"
        raise Invalid([Problem.at(start, "calendar", f"the file holds {number} events", hint)])
    try:
        calendars = [each for each in Calendar.from_ical(source.text, multiple=True) if each.name == "VCALENDAR"]
        _ = calendars[0]  # a file without its end gives none
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        hint = "export the calendar anew; when it comes from a program, tell those who look after it"
        text = f"the file cannot be read as a calendar: {_clean(str(error), _TITLE)}"
        raise Invalid([Problem.at(start, "calendar", text, hint)]) from error
    return calendars


def _check_zones(source: Source) -> None:
    """Raises Invalid for a zone whose rule would be worked out for ever."""
    inside = False
    for line in re.sub(r"\n[ \t]", "", source.text).split("\n"):
        name, _, rule = line.strip().partition(":")
        if rule.upper() == "VTIMEZONE":
            inside = name.upper() == "BEGIN"
        elif inside and name.upper().startswith("RRULE") and not _CLOCK_RULE.fullmatch(rule):
            text = f"the clocks of a time zone go by no rule that can be: {_clean(rule, 60)}"
            hint = "have it mended in their calendar"
            raise Invalid([Problem.at(source.find("VTIMEZONE"), "calendar", text, hint)])


def _is_wanted(entry: Any, only: str) -> bool:
    texts = " ".join(str(entry.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES"))
    return only.casefold() in texts.casefold()


def _group(reading: _Reading, uid: str, group: list[tuple[Any, Place]]) -> Iterator[Foreign]:
    """The events of one UID: one, or the next year's of one that comes back, each with its exceptions."""
    masters = [each for each in group if "RECURRENCE-ID" not in each[0]]
    found: dict[str, Foreign] = {}
    for entry, place in masters[:1] if uid else group[:1]:
        try:
            _check(uid, entry)
            found = {each.uid: each for each in _instances(reading, uid, entry)}
        except ValueError as error:
            text, _, hint = str(error).partition("; ")
            reading.problem(place, text, hint or "leave it out with --only WORDS, or have it mended in their calendar")
            return
    for entry, place in group:
        if "RECURRENCE-ID" in entry:
            _override(reading, found, uid, entry, place)
    today = reading.today
    yield from (each for each in found.values() if (each.end - timedelta(microseconds=1)).date() >= today)


def _override(reading: _Reading, found: dict[str, Foreign], uid: str, entry: Any, place: Place) -> None:
    """One occurrence that is unlike the others."""
    try:
        _check(uid, entry)
        key = _instance_uid(uid, value_of(entry, "RECURRENCE-ID"))
        event = _event(reading, key, entry, *span_of(entry))
    except ValueError as error:
        text, _, hint = str(error).partition("; ")
        reading.problem(place, text, hint or "have it mended in their calendar")
        return
    if key in found or event.start.date() <= reading.today + A_YEAR:
        found[key] = event


def _check(uid: str, entry: Any) -> None:
    if not uid:
        raise ValueError("the event has no UID, so it could not be found again; have it mended in their calendar")
    broken = sorted({str(name) for name, _ in entry.errors} & _READ)
    if broken:
        raise ValueError(f"the event's {', '.join(broken)} cannot be read")
    if "RANGE" in getattr(entry.get("RECURRENCE-ID"), "params", {}):
        raise ValueError("it changes all that follow (RANGE=THISANDFUTURE), which is not read")
    if any(holds_cpr(_plain(str(entry.get(name, "")))) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")):
        raise ValueError("the event holds what looks like a CPR number; leave it out, and tell those who wrote it")


def _instances(reading: _Reading, uid: str, entry: Any) -> Iterator[Foreign]:
    start, end = span_of(entry)
    rules = entry.get("RRULE")
    if rules is None and "RDATE" not in entry:
        yield _event(reading, _held_uid(uid), entry, start, end)
        return
    today = reading.today
    last, first = today + A_YEAR, plain(start)
    starts = {first}
    for parts in rules if isinstance(rules, list) else [rules] if rules is not None else []:
        rule = read_rule(parts, until_of(parts, start))
        if rule.until is None or rule.until.date() >= today:
            reading.look_at(days_looked_at(rule, first, last, today))
            starts |= set(occurrences(rule, first, last, today))
    starts |= {plain(by_clock_of(each, start)) for each in dates_of(entry, "RDATE")}
    gone = {plain(by_clock_of(each, start)) for each in dates_of(entry, "EXDATE")}
    whole_days_gone = {each for each in dates_of(entry, "EXDATE") if not isinstance(each, datetime)}
    for each in sorted(starts - gone):
        if today <= each.date() <= last and each.date() not in whole_days_gone:
            moment = as_told(start, each)
            yield _event(reading, _instance_uid(uid, moment), entry, moment, end_of(moment, start, end))


def _event(reading: _Reading, uid: str, entry: Any, start: date, end: date) -> Foreign:
    description = _clean(_plain(str(entry.get("DESCRIPTION", ""))).strip().partition("\n\n")[0], _SUMMARY)
    organizer = getattr(entry.get("ORGANIZER"), "params", {}).get("CN", "")
    url = str(entry.get("URL", ""))
    begins, ends = wall_of(start, reading.zone), wall_of(end, reading.zone)
    return Foreign(
        uid=uid,
        title=_clean(str(entry.get("SUMMARY", "")), _TITLE),
        start=begins,
        end=ends if ends > begins else begins + AN_HOUR,  # seconds long, or the clock was put back meanwhile
        place=_clean(str(entry.get("LOCATION", "")), _TITLE),
        url=url if re.fullmatch(r"https?://[^\s\"<>]{1,500}", url) and not holds_cpr(url) else "",
        summary=description,
        organizer="" if holds_cpr(str(organizer)) else _clean(str(organizer), _TITLE),
        cancelled=str(entry.get("STATUS", "")).upper() == "CANCELLED",
    )


def _instance_uid(uid: str, moment: date) -> str:
    """The UID of one occurrence: by when it was to be."""
    if not isinstance(moment, datetime):
        return f"{_held_uid(uid)}/{moment:%Y-%m-%d}"
    told = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{_held_uid(uid)}/{told:%Y-%m-%dT%H.%M}"


def _held_uid(uid: str) -> str:
    """The UID as it stands in our file; one of another kind, or that looks like a CPR number, is written otherwise."""
    if re.fullmatch(r"[\w.@:+=/-]{1,200}", uid, re.ASCII) and not holds_cpr(uid):
        return uid
    return "x-" + hashlib.sha256(uid.encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))[:32]


def _plain(text: str) -> str:
    """A description that is HTML, as Google writes them, without its tags."""
    if not _TAG.search(text):
        return text
    return unescape(_TAG.sub("", re.sub(r"(?i)<br[^<>]*>|</(?:p|li|div|h[1-6])>", "\n", text)))


def _clean(text: str, most: int) -> str:
    """One line without control characters, reader's slots or length."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip().replace("{{", "{ {")
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
