"""`newsletter register show`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import now, opened, workspace_option

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsletter.store.overview import BackupFacts, Overview


@click.command("show")
@click.option("--audit", "lines", type=click.IntRange(min=0), default=5, show_default=True, help="How many last lines.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, lines: int, as_json: bool, root: Path) -> None:
    """Show where the register is and what it holds: numbers, backups, and the last lines of the audit log."""
    from newsletter.store.overview import overview

    with opened(root, must_exist=True) as (settings, register):
        facts = overview(register, root, now(), lines)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    _show_place(facts)
    _show_numbers(facts)
    _show_backups(facts["backups"])
    _show_audit(facts, settings.zone)


def _show_place(facts: Overview) -> None:
    from newsletter.cli.register.sizes import size

    click.echo(f"{facts['register']}: {facts['kind']}, version {facts['version']}, {size(facts['bytes'])}")
    click.echo(f"the key is there: {facts['key']}")


def _show_numbers(facts: Overview) -> None:
    """Tables with something in them, by name; people by state as well."""
    from newsletter.cli.terminal import show_table

    rows = []
    for name, number in facts["tables"].items():
        if number:
            rows.append([name.replace("_", " "), str(number)])
        if name == "people":
            rows += [[f"people: {state}", str(each)] for state, each in facts["people"].items() if each]
    show_table(["Holds", "Number"], rows)


def _show_backups(backups: list[BackupFacts]) -> None:
    from newsletter.cli.register.sizes import size
    from newsletter.cli.terminal import show_table

    if not backups:
        click.echo("no backup in subscribers/backups/: `newsletter register backup` makes one")
        return
    show_table(["Backup", "Size", "Age"], [[each["file"], size(each["bytes"]), _age(each)] for each in backups])


def _age(backup: BackupFacts) -> str:
    from newsletter.cli.terminal import count

    age = f"{count(backup['days'], 'day')} old"
    return age if backup["finished"] else f"{age}, unfinished: delete it"


def _show_audit(facts: Overview, zone: tzinfo) -> None:
    from newsletter.cli.terminal import show_table

    rows = [
        [
            f"{datetime.fromisoformat(line['at']).astimezone(zone):%Y-%m-%d %H:%M}",
            line["actor"],
            line["action"],
            line["about"] if line["about_id"] is None else f"{line['about']} {line['about_id']}",
            json.dumps(line["detail"], ensure_ascii=False) if line["detail"] else "",
        ]
        for line in facts["audit"]
    ]
    if rows:
        show_table(["When", "Who", "Did", "About", "Detail"], rows)
