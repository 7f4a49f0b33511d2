"""Which status mails are due: once a month, in the campaign's period, and once more when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.campaigns.schedule import send_in
from newsletter.delivery.reporting.sending import Occasion
from newsletter.delivery.schedule.wall import moment_of
from newsletter.workdays import ONE_DAY

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.campaigns.campaign import Campaign

LATE = timedelta(days=7)
"""How long after its time it still goes out, when the machine was off."""


def due(campaigns: Mapping[str, Campaign], now: datetime, zone: ZoneInfo) -> Iterator[Occasion]:
    """The status mails whose time has come. Their figures are those of the day before: whole days only."""
    for slug, campaign in sorted(campaigns.items()):
        if campaign.report is None:
            continue
        for month in _months(now.astimezone(zone).date()):
            wall = send_in(campaign.report, month)
            if wall is None or not _in_time(wall.date(), campaign):
                continue
            moment = moment_of(wall, zone)
            if moment <= now <= moment + LATE:
                yield Occasion(campaign=slug, as_of=wall.date() - ONE_DAY, when=month)


def _months(today: date) -> tuple[str, str]:
    """The month before, whose mail may be late, and this one."""
    before = today.replace(day=1) - ONE_DAY
    return f"{before:%Y-%m}", f"{today:%Y-%m}"


def _in_time(day: date, campaign: Campaign) -> bool:
    """After the campaign's first day, until the month after its last: that mail tells how it ended."""
    last = campaign.period.last
    end = (last.replace(day=1) + timedelta(days=62)).replace(day=1)  # the first of the month after next
    return campaign.period.first < day < end
