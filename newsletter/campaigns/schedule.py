"""When a campaign's issue goes out: the nth weekday or working day of a month, holidays minded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.campaigns.campaign import NTH, WEEKDAYS
from newsletter.workdays import days_of, is_workday, next_workday, workday_before, workdays_back, workdays_on

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Monthly


def send_in(schedule: Monthly, month: str) -> datetime | None:
    """The send of `month` (as 2027-01), wall clock without a zone; None when a holiday makes it fall out."""
    nth, word = schedule.on.split(" ")
    days = days_of(*map(int, month.split("-")))
    if word == "workday":
        fitting = [day for day in days if is_workday(day)]
    else:
        fitting = [day for day in days if day.weekday() == WEEKDAYS.index(word)]
    day = _minding_holidays(schedule, fitting[NTH[nth]])
    return None if day is None else datetime.combine(day, schedule.at)


def _minding_holidays(schedule: Monthly, day: date) -> date | None:
    if is_workday(day):
        return day
    if schedule.holiday == "skip":
        return None
    return next_workday(day) if schedule.holiday == "next workday" else workday_before(day)


def earlier(span: str, wall: datetime) -> datetime:
    """The wall clock `span` before `wall`: hours as they pass, days at the same time of day."""
    count, unit = _span(span)
    if unit == "workday":
        return datetime.combine(workdays_back(wall.date(), count), wall.time())
    return wall - (timedelta(hours=count) if unit == "hour" else timedelta(days=count))


def later(span: str, wall: datetime) -> datetime:
    """The wall clock `span` after `wall`."""
    count, unit = _span(span)
    if unit == "workday":
        return datetime.combine(workdays_on(wall.date(), count), wall.time())
    return wall + (timedelta(hours=count) if unit == "hour" else timedelta(days=count))


def _span(text: str) -> tuple[int, str]:
    count, unit = text.split(" ")
    return int(count), unit.removesuffix("s")
