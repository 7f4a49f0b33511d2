"""`newsletter events list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import FILES, now, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.events.series import Lack


@click.command("list")
@click.option("--past", is_flag=True, help="Those that are over, the latest first, instead of those to come.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, past: bool, as_json: bool, root: Path) -> None:
    """List events: when and where, seats taken, and the series whose next meeting nobody has planned."""
    from newsletter.campaigns.events.series import lacks
    from newsletter.cli.events.showing import facts, seats_taken
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    today = now().astimezone(workspace.settings.zone)
    wall, events = today.replace(tzinfo=None), workspace.items["event"]
    chosen = [each for each in events.values() if (each.fields.end <= wall) == past]
    chosen.sort(key=lambda each: (each.fields.start, each.slug), reverse=past)
    taken = seats_taken(root, workspace)
    rows = [facts(each, taken) for each in chosen]
    missing = list(lacks(events, today.date()))
    if as_json:
        told = [{"series": each.series, "due": each.due, "last": each.last} for each in missing]
        click.echo(json.dumps({"events": rows, "missing": told}, ensure_ascii=False, indent=1))
    else:
        _show(rows, [each.fields for each in chosen], missing)
    if workspace.broken:
        from newsletter.cli.terminal import count

        click.echo(f"{count(len(workspace.broken), 'file')} cannot be read: `newsletter check` says why", err=True)
        raise SystemExit(FILES)


def _show(rows: list[dict[str, Any]], events: list[Any], missing: list[Lack]) -> None:
    from newsletter.cli.events.showing import marks, seats_told, when
    from newsletter.cli.terminal import show_table

    cells = [
        [
            when(event),
            row["event"],
            row["title"],
            row["place"] or "online",
            seats_told(row),
            row["series"] or "",
            marks(row),
        ]
        for row, event in zip(rows, events, strict=True)
    ]
    show_table(["When", "Event", "Title", "Place", "Seats", "Series", ""], cells)
    if not rows:
        click.echo("no events: newsletter new event TITLE", err=True)
    for each in missing:
        text = f"series {each.series}: no meeting is planned for {each.due}, the next after {each.last}"
        click.echo(f"{text}; plan it: newsletter events series {each.series} --like {each.last} …", err=True)
