"""`newsletter list`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from newsletter.cli.doors import FILES, workspace_option

KINDS = ("articles", "contacts", "events", "guides", "issues", "schemes", "segments", "stories")


@click.command("list")
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(kind: str | None, *, as_json: bool, root: Path) -> None:
    """List what the workspace holds: items and the issues that show them."""
    from newsletter.build.catalogue import catalogue
    from newsletter.cli.terminal import count, show_table
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    rows = [row for row in catalogue(workspace) if kind is None or row["kind"] == kind]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        cells = [[row["kind"], row["name"], row["date"], row["title"], ", ".join(row["issues"])] for row in rows]
        show_table(["Kind", "Name", "Date", "Title", "In issues"], cells)
    if workspace.broken:
        click.echo(f"{count(len(workspace.broken), 'file')} cannot be read: `newsletter check` says why", err=True)
        raise SystemExit(FILES)
