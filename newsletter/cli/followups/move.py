"""`newsletter followups move`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.followups.days import coming_day
from newsletter.cli.whose import NUMBER


@click.command("move")
@click.argument("number", type=NUMBER)
@click.option("--to", "to", required=True, metavar="WHEN", help="2027-01-15, or from today: 3 days, 5 workdays.")
@click.option("--why", help="Why, in a line; no citizen's name.")
@by_option
@workspace_option
def command(number: int, *, to: str, why: str | None, actor: str, root: Path) -> None:
    """Let a follow-up be due on another day; a holiday moves it to the next working day."""
    from newsletter.campaigns.followups.acts import move

    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        moment = now()
        day = move(connection, number, coming_day(to, moment, settings.zone), why, now=moment, actor=actor)
    click.echo(f"follow-up {number} is due on {day:%A %Y-%m-%d}")
