"""`newsletter events series`."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import this_day, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.events.series import Meeting, Wish
    from newsletter.content.items import Event
    from newsletter.workspace import Workspace

EVERY = ("month", "2 months", "quarter", "half-year", "year")
HOLIDAYS = ("next workday", "workday before", "skip")


@click.command("series")
@click.argument("name")
@click.option("--like", required=True, metavar="SLUG", help="The event whose title, place, host and tags they take.")
@click.option("--every", required=True, type=click.Choice(EVERY), help="How often they meet.")
@click.option("--on", required=True, metavar="DAY", help="The day of the month: `third thursday`, `last workday`.")
@click.option("--at", type=click.DateTime(["%H:%M"]), help="When they begin, 08:30; else as the event they are like.")
@click.option("--count", type=click.IntRange(1, 60), default=4, show_default=True, help="How many meetings.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="No meeting before this day; else it goes on.")
@click.option(
    "--holiday", type=click.Choice(HOLIDAYS), default="next workday", show_default=True, help="Instead of one."
)
@click.option("--yes", is_flag=True, help="Write the files; without it, they are only told.")
@workspace_option
def command(name: str, like: str, *, yes: bool, root: Path, **told: Any) -> None:
    """Plan the next meetings of series NAME as event files: a dry run unless --yes.

    A month that has a meeting of the series keeps it, and no file is written over. Open each new file and write what is
    special about that meeting.
    """
    from newsletter.campaigns.events.files import event_named
    from newsletter.campaigns.events.series import meetings
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    events = workspace.items["event"]
    model = event_named(events, like).fields
    planned = meetings(_wish(name, model, workspace, **told), model, events)
    for meeting in planned:
        click.echo(_line(root, meeting, write=yes))
    made = sum(each.event is not None for each in planned)
    if made and not yes:
        click.echo("nothing was written: say --yes to write the files", err=True)
    elif not made:
        click.echo("there is nothing to write", err=True)


def _wish(name: str, like: Event, workspace: Workspace, **told: Any) -> Wish:
    from newsletter.campaigns.campaign import check_nth_day
    from newsletter.campaigns.events.series import Wish, next_first
    from newsletter.values import check_slug

    try:
        check_slug(name)
        check_nth_day(told["on"])
    except ValueError as error:
        raise click.UsageError(str(error).replace("; ", ". ", 1)) from error
    first: datetime | None = told.pop("first")
    at: datetime | None = told.pop("at")
    today = this_day(workspace.settings)
    day = first.date() if first else next_first(name, workspace.items["event"], told["every"], today)
    clock: time = at.time() if at else like.start.time()
    return Wish(series=name, at=clock, first=day, **told)


def _line(root: Path, meeting: Meeting, *, write: bool) -> str:
    from newsletter.campaigns.events.files import event_text, path_of, write_new
    from newsletter.cli.events.showing import when

    if meeting.event is None:
        return f"{meeting.month}: {meeting.note}"
    text = event_text(meeting.event)
    path = write_new(root, meeting.slug, text) if write else path_of(meeting.slug)
    note = f" ({meeting.note})" if meeting.note else ""
    return f"{path}: {when(meeting.event)}{note}"
