"""`newsletter campaign next`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.campaign.naming import check_campaign
from newsletter.cli.doors import by_option, now, opened, this_day, workspace_option
from newsletter.cli.private import check_folder, write_private

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.next.listing import NextList
    from newsletter.campaigns.next.scoring import Facts
    from newsletter.workspace import Workspace


@click.command("next")
@click.argument("campaign", metavar="NAME")
@click.option("--consultant", metavar="CONTACT", help="This contact's companies, and those that are nobody's.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many companies.")
@click.option("--explain", is_flag=True, help="The points of each reason.")
@click.option("--ics", "ics", type=click.Path(dir_okay=False, path_type=Path), help="Write suggestions for a calendar.")
@click.option("--per-day", type=click.IntRange(1, 20), default=2, show_default=True, help="So many a day in --ics.")
@click.option("--route", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to print, by postcode.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, campaign: str, limit: int, explain: bool, as_json: bool, actor: str, root: Path, **options: Any) -> None:
    """Whom to visit next in a campaign, the best first, and why.

    What each reason weighs stands in campaigns/NAME.yml below `next`. Companies that are protected from advertising or
    want no visits are only counted; those visited in this campaign, or met lately, are left out.
    """
    from newsletter.campaigns.next.listing import whom_next
    from newsletter.store.audit import note

    for file in filter(None, (options["ics"], options["route"])):
        check_folder(file)
    workspace = _workspace(root, campaign, options["consultant"])
    with opened(root, must_exist=True) as (_, register):
        with register.read() as connection:
            found = whom_next(connection, _ask(connection, workspace, campaign, options["consultant"]), limit)
        written = _write(workspace, found, ics=options["ics"], route=options["route"], per_day=options["per_day"])
        if written:
            with register.write() as connection:
                told: Any = {"campaign": campaign, "companies": len(found.suggestions)}
                note(connection, now=now(), actor=actor, action="campaign next", about="register", **told)
    if as_json:
        click.echo(json.dumps(_facts(found), ensure_ascii=False, indent=1))
    else:
        _show(found, explain=explain)
    last = workspace.campaigns[campaign].period.last
    if found.ask.today > last:
        click.echo(f"note: {campaign} ended on {last}: visits from now on do not count in it", err=True)
    for file in written:
        click.echo(f"{file}: written; it may hold personal data: delete it when it has served", err=True)


def _workspace(root: Path, campaign: str, consultant: str | None) -> Workspace:
    """The workspace. Raises UsageError for a campaign or a contact nobody knows, and Invalid while rules are wrong."""
    from newsletter.checks.references import check_references
    from newsletter.cli.companies.choice import check_contacts
    from newsletter.problems import Invalid
    from newsletter.subscribers.segments import SEGMENTS_FILE
    from newsletter.workspace import read_workspace

    workspace, path = read_workspace(root), f"campaigns/{campaign}.yml"
    found = [*workspace.problems, *check_references(workspace)]
    wrong = [problem for problem in found if problem.path in (path, SEGMENTS_FILE) and problem.severity == "error"]
    if wrong:
        raise Invalid(wrong)
    check_campaign(workspace, campaign)
    check_contacts(root, [consultant] if consultant else [])
    return workspace


def _ask(connection: Connection, workspace: Workspace, campaign: str, consultant: str | None) -> Any:
    from newsletter.campaigns.next.listing import ask_for
    from newsletter.subscribers.rules.book import read_book

    return ask_for(
        connection,
        campaign,
        workspace.campaigns[campaign],
        read_book(workspace),
        consultant=consultant,
        today=this_day(workspace.settings),
        zone=workspace.settings.zone,
    )


def _write(workspace: Workspace, found: NextList, *, ics: Path | None, route: Path | None, per_day: int) -> list[Path]:
    settings, title = workspace.settings, workspace.campaigns[found.ask.campaign].title
    if ics is not None:
        from newsletter.campaigns.next.calendar_file import calendar_file

        write_private(ics, calendar_file(settings, found, per_day, now()))
    if route is not None:
        from newsletter.campaigns.next.route_page import route_page

        contacts = {slug: item.fields.title for slug, item in workspace.items["contact"].items()}
        write_private(route, route_page(found, title, contacts, settings.language).encode())
    return [file for file in (ics, route) if file is not None]


def _facts(found: NextList) -> dict[str, Any]:
    from newsletter.campaigns.next.words import told

    return {
        "campaign": found.ask.campaign,
        "as_of": f"{found.ask.today}",
        "consultant": found.ask.consultant,
        "companies": [
            {
                **_company(each.company),
                "points": each.score,
                "reasons": [
                    {"code": reason.code, "points": reason.points, "text": told(reason, found.ask, "en")}
                    for reason in each.reasons
                ],
            }
            for each in found.suggestions
        ],
        "left_out": found.left_out._asdict(),
    }


def _company(company: Facts) -> dict[str, Any]:
    from newsletter.subscribers.companies.listing import band_of

    names = ("cvr", "name", "street", "postcode", "town", "industry", "nomenclature")
    wishes = ("contact", "stand_in", "contact_time", "call_first")
    return {
        **{name: getattr(company, name) for name in names},
        "size": band_of(company.size),
        **{name: getattr(company, name) for name in wishes},
        "last_contact": f"{company.last_contact}" if company.last_contact else None,
    }


def _show(found: NextList, *, explain: bool) -> None:
    for line in _lines(found, explain=explain):
        click.echo(line)
    click.echo(_end(found), err=True)


def _lines(found: NextList, *, explain: bool) -> Iterator[str]:
    from newsletter.campaigns.next.words import told

    for number, each in enumerate(found.suggestions, 1):
        points = f" [{each.score} points]" if explain else ""
        yield f"{number:>2}. {', '.join(filter(None, _headline(each.company)))}{points}"
        for reason in each.reasons:
            worth = f"{reason.points:>3}  " if explain else "- "
            yield f"    {worth}{told(reason, found.ask, 'en')}"


def _headline(company: Facts) -> Iterator[str]:
    from newsletter.subscribers.companies.listing import band_of

    yield company.name
    yield f"CVR {company.cvr}" if company.cvr else ""
    yield company.address
    yield f"{band_of(company.size)} employees" if company.size is not None else ""
    yield company.contact or "nobody's"
    yield "CALL FIRST" if company.call_first else ""
    yield company.contact_time or ""


def _end(found: NextList) -> str:
    number = len(found.suggestions)
    listed = f"{number} {'company' if number == 1 else 'companies'}" if number else "nobody to visit"
    hidden = ((found.left_out.protected, "protected from advertising"), (found.left_out.no_visits, "against visits"))
    told = ", ".join(f"{count} {why}" for count, why in hidden if count)
    return f"{listed}; not listed though they wait for an answer or came to an event: {told}" if told else listed
