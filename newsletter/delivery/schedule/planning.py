"""Planning a send: the time a person says or the files say, looked at from all sides, then put in the book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from newsletter.build.compose import compose_all
from newsletter.campaigns.campaign import Schedule
from newsletter.campaigns.schedule import earlier, later, send_in
from newsletter.delivery.schedule.book import Due, close, on_day, planned_for
from newsletter.delivery.schedule.cautions import Asked, Caution, cautions
from newsletter.delivery.schedule.wall import check_exists, moment_of, read_wall, wall_of, written
from newsletter.problems import Invalid, Refused, guess
from newsletter.store.audit import note
from newsletter.store.tables import schedules, sends

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from newsletter.delivery.schedule.book import Source
    from newsletter.workspace import Workspace

LEAST_GRACE = timedelta(minutes=5)
"""So that a machine that looks every minute can keep it."""
DEADLINE: str = Schedule.model_fields["content_deadline"].default
LATE: str = Schedule.model_fields["late"].default
"""Spans of an issue that belongs to no campaign."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """When an issue would go out: wall clock, and what its campaign says about it."""

    issue: str
    wall: datetime
    source: Source
    grace: timedelta
    deadline: datetime
    """Wall clock by which its content must be ready."""
    shown_for: datetime | None
    """The time its file says, for which its blocks are chosen; None when it says none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What came of planning: the send in the book, the one it took the place of, and what to think of."""

    send: Due
    before: Due | None
    is_new: bool
    cautions: tuple[Caution, ...]


def propose(workspace: Workspace, issue: str, at: str | None) -> Proposal:
    """When the issue goes out: as told in `at`, else as its file or its campaign says. Raises Refused or Invalid."""
    refused: list[Refused] = []
    path = f"content/issues/{issue}.md"
    if path in workspace.broken:
        refused.append(Refused(f"{path} cannot be read", "`newsletter check` says why"))
    elif issue not in workspace.issues:
        refused.append(Refused(f"there is no {path}", guess(issue, workspace.issues)))
    wall = None
    if at is not None:
        try:
            wall = read_wall(at, workspace.settings.send_at)
            check_exists(wall, workspace.settings.zone)
        except Refused as error:
            refused.append(error)
    if refused:
        raise Refused("\n".join(map(str, refused)))
    return _proposal(workspace, issue, wall)


def told_by_files(workspace: Workspace, issue: str) -> datetime | None:
    """The send that the issue's file or its campaign's schedule says, wall clock; None when they say none."""
    fields = workspace.issues[issue].fields
    if fields.send is not None:
        has_time = fields.send.time() != time()
        return fields.send if has_time else datetime.combine(fields.send.date(), workspace.settings.send_at)
    campaign = workspace.campaigns.get(fields.campaign or "")
    assert fields.month is not None
    return send_in(campaign.schedule, fields.month) if campaign else None


def deadline_of(workspace: Workspace, issue: str, wall: datetime) -> datetime:
    """Wall clock by which the issue's content must be ready when it goes out at `wall`."""
    campaign = workspace.campaigns.get(workspace.issues[issue].fields.campaign or "")
    return earlier(campaign.schedule.content_deadline if campaign else DEADLINE, wall)


def _proposal(workspace: Workspace, issue: str, wall: datetime | None) -> Proposal:
    fields, told = workspace.issues[issue].fields, told_by_files(workspace, issue)
    if wall is None:
        wall = told or _nothing_told(workspace, issue)
        check_exists(wall, workspace.settings.zone)
    campaign = workspace.campaigns.get(fields.campaign or "")
    by_schedule = fields.month is not None and wall == told
    return Proposal(
        issue=issue,
        wall=wall,
        source="campaign" if by_schedule else "at",
        grace=max(LEAST_GRACE, later(campaign.schedule.late if campaign else LATE, wall) - wall),
        deadline=deadline_of(workspace, issue, wall),
        shown_for=told,
    )


def _nothing_told(workspace: Workspace, issue: str) -> NoReturn:
    """Raise the problem that keeps the files from saying a time, with its place."""
    _, problems = compose_all(workspace)
    path = workspace.issues[issue].source.path
    raise Invalid(problem for problem in problems if problem.path == path)


def plan(connection: Connection, proposal: Proposal, *, zone: ZoneInfo, now: datetime, actor: str) -> Planned:
    """Put the send in the book; one that was there is moved. Raises Refused, and then nothing may be committed."""
    send_at = moment_of(proposal.wall, zone)
    if send_at <= now:
        here = written(wall_of(now, zone))
        hint = f"choose a later time with --at, or send it now: `newsletter send {proposal.issue} --really`"
        raise Refused(f"{written(proposal.wall)} is past: it is {here} now", hint)
    asked = Asked(
        wall=proposal.wall,
        zone=zone,
        now=now,
        deadline=proposal.deadline,
        shown_for=proposal.shown_for,
        same_day=[other for other in on_day(connection, proposal.wall.date()) if other != proposal.issue],
    )
    before = planned_for(connection, zone, proposal.issue)
    if before is not None and _is_same(before, proposal):
        check_unsent(connection, proposal.issue)
        return Planned(send=before, before=None, is_new=False, cautions=tuple(cautions(asked)))
    _replace(connection, proposal, before, send_at=send_at, now=now, actor=actor)
    send = planned_for(connection, zone, proposal.issue)
    assert send is not None
    return Planned(send=send, before=before, is_new=True, cautions=tuple(cautions(asked)))


def unplan(connection: Connection, issue: str, *, zone: ZoneInfo, now: datetime, actor: str) -> Due:
    """Take the issue's planned or missed send out of the book, and return it. Raises Refused when there is none."""
    before = planned_for(connection, zone, issue)
    if before is None or not close(connection, issue):
        check_unsent(connection, issue)
        raise Refused(f"no send of {issue} is planned", "see what is planned: `newsletter schedule`")
    check_unsent(connection, issue)
    wall = written(before.wall)
    note(connection, now=now, actor=actor, action="schedule cancel", about="register", issue=issue, wall=wall)
    return before


def check_unsent(connection: Connection, issue: str) -> None:
    """Refuse to plan an issue that has gone out or is on its way: nobody gets it twice."""
    mine = (sends.c.issue == issue) & (sends.c.kind == "issue")
    row = connection.execute(select(sends.c.state, sends.c.send_at).where(mine)).first()
    if row is None:
        return
    what = {"done": "has been sent", "cancelled": "was sent in part and then cancelled"}
    text = f"{issue} {what.get(row.state, 'is being sent')}: nobody gets an issue twice"
    raise Refused(text, f"see how it goes with `newsletter status {issue}`; for news, make a new issue")


def _is_same(before: Due, proposal: Proposal) -> bool:
    return (before.state, before.wall, before.grace) == ("waiting", proposal.wall, proposal.grace)


def _replace(
    connection: Connection, proposal: Proposal, before: Due | None, *, send_at: datetime, now: datetime, actor: str
) -> None:
    """The old row ends before the sends are looked at: a loop that takes it meanwhile has then made its send."""
    issue, wall = proposal.issue, written(proposal.wall)
    ended = close(connection, issue)
    check_unsent(connection, issue)
    if before is not None and not ended:
        raise Refused(f"the planned send of {issue} was changed at this moment", "see `newsletter schedule`")
    values = {"issue": issue, "wall": wall, "send_at": send_at, "source": proposal.source}
    grace = int(proposal.grace.total_seconds() // 60)
    try:
        connection.execute(insert(schedules).values(**values, grace_minutes=grace, actor=actor, at=now))
    except IntegrityError as error:
        hint = "see who in `newsletter schedule`, and say it again if it must be moved"
        raise Refused(f"somebody else planned {issue} at this moment", hint) from error
    note(connection, now=now, actor=actor, action="schedule", about="register", issue=issue, wall=wall)
