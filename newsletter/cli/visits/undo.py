"""`newsletter visits undo`."""

from __future__ import annotations

import json
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
    from newsletter.cli.visits.telling import facts_of, show

    wanted = tuple(dict.fromkeys(numbers))
    with opened(root, must_exist=True) as (_, register):
        with register.write() as connection:
            act = Act(connection=connection, now=now(), actor=actor)
            for number in wanted:
                undo(act, number)
        if as_json:
            undone = [facts_of(register, number) for number in wanted]
            click.echo(json.dumps({"undone": undone}, ensure_ascii=False, indent=1))
            return
        for number in wanted:
            show(register, number, (), as_json=False)
