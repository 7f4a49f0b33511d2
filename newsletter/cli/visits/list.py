"""`newsletter visits list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.visits.listing import Found, Wanted
    from newsletter.settings import Settings
    from newsletter.store.register import Register

_CALLED = {name: f"--{name}" for name in ("campaign", "consultant", "company", "since", "until")}


@click.command("list")
@click.option("--campaign", metavar="NAME", help="Of this campaign; `none` for those of no campaign.")
@click.option("--consultant", metavar="CONTACT", help="By this consultant.")
@click.option("--company", metavar="CVR|P-NUMBER|NAME", help="To this company.")
@click.option("--since", metavar="DATE", help="On this day or later.")
@click.option("--until", metavar="DATE", help="On this day or earlier.")
@click.option("--undone", is_flag=True, help="Those that were undone or put right, instead of those that count.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="So many at a time.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(min=1), help="The next ones are page 2.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, undone: bool, limit: int, page: int, as_json: bool, root: Path, **told: str | None) -> None:
    """List visits, the newest first.

    It is your own record of what was done, so visits to advertising-protected companies stand in it too: write to
    nobody from it.
    """
    from newsletter.campaigns.visits.listing import listed

    with opened(root, must_exist=True) as (settings, register):
        wanted = _wanted(root, settings, register, told, undone=undone)
        with register.read() as connection:
            found = listed(connection, wanted, limit=limit, page=page)
    if as_json:
        facts = {"visits": found.visits, "total": found.total, "protected": found.protected}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        _show(found, limit, page)


def _wanted(root: Path, settings: Settings, register: Register, told: dict[str, str | None], *, undone: bool) -> Wanted:
    from newsletter.campaigns.visits.listing import Wanted
    from newsletter.cli.visits.known import read_all, readers_of, rules_of
    from newsletter.subscribers.importing import convert

    rules = rules_of(root, settings, register, now())
    readers = {**readers_of(rules, register), "since": convert.day, "until": convert.day}
    said = read_all(told, readers, _CALLED, "nothing is listed")
    company = said.pop("company", None)
    return Wanted(**said, company_id=company.id if company else None, undone=undone)


def _show(found: Found, limit: int, page: int) -> None:
    from newsletter.cli.terminal import count, show_table

    rows = [
        [
            str(visit["number"]),
            visit["visited_on"],
            visit["kind"],
            visit["cvr"] or "",
            visit["company"],
            visit["consultant"],
            visit["campaign"] or "",
            visit["outcome"] or "",
            "open" if visit["promised"] else "",
        ]
        for visit in found.visits
    ]
    headings = ["Number", "Date", "Kind", "CVR", "Company", "Consultant", "Campaign", "Outcome", "Next step"]
    show_table(headings, rows)
    if found.total:
        first = (page - 1) * limit + 1
        shown = f"{first}-{first + len(rows) - 1} of " if len(rows) < found.total and rows else ""
        more = f"; --page {page + 1} shows the next" if first - 1 + len(rows) < found.total else ""
    else:
        shown = more = ""
    protected = f"; {found.protected} to advertising-protected companies: write to nobody from this list"
    click.echo(f"{shown}{count(found.total, 'visit')}{more}{protected if found.protected else ''}", err=True)
