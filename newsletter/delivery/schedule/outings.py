"""Every issue's way out, planned or not: from the issues, from the campaigns' months without one, from the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.campaigns.schedule import earlier, send_in
from newsletter.delivery.schedule.book import unanswered, waiting
from newsletter.delivery.schedule.planning import DEADLINE, deadline_of, told_by_files
from newsletter.delivery.schedule.wall import wall_of
from newsletter.store.tables import sends
from newsletter.workdays import workdays_back

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from newsletter.campaigns.campaign import Campaign
    from newsletter.workspace import Workspace

REVIEW_WORKDAYS = 2
"""Working days before the send by which it should be approved."""
SENT = {"done": "sent", "cancelled": "cancelled", "paused": "paused", "stopped": "stopped"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an issue stands in the register: a word, and the wall clock of its send."""

    state: str
    wall: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Outing:
    """One send of the year, wall clock; without an issue it is a campaign's month that has none yet."""

    key: str
    title: str
    wall: datetime
    state: str
    issue: str | None
    campaign: str | None
    deadline: datetime

    @property
    def review(self) -> date:
        """The day by which it should be approved."""
        return workdays_back(self.wall.date(), REVIEW_WORKDAYS)


def standings(connection: Connection, zone: ZoneInfo, now: datetime) -> dict[str, Standing]:
    """By issue: sent, being sent, planned or missed, and when."""
    found = {each.issue: Standing(state="missed", wall=each.wall) for each in unanswered(connection, zone)}
    for each in waiting(connection, zone):
        found[each.issue] = Standing(state="missed" if now > each.until else "planned", wall=each.wall)
    rows = connection.execute(select(sends.c.issue, sends.c.state, sends.c.send_at).where(sends.c.kind == "issue"))
    for row in rows:
        found[row.issue] = Standing(state=SENT.get(row.state, "being sent"), wall=wall_of(row.send_at, zone))
    return found


def outings(workspace: Workspace, known: Mapping[str, Standing], now: datetime) -> list[Outing]:
    """All sends there are and are to be, in order. `now` is UTC."""
    here = wall_of(now, workspace.settings.zone)
    told = {slug: told_by_files(workspace, slug) for slug in workspace.issues}
    dated = {slug: wall for slug, wall in told.items() if wall is not None}
    months = _months_with_an_issue(workspace, dated)
    standings = {slug: known.get(slug) or _unplanned(wall, here) for slug, wall in dated.items()}
    found = [_of_issue(workspace, slug, standing, months) for slug, standing in standings.items()]
    found += [_by_name(slug, standing) for slug, standing in known.items() if slug not in dated]
    for slug, campaign in workspace.campaigns.items():
        found += _without_issue(slug, campaign, months, here)
    return sorted(found, key=lambda each: (each.wall, each.key))


def _months_with_an_issue(workspace: Workspace, dated: Mapping[str, datetime]) -> dict[tuple[str, str], str]:
    """Campaign and month → the issue that goes by the campaign's schedule, else the first of that month."""
    found: dict[tuple[str, str], str] = {}
    for slug in sorted(dated, key=lambda slug: (workspace.issues[slug].fields.month is None, slug)):
        fields = workspace.issues[slug].fields
        if fields.campaign:
            found.setdefault((fields.campaign, fields.month or f"{dated[slug]:%Y-%m}"), slug)
    return found


def _unplanned(wall: datetime, here: datetime) -> Standing:
    return Standing(state="not sent" if wall < here else "not planned", wall=wall)


def _of_issue(workspace: Workspace, slug: str, standing: Standing, months: Mapping[tuple[str, str], str]) -> Outing:
    fields = workspace.issues[slug].fields
    by_schedule = fields.month is not None and months.get((fields.campaign or "", fields.month)) == slug
    return Outing(
        key=f"{fields.campaign}-{fields.month}" if by_schedule else slug,
        title=fields.subject,
        wall=standing.wall,
        state=standing.state,
        issue=slug,
        campaign=fields.campaign,
        deadline=deadline_of(workspace, slug, standing.wall),
    )


def _by_name(slug: str, standing: Standing) -> Outing:
    """An issue of the register whose file is gone, cannot be read or says no time any more."""
    deadline = earlier(DEADLINE, standing.wall)
    return Outing(
        key=slug,
        title=slug,
        wall=standing.wall,
        state=standing.state,
        issue=slug,
        campaign=None,
        deadline=deadline,
    )


def _without_issue(
    slug: str, campaign: Campaign, months: Mapping[tuple[str, str], str], here: datetime
) -> Iterator[Outing]:
    for month in _months(campaign.period.first, campaign.period.last):
        wall = send_in(campaign.schedule, month)
        if wall is None or (slug, month) in months:
            continue
        if campaign.period.first <= wall.date() <= campaign.period.last:
            yield Outing(
                key=f"{slug}-{month}",
                title=campaign.title,
                wall=wall,
                state="no issue" if wall < here else "no issue yet",
                issue=None,
                campaign=slug,
                deadline=earlier(campaign.schedule.content_deadline, wall),
            )


def _months(first: date, last: date) -> Iterator[str]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{number // 12}-{number % 12 + 1:02}"
