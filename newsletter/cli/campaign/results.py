"""`newsletter campaign results`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.campaign.naming import check_campaign
from newsletter.cli.doors import opened, this_day, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.results.listing import Result

_HEADINGS = ("No.", "When", "What", "", "Company", "Scheme", "Named", "Note")


@click.command("results")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(name: str, *, as_json: bool, root: Path) -> None:
    """List what the campaign NAME brought beside visits, and which companies may be named for it."""
    from newsletter.campaigns.results.listing import list_results
    from newsletter.cli.terminal import show_table
    from newsletter.workspace import read_workspace

    check_campaign(read_workspace(root), name)
    with opened(root, must_exist=True) as (settings, register), register.read() as connection:
        found = list_results(connection, name, this_day(settings))
    if as_json:
        click.echo(json.dumps({"campaign": name, "results": found}, ensure_ascii=False, indent=1))
    elif found:
        show_table(_HEADINGS, [_cells(each) for each in found])
    else:
        click.echo(f"nothing is written down for {name}: newsletter campaign result add {name}", err=True)


def _cells(row: Result) -> list[str]:
    company = f"{row['company']}, CVR {row['cvr'] or 'unknown'}" if row["company"] else ""
    texts = [f"{row['result']}", row["happened_on"], row["measure"], f"{row['number']}", company]
    return [*texts, row["scheme"] or "", _naming(row), row["note"] or ""]


def _naming(row: Result) -> str:
    if row["company"] is None:
        return ""
    days = {"agreed": f"until {row['consent_until']}", "later": f"from {row['consented_on']}"}
    days["ended"] = f"ended {row['consent_until']}"
    return days.get(row["naming"], row["naming"])
