"""`newsletter followups add`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.companies.choice import check_contacts
from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.followups.days import coming_day
from newsletter.cli.whose import is_contact

if TYPE_CHECKING:
    from sqlalchemy import Connection


@click.command("add")
@click.argument("company", nargs=-1, required=True, metavar="CVR|NAME")
@click.option("--what", required=True, help="The next step; no citizen's name stands in it.")
@click.option("--due", required=True, metavar="WHEN", help="2027-01-15, 3 days or 5 workdays; holidays move it on.")
@click.option("--consultant", metavar="CONTACT", help="Who does it; else you, else the company's fixed contact.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    company: tuple[str, ...], *, what: str, due: str, consultant: str | None, as_json: bool, actor: str, root: Path
) -> None:
    """Promise a company a next step without a visit; a visit's next step is promised by `newsletter visit add`."""
    from newsletter.campaigns.followups import Promise, promise
    from newsletter.subscribers.companies.choosing import find_company

    check_contacts(root, [consultant] if consultant else [])
    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        moment = now()
        day = coming_day(due, moment, settings.zone)
        found = find_company(connection, " ".join(company))
        who = consultant or _who(connection, found.id, root, actor)
        given = Promise(company_id=found.id, what=what, consultant=who, due_on=day)
        number = promise(connection, given, now=moment, actor=actor)
    if as_json:
        click.echo(json.dumps({"number": number, "due_on": day.isoformat(), "consultant": who}))
    else:
        click.echo(f"follow-up {number}: {found.name}, due {day:%A %Y-%m-%d}, {who}")


def _who(connection: Connection, company: int, root: Path, actor: str) -> str:
    from sqlalchemy import select

    from newsletter.store.tables import companies

    if is_contact(root, actor):
        return actor
    fixed = connection.scalar(select(companies.c.contact).where(companies.c.id == company))
    if fixed is None:
        raise click.UsageError("say who does it: --consultant CONTACT; the company has no fixed contact")
    return str(fixed)
