"""When a campaign's issue goes out: the nth weekday or working day of a month, holidays minded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.campaigns.campaign import NTH, WEEKDAYS
from newsletter.workdays import days_of, is_workday, next_workday, workday_before, workdays_back, workdays_on

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Holiday, Monthly


def send_in(schedule: Monthly, month: str) -> datetime | None:
    """The send of `month` (as 2027-01), wall clock without a zone; None when a holiday makes it fall out."""
    day = minding_holidays(nth_day(schedule.on, month), schedule.holiday)
    return None if day is None else datetime.combine(day, schedule.at)


def nth_day(on: str, month: str) -> date:
    """The `third thursday` or `last workday` of a month (as 2027-01)."""
    nth, word = on.split(" ")
    days = days_of(*map(int, month.split("-")))
    if word == "workday":
        fitting = [day for day in days if is_workday(day)]
    else:
        fitting = [day for day in days if day.weekday() == WEEKDAYS.index(word)]
    return fitting[NTH[nth]]


def minding_holidays(day: date, instead: Holiday) -> date | None:
    """The day itself, or what is done instead when it is a holiday; None when it falls out."""
    if is_workday(day):
        return day
    if instead == "skip":
        return None
    return next_workday(day) if instead == "next workday" else workday_before(day)


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
