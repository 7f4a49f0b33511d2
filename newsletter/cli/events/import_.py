"""`newsletter events import`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import this_day, workspace_option

if TYPE_CHECKING:
    from datetime import date

    from newsletter.campaigns.events.taking import Taken
    from newsletter.workspace import Workspace


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--only", default="", metavar="WORDS", help="Only events that say this in their title, text or place.")
@click.option("--host", default="", metavar="NAME", help="Who holds them; else the calendar's name.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, file: Path, only: str, host: str, dry_run: bool, as_json: bool, root: Path) -> None:
    """Take the events to come from others' calendar FILE (.ics) into content/events/.

    A second import of the calendar moves and cancels what has moved and is cancelled there; what you wrote yourselves
    stays. Of events that come back, those of the next twelve months are taken.
    """
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    today = this_day(workspace.settings)
    taken = _taken(workspace, file, only, host, today)
    if not dry_run:
        for each in taken:
            _write(root, each)
    if as_json:
        rows = [
            {
                "event": each.slug,
                "title": each.event.title,
                "start": f"{each.event.start:%Y-%m-%d %H:%M}",
                "state": each.state,
            }
            for each in taken
        ]
        click.echo(json.dumps({"events": rows, "written": not dry_run}, ensure_ascii=False, indent=1))
    else:
        _show(taken, dry_run=dry_run)


def _taken(workspace: Workspace, file: Path, only: str, host: str, today: date) -> list[Taken]:
    from newsletter.campaigns.events.foreign import read_calendar
    from newsletter.campaigns.events.taking import Origin, take
    from newsletter.source import read_source

    settings = workspace.settings
    calendar = read_calendar(read_source(file.parent, file.name), settings.zone, today, only)
    origin = Origin(organizer=host or calendar.name, source=calendar.name or file.stem, language=settings.language)
    return take(calendar, workspace.items["event"], origin, today)


def _write(root: Path, taken: Taken) -> None:
    from newsletter.build.seal import write_whole
    from newsletter.campaigns.events.files import write_new

    if taken.state == "new":
        write_new(root, taken.slug, taken.text)
    elif taken.text:
        write_whole(root / taken.path, taken.text.encode())


def _show(taken: list[Taken], *, dry_run: bool) -> None:
    from newsletter.cli.events.showing import when

    for each in taken:
        if each.state != "unchanged":
            click.echo(f"{each.state}\t{each.path}\t{when(each.event)}\t{each.event.title}")
    counted = Counter[str](each.state for each in taken)
    states = ("new", "changed", "cancelled", "unchanged")
    click.echo(", ".join(f"{counted[state]} {state}" for state in states), err=True)
    if dry_run:
        click.echo("nothing was written: leave --dry-run out to do it", err=True)
