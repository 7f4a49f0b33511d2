"""`newsletter followups done`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.whose import NUMBER


@click.command("done")
@click.argument("number", type=NUMBER)
@click.option("--remark", help="How it went, in a line; no citizen's name.")
@by_option
@workspace_option
def command(number: int, *, remark: str | None, actor: str, root: Path) -> None:
    """Note that a follow-up was done."""
    from newsletter.campaigns.followups.acts import settle

    with opened(root, must_exist=True) as (_, register), register.write() as connection:
        settle(connection, number, "done", remark, now=now(), actor=actor)
    click.echo(f"follow-up {number} is done")
