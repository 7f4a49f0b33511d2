"""`newsletter companies list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.companies.choice import choice_options, chosen_by
from newsletter.cli.doors import opened, workspace_option

if TYPE_CHECKING:
    from newsletter.subscribers.companies.listing import Listed


@click.command("list")
@choice_options
@click.option("--protected", is_flag=True, help="Advertising-protected companies that have consented themselves.")
@click.option("--ceased", is_flag=True, help="Companies that have ceased or are closing, instead of the active ones.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, protected: bool, ceased: bool, as_json: bool, root: Path, **choice: Any) -> None:
    """List companies. Advertising-protected ones without their own consent are only counted."""
    from newsletter.subscribers.companies.listing import listed, numbers

    chosen = condition(root, protected=protected, ceased=ceased, **choice)
    with opened(root, must_exist=True) as (_, register), register.read() as connection:
        found = list(listed(connection, chosen))
        hidden = numbers(connection, chosen).hidden
    if as_json:
        click.echo(json.dumps({"companies": found, "protected": hidden}, ensure_ascii=False, indent=1))
    else:
        _show(found, hidden)


def condition(root: Path, *, protected: bool, ceased: bool, **choice: Any) -> Any:
    """What the options say, as one condition."""
    from sqlalchemy import and_

    from newsletter.store.tables import companies

    state = companies.c.state != "active" if ceased else companies.c.state == "active"
    wanted = [companies.c.protected] if protected else []
    return and_(state, *wanted, *chosen_by(root, **choice))


def _show(found: list[Listed], hidden: int) -> None:
    from newsletter.cli.terminal import count, show_table
    from newsletter.subscribers.industries import printed

    cells = [
        [
            row["cvr"] or "",
            row["name"],
            printed(row["industry"]) if row["industry"] else "",
            row["size"] or "",
            " ".join(filter(None, (row["postcode"], row["town"]))),
            row["contact"] or "",
            row["state"] + (", protected" if row["protected"] else ""),
        ]
        for row in found
    ]
    show_table(["CVR", "Name", "Industry", "Employees", "Town", "Contact", "State"], cells)
    companies = f"{len(found)} {'company' if len(found) == 1 else 'companies'}"
    protected = f"; {count(hidden, 'advertising-protected one')} not listed" if hidden else ""
    click.echo(companies + protected, err=True)
