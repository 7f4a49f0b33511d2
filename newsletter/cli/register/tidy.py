"""`newsletter register tidy`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("tidy")
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, dry_run: bool, as_json: bool, actor: str, root: Path) -> None:
    """Remove what has been kept for long enough; `privacy:` in newsletter.yml says how long.

    Run it every night. Others may work in the register meanwhile.
    """
    from newsletter.cli.terminal import show_table
    from newsletter.subscribers.privacy.tidy import find_old, tidy

    with opened(root, must_exist=True) as (settings, register):
        if dry_run:
            found = find_old(register, settings.privacy, now())
        else:
            found = tidy(register, settings.privacy, now=now(), actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
        return
    show_table(["Rule", "Rows", "What it says"], [[each.rule, str(each.count), each.says] for each in found])
    total = sum(each.count for each in found if each.rule != "ceased")
    click.echo(f"{total} would be removed: run it without --dry-run" if dry_run else f"{total} removed")
