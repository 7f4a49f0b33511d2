"""`newsletter enquiries add`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.companies.choice import check_contacts
from newsletter.cli.contacts import contact_names
from newsletter.cli.doors import by_option, now, opened, this_day, workspace_option
from newsletter.cli.enquiries.moments import said_moment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.settings import Settings

_CHANNELS = ("mail", "phone", "form", "meeting")


@click.command("add")
@click.argument("company", nargs=-1, required=True, metavar="CVR|NAME")
@click.option("--channel", type=click.Choice(_CHANNELS), required=True, help="How they asked.")
@click.option("--topic", required=True, metavar="WORD", help="What about, in one word: fleksjob.")
@click.option("--text", help="What they asked, in a line; no citizen's name.")
@click.option("--consultant", metavar="CONTACT", help="Who answers; else as newsletter.yml and the company say.")
@click.option("--received", metavar="WHEN", help='When they asked, "2027-01-05 09:00"; else now.')
@click.option(
    "--hours", type=click.IntRange(1, 720), help="Hours of working days until the answer; else the service's."
)
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(company: tuple[str, ...], *, as_json: bool, actor: str, root: Path, **told: Any) -> None:
    """Write down what a company asked, who answers, and until when an answer is promised."""
    from newsletter.campaigns.enquiries.acts import Asked, add
    from newsletter.subscribers.companies.choosing import find_company
    from newsletter.workdays import promised_by

    check_contacts(root, [told["consultant"]] if told["consultant"] else [])
    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        moment = now()
        received = said_moment(told["received"], moment, settings.zone)
        found = find_company(connection, " ".join(company))
        asked = Asked(
            company_id=found.id,
            channel=told["channel"],
            topic=told["topic"],
            text=told["text"],
            consultant=told["consultant"] or _who(connection, root, settings, found.id, told["topic"]),
            received_at=received,
            promised_by=promised_by(received, told["hours"] or settings.service.answer_hours, settings.zone),
        )
        number = add(connection, asked, now=moment, actor=actor)
    until = asked.promised_by
    if as_json:
        click.echo(json.dumps({"number": number, "consultant": asked.consultant, "promised_by": until.isoformat()}))
    else:
        wall = f"{until.astimezone(settings.zone):%A %Y-%m-%d %H:%M}"
        click.echo(f"enquiry {number}: {found.name}, {asked.consultant} answers, promised by {wall}")


def _who(connection: Connection, root: Path, settings: Settings, company: int, topic: str) -> str:
    from sqlalchemy import select

    from newsletter.campaigns.enquiries.routing import route
    from newsletter.store.tables import companies

    own = connection.execute(select(companies.c.contact, companies.c.stand_in).where(companies.c.id == company)).one()
    contacts = contact_names(root)
    day = this_day(settings)
    return route(settings, contacts, topic=topic, fixed=own.contact, stand_in=own.stand_in, day=day)
