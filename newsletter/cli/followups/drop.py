"""`newsletter followups drop`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.whose import NUMBER


@click.command("drop")
@click.argument("number", type=NUMBER)
@click.option("--why", required=True, help="Why it is not to be done, in a line; no citizen's name.")
@by_option
@workspace_option
def command(number: int, *, why: str, actor: str, root: Path) -> None:
    """Let go of a follow-up that is not to be done."""
    from newsletter.campaigns.followups.acts import settle

    with opened(root, must_exist=True) as (_, register), register.write() as connection:
        settle(connection, number, "dropped", why, now=now(), actor=actor)
    click.echo(f"follow-up {number} is dropped")
