"""`newsletter events export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import now, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.events.ics import Method
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.workspace import Workspace


@click.command("export")
@click.argument("slug", required=False)
@click.option(
    "--method",
    type=click.Choice(["publish", "cancel"]),
    help="`publish` puts it into a calendar, `cancel` takes it out; else as the event's file says.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else it is printed."
)
@workspace_option
def command(slug: str | None, method: str | None, output: Path | None, root: Path) -> None:
    """Write an event as a calendar file (.ics); without SLUG, all events to come.

    Nobody is invited by such a file: whoever opens it puts the event into their own calendar.
    """
    from newsletter.campaigns.events.files import event_named
    from newsletter.campaigns.events.ics import calendar_text, method_of
    from newsletter.workspace import read_workspace

    if slug is None and method == "cancel":
        raise click.UsageError("one file takes one event out of a calendar: say which, newsletter events export SLUG")
    workspace = read_workspace(root)
    events = _coming(workspace) if slug is None else [event_named(workspace.items["event"], slug)]
    said: Method = "PUBLISH" if slug is None else method_of(events[0].fields)
    if method is not None:
        said = "CANCEL" if method == "cancel" else "PUBLISH"
    _write(calendar_text(events, workspace.settings, said).encode(), output, len(events))


def _coming(workspace: Workspace) -> list[Item[Event]]:
    wall = now().astimezone(workspace.settings.zone).replace(tzinfo=None)
    found = [each for each in workspace.items["event"].values() if each.fields.end > wall]
    if not found:
        raise click.UsageError("there is no event to come; say which one: newsletter events export SLUG")
    return sorted(found, key=lambda each: (each.fields.start, each.slug))


def _write(data: bytes, output: Path | None, number: int) -> None:
    if output is None:
        click.echo(data, nl=False)
        return
    from newsletter.build.seal import write_whole
    from newsletter.cli.terminal import count

    changed = write_whole(output, data)
    click.echo(f"{output}: {count(number, 'event')}" + ("" if changed else ", as it was"), err=True)
