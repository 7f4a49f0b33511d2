"""`newsletter visits undo`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("undo")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(min=1), metavar="NUMBER…")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, numbers: tuple[int, ...], as_json: bool, actor: str, root: Path) -> None:
    """Take visits back that were no visits: they count no longer, and what they promised is dropped.

    Needs and interests that no other visit has heard go with them.
    """
    from newsletter.campaigns.visits.recording import Act, undo
    from newsletter.cli.visits.telling import show

    with opened(root, must_exist=True) as (_, register):
        with register.write() as connection:
            act = Act(connection=connection, now=now(), actor=actor)
            for number in dict.fromkeys(numbers):
                undo(act, number)
        for number in dict.fromkeys(numbers):
            show(register, number, (), as_json=as_json)
