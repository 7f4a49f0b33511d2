"""Rules of events that come back (RRULE, RFC 5545 § 3.3.10), read with an end in sight.

Period by period from the first occurrence to the last day that is wanted: a rule that never ends, or never fits, costs
no more than the days between.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_MONTHS = range(1, 13)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """When an event comes back. `until` is by the event's own clock."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    days: tuple[tuple[int, int], ...] = ()
    """Which one (0 is each, -1 the last) of which weekday."""
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    """Which of the days of a period count, from 1 or, negative, from its end."""
    week_start: int = 0


def read_rule(parts: Mapping[str, Any], until: datetime | None) -> Rule:
    """The rule in the parts of an RRULE. Raises ValueError for what is not read here."""
    told = {name.upper(): [*value] if isinstance(value, list | tuple) else [value] for name, value in parts.items()}
    frequency = str(told.get("FREQ", [""])[0]).upper()
    if frequency not in _FREQUENCIES:
        raise ValueError(f"it comes back {frequency.lower() or 'in no way that is said'}")
    unread = sorted(told.keys() - _KNOWN)
    if unread:
        raise ValueError(f"its rule says {', '.join(unread)}")
    days = tuple(_weekday(str(each)) for each in told.get("BYDAY", []))
    nowhere = frequency in ("DAILY", "WEEKLY")
    unclear = frequency == "YEARLY" and "BYMONTHDAY" in told and "BYMONTH" not in told
    if (nowhere or unclear) and any(nth for nth, _ in days):
        raise ValueError("its rule counts weekdays where there is nothing to count them in")
    interval, count = int(told.get("INTERVAL", [1])[0]), told.get("COUNT")
    if interval < 1 or (count and int(count[0]) < 1):
        raise ValueError("its rule counts by less than one")
    return Rule(
        frequency=cast("Frequency", frequency),
        interval=interval,
        count=int(count[0]) if count else None,
        until=until,
        days=days,
        month_days=tuple(int(each) for each in told.get("BYMONTHDAY", [])),
        months=tuple(int(each) for each in told.get("BYMONTH", [])),
        positions=tuple(int(each) for each in told.get("BYSETPOS", [])),
        week_start=WEEKDAYS.index(str(told.get("WKST", ["MO"])[0]).upper()),
    )


def occurrences(rule: Rule, start: datetime, last: date, since: date = date.min) -> Iterator[datetime]:
    """The starts that the rule gives from `start` to the day `last`, by the event's own clock.

    What lies before `since` is passed over where the rule does not count them; some may be given all the same.
    """
    left = rule.count
    for period in _periods(rule, start.date(), last, since if left is None else date.min):
        for day in _chosen(rule, sorted(set(_days(rule, period, start.date())))):
            moment = datetime.combine(day, start.time())
            if moment < start:
                continue
            if day > last or (rule.until is not None and moment > rule.until) or left == 0:
                return
            yield moment
            left = None if left is None else left - 1


def _weekday(text: str) -> tuple[int, int]:
    nth, day = text[:-2], text[-2:].upper()
    return int(nth or 0), WEEKDAYS.index(day)


def days_looked_at(rule: Rule, start: datetime, last: date, since: date) -> int:
    """How many days must be looked at for `occurrences`."""
    return (last - (start.date() if rule.count else max(start.date(), since))).days // rule.interval


def _periods(rule: Rule, first: date, last: date, since: date) -> Iterator[date]:
    """The first day of each period that the rule looks at: all from the one before `since` on."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        week = rule.frequency == "WEEKLY"
        day = first - timedelta(days=(first.weekday() - rule.week_start) % 7) if week else first
        step = timedelta(days=min(rule.interval, 100_000) * (7 if week else 1))
        day += step * max(0, (since - day).days // step.days - 1)
        while day <= last:
            yield day
            day += step
        return
    months = rule.interval if rule.frequency == "MONTHLY" else 12 * rule.interval
    month = first.year * 12 + (first.month - 1 if rule.frequency == "MONTHLY" else 0)
    month += months * max(0, (since.year * 12 + since.month - 1 - month) // months - 1)
    while month <= last.year * 12 + last.month - 1:
        yield date(month // 12, month % 12 + 1, 1)
        month += months


def _days(rule: Rule, period: date, first: date) -> Iterable[date]:
    """The days of a period that fit."""
    if rule.frequency == "DAILY":
        return _fitting(rule, [period])
    if rule.frequency == "WEEKLY":
        week = [period + timedelta(days=number) for number in range(7)]
        return _fitting(rule, week) if rule.days else _fitting(rule, [week[(first.weekday() - rule.week_start) % 7]])
    if rule.frequency == "MONTHLY":
        return _of_month(rule, period, first.day) if period.month in (rule.months or _MONTHS) else ()
    return _of_year(rule, period, first)


def _of_year(rule: Rule, year: date, first: date) -> Iterator[date]:
    if rule.days and not rule.months and not rule.month_days:
        whole = [year + timedelta(days=number) for number in range((date(year.year, 12, 31) - year).days + 1)]
        yield from _counted(rule, whole)
        return
    months = rule.months or (_MONTHS if rule.month_days else (first.month,))
    for month in months:
        yield from _of_month(rule, year.replace(month=month), first.day)


def _of_month(rule: Rule, month: date, default: int) -> Iterator[date]:
    length = monthrange(month.year, month.month)[1]
    whole = [month + timedelta(days=number) for number in range(length)]
    numbers = rule.month_days or (() if rule.days else (default,))
    if numbers:
        wanted = {number if number > 0 else length + 1 + number for number in numbers}
        wanted_days = {day for day in whole if day.day in wanted}
        yield from wanted_days.intersection(_counted(rule, whole)) if rule.days else wanted_days
    else:
        yield from _counted(rule, whole)


def _counted(rule: Rule, days: list[date]) -> Iterator[date]:
    """Those of the days that are the weekdays wanted, or the nth of them."""
    for nth, weekday in rule.days:
        same = [day for day in days if day.weekday() == weekday]
        if nth == 0:
            yield from same
        elif abs(nth) <= len(same):
            yield same[nth - 1 if nth > 0 else nth]


def _fitting(rule: Rule, days: Iterable[date]) -> Iterator[date]:
    for day in days:
        from_end = day.day - monthrange(day.year, day.month)[1] - 1
        in_month = not rule.month_days or day.day in rule.month_days or from_end in rule.month_days
        on_day = not rule.days or any(weekday == day.weekday() for _, weekday in rule.days)
        if in_month and on_day and (not rule.months or day.month in rule.months):
            yield day


def _chosen(rule: Rule, days: list[date]) -> list[date]:
    """The days of a period at the positions wanted."""
    if not rule.positions:
        return days
    count = len(days)
    places = {each - 1 if each > 0 else count + each for each in rule.positions}
    return [days[place] for place in sorted(places) if 0 <= place < count]
