"""`newsletter events show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import workspace_option

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.workspace import Workspace


@click.command("show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(slug: str, *, as_json: bool, root: Path) -> None:
    """Show one event: all that its file says, its seats, and its measure points beside those of the year before."""
    from newsletter.campaigns.events.files import event_named
    from newsletter.cli.events.showing import facts, seats_taken
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    event = event_named(workspace.items["event"], slug)
    row = {**facts(event, seats_taken(root, workspace)), **_more(event, workspace)}
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=1))
    else:
        _show(row, event)


def _more(event: Item[Event], workspace: Workspace) -> dict[str, Any]:
    from newsletter.campaigns.events.experience import beside
    from newsletter.campaigns.events.ics import uid

    fields = event.fields
    return {
        "file": event.source.path,
        "uid": uid(event.slug, workspace.settings),
        "summary": fields.summary,
        "host": fields.host,
        "speaker": fields.speaker,
        "program": list(fields.program),
        "network": fields.network,
        "cadence": fields.cadence,
        "sign_up_by": f"{fields.sign_up_by}" if fields.sign_up_by else None,
        "sign_up": fields.sign_up,
        "follows": fields.follows,
        "measure_points": [each.row for each in beside(fields, workspace.items["event"])],
    }


def _show(row: dict[str, Any], event: Item[Event]) -> None:
    from newsletter.cli.events.showing import marks, seats_told, when

    told = {"when": when(event.fields), "seats": seats_told(row), "marks": marks(row)}
    names = ("place", "online", "host", "speaker", "kind", "series", "cadence", "network", "sign_up_by", "follows")
    click.echo(row["title"])
    click.echo(row["summary"])
    for name, value in {**told, **{name: row[name] for name in names}, "uid": row["uid"], "file": row["file"]}.items():
        if value:
            click.echo(f"    {name.replace('_', ' ')}: {value}")
    for each in row["program"]:
        click.echo(f"    - {each}")
    for point in row["measure_points"]:
        click.echo(f"    {point['point']}")
        for year, target, result in (("last year", "last_target", "last_result"), ("this year", "target", "result")):
            if point[target]:
                click.echo(f"        {year}: {point[target]} → {point[result] or 'no result yet'}")
