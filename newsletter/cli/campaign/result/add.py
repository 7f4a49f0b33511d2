"""`newsletter campaign result add`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.campaign.naming import ask, check_campaign, day_option
from newsletter.cli.doors import by_option, now, opened, this_day, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.results.values import Consent, NewResult
    from newsletter.workspace import Workspace

MEASURES = ("ambassador", "mentor", "pledge", "agreement", "press")


@click.command("add")
@click.argument("name")
@click.argument("measure", required=False, type=click.Choice(MEASURES))
@click.option("--company", metavar="CVR|NAME", help="Whose it is; mentor, pledge and agreement need one.")
@click.option("--scheme", metavar="SLUG", help="agreement: a file in content/schemes/, such as fleksjob.")
@click.option("--number", type=int, default=1, show_default=True, help="How many.")
@day_option("--on", text="When it happened; else today.")
@click.option("--note", metavar="TEXT", help="For us. Never write anything of a citizen here.")
@day_option("--consent-on", text="The day on which the company agreed to being named.")
@day_option("--consent-until", text="The last day on which it may be named.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, name: str, as_json: bool, actor: str, root: Path, **told: Any) -> None:
    """Write down what the campaign NAME brought; what is missing is asked for.

    A company is named in a mail or on the web only for a result whose consent holds on that day.
    """
    from newsletter.campaigns.results.recording import add
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    check_campaign(workspace, name)
    consent = _consent(told["consent_on"], told["consent_until"])
    with opened(root, must_exist=True) as (settings, register):
        _ask(told, workspace)
        day = this_day(settings)
        with register.write() as connection:
            company, new = _new(connection, name, told, consent, day)
            number = add(connection, new, today=day, now=now(), actor=actor)
    if as_json:
        facts = {"result": number, "measure": new.measure, "company": company, "happened_on": f"{new.happened_on}"}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        _show(number, new, company, workspace)


def _ask(told: dict[str, Any], workspace: Workspace) -> None:
    """Fill in what is needed and was not said."""
    told["measure"] = told["measure"] or ask("What is it", type=click.Choice(MEASURES))
    if told["company"] is None and told["measure"] == "ambassador":
        told["company"] = ask("Which company (CVR number or name; nothing for a person alone)", default="") or None
    elif told["company"] is None and told["measure"] != "press":
        told["company"] = ask("Which company (CVR number or name)")
    if told["measure"] == "agreement":
        told["scheme"] = told["scheme"] or ask("Which scheme (a file in content/schemes/)")
    if told["measure"] == "press":
        told["note"] = told["note"] or ask("Which medium, and what about")
    _check_scheme(workspace, told["scheme"])


def _check_scheme(workspace: Workspace, scheme: str | None) -> None:
    from newsletter.problems import guess

    known = workspace.items["scheme"]
    if scheme is not None and scheme not in known:
        raise click.UsageError(f"there is no content/schemes/{scheme}.md; {guess(scheme, known)}")


def _consent(given_on: date | None, until: date | None) -> Consent | None:
    from newsletter.campaigns.results.values import Consent

    if given_on is None and until is None:
        return None
    if given_on is None or until is None:
        raise click.UsageError("a consent has two days: --consent-on, when it was given, and --consent-until, its last")
    try:
        return Consent(given_on=given_on, until=until)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _new(
    connection: Any, campaign: str, told: dict[str, Any], consent: Consent | None, day: date
) -> tuple[str | None, NewResult]:
    """What is to be written, and the company's name."""
    from newsletter.campaigns.results.values import NewResult
    from newsletter.subscribers.companies.choosing import find_company

    company = find_company(connection, told["company"]) if told["company"] else None
    return company.name if company else None, NewResult(
        campaign=campaign,
        measure=told["measure"],
        company_id=company.id if company else None,
        scheme=told["scheme"],
        happened_on=told["on"] or day,
        number=told["number"],
        note=told["note"],
        consent=consent,
    )


def _show(number: int, new: NewResult, company: str | None, workspace: Workspace) -> None:
    from newsletter.cli.terminal import styled

    of = f" of {company}" if company else ""
    scheme = f" ({new.scheme})" if new.scheme else ""
    click.echo(f"{number}: {new.number} {new.measure}{scheme}{of} on {new.happened_on}, for {new.campaign}")
    period = workspace.campaigns[new.campaign].period
    if not period.first <= new.happened_on <= period.last:
        outside = f"it is outside of the campaign's period ({period.first} to {period.last}), so no report counts it"
        click.echo(f"{styled('warning', 'yellow')}: {outside}")
    if new.consent:
        click.echo(f"    it may be named from {new.consent.given_on} until {new.consent.until}")
    elif company and new.measure not in ("agreement", "press"):
        click.echo(f"    it is named nowhere until it has agreed: newsletter campaign result consent {number}")
