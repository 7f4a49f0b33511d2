"""`newsletter campaign result undo`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("undo")
@click.argument("number", type=int)
@by_option
@workspace_option
def command(number: int, *, actor: str, root: Path) -> None:
    """Take the result NUMBER back: it was a mistake, or is so no longer. It counts no more and names nobody."""
    from newsletter.campaigns.results.recording import undo

    with opened(root, must_exist=True) as (_, register), register.write() as connection:
        undo(connection, number, now=now(), actor=actor)
    click.echo(f"{number}: undone; reports of days before now still count it")
