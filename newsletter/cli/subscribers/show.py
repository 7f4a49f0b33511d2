"""`newsletter subscribers show`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import now, opened, workspace_option
from newsletter.cli.subscribers.asking import address_argument

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsletter.subscribers.addresses import Address
    from newsletter.subscribers.portrait import ConsentFacts, Portrait

_DIGEST = 12


@click.command("show")
@address_argument
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(address: Address, *, as_json: bool, root: Path) -> None:
    """Show one person: who, which company, how they stand, and the log of what they agreed to.

    `newsletter subscribers why` says what they get, and why not.
    """
    from newsletter.subscribers.portrait import portrait

    with opened(root, must_exist=True) as (settings, register):
        facts = portrait(register, address.key, now())
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    for line in _lines(facts, settings.zone):
        click.echo(line)
    _show_log(facts["consents"], settings.zone)


def _lines(facts: Portrait, zone: tzinfo) -> list[str]:
    lines = [facts["address"]]
    if who := ", ".join(filter(None, [facts["name"], facts["role"]])):
        lines.append(f"    {who}")
    if company := facts["company"]:
        lines.append(f"    {company['name']}, CVR {company['cvr'] or 'unknown'}")
        if company["protected"]:
            lines.append("    The company is advertising-protected: only their own consent counts.")
        if company["state"] != "active":
            lines.append(f"    The company is {company['state']}: nobody there is written to.")
    lines.append(f"    {facts['standing'][0].upper()}{facts['standing'][1:]}.")
    if no := facts["suppressed"]:
        lines.append(f"    The address is suppressed until {_when(no['expires_at'], zone)}: {no['words']}.")
    return lines


def _show_log(log: list[ConsentFacts], zone: tzinfo) -> None:
    from newsletter.cli.terminal import show_table

    if not log:
        click.echo("    The log of consents holds nothing.")
        return
    headings = ["When", "What", "Basis", "Source", "Reason", "Wording", "Written down by"]
    show_table(headings, [_cells(line, zone) for line in log])


def _cells(line: ConsentFacts, zone: tzinfo) -> list[str]:
    wording = (line["wording"] or "")[:_DIGEST]
    what = [line["kind"], line["basis"], line["source"], line["reason"] or "", wording, line["actor"]]
    return [_when(line["at"], zone), *what]


def _when(moment: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d}"
