"""`newsletter companies export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from newsletter.cli.companies.choice import choice_options
from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@choice_options
@click.option("--protected", is_flag=True, help="Advertising-protected companies that have consented themselves.")
@click.option("--ceased", is_flag=True, help="Companies that have ceased or are closing, instead of the active ones.")
@by_option
@workspace_option
def command(*, file: Path, protected: bool, ceased: bool, actor: str, root: Path, **choice: Any) -> None:
    """Write companies to FILE: .csv, .xlsx or .jsonl. Advertising-protected ones without their own consent stay out."""
    from newsletter.cli.companies.list import condition
    from newsletter.store.audit import note
    from newsletter.subscribers.companies.exporting import WRITERS, export_companies
    from newsletter.subscribers.companies.listing import listed, numbers

    if file.suffix.lower() not in WRITERS:
        raise click.UsageError(f"{file.name}: write a name that ends in {', '.join(sorted(WRITERS))}")
    if not file.parent.is_dir():
        raise click.UsageError(f"there is no folder {file.parent}")
    chosen = condition(root, protected=protected, ceased=ceased, **choice)
    with opened(root, must_exist=True) as (_, register):
        with register.read() as connection:
            written = export_companies(listed(connection, chosen), file)
            hidden = numbers(connection, chosen).hidden
        with register.write() as connection:
            note(connection, now=now(), actor=actor, action="companies export", about="register", companies=written)
    left_out = f"; {hidden} left out, advertising-protected without their own consent" if hidden else ""
    click.echo(f"{file}: {written} {'company' if written == 1 else 'companies'}{left_out}")
    click.echo("it holds personal data where a company is a person: delete it when it has served", err=True)
