"""`newsletter events carry`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from newsletter.cli.doors import workspace_option


@click.command("carry")
@click.argument("slug")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day of the next meeting.")
@click.option("--every-point", is_flag=True, help="Measure points with a result go on too.")
@workspace_option
def command(slug: str, day: datetime, *, every_point: bool, root: Path) -> None:
    """Make next year's experience meeting after the one called SLUG, with its open measure points.

    A point is open while it has no result. The new file has the targets, to be made new, and no results.
    """
    from newsletter.campaigns.events.experience import carried, reminders
    from newsletter.campaigns.events.files import event_named, event_text, write_new
    from newsletter.workdays import holiday_name, is_workday
    from newsletter.workspace import read_workspace

    last = event_named(read_workspace(root).items["event"], slug)
    name, event = carried(last, day.date(), every_point=every_point)
    path = write_new(root, name, event_text(event))
    if not is_workday(day.date()):
        click.echo(f"warning: {day:%Y-%m-%d} is {holiday_name(day.date()) or f'a {day:%A}'}", err=True)
    click.echo(f"{path} written: {event.title}, {event.start:%A %Y-%m-%d %H:%M}")
    for point in event.measure_points:
        click.echo(f"    goes on: {point.point} ({point.target})")
    days = ", ".join(f"{each}" for _, each in reminders(event))
    click.echo(f"    reminders in `newsletter calendar`: {days}")
