"""`newsletter campaign result consent`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.campaign.naming import day_option
from newsletter.cli.doors import by_option, now, opened, this_day, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.naming import Telling


@click.command("consent")
@click.argument("number", type=int)
@day_option("--until", text="The last day on which the company may be named.")
@day_option("--on", text="The day on which it agreed; else today.")
@click.option("--withdraw", is_flag=True, help="It is to be named nowhere any more, for none of its results.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    number: int, *, until: date | None, on: date | None, withdraw: bool, as_json: bool, actor: str, root: Path
) -> None:
    """Note that the company of the result NUMBER may be named, or that it may not any more.

    A withdrawal holds at once: the next build names it nowhere, an issue sealed before is not sent, and the issues that
    were sent with its name are listed.
    """
    if (until is None) is not withdraw or (withdraw and on):
        raise click.UsageError("say --until DATE, the last day it may be named, or --withdraw: one of the two")
    if until is not None:
        _give(root, number, until, on, actor, as_json=as_json)
    else:
        _withdraw(root, number, actor, as_json=as_json)


def _give(root: Path, number: int, until: date, on: date | None, actor: str, *, as_json: bool) -> None:
    from newsletter.campaigns.results.recording import give_consent
    from newsletter.campaigns.results.values import Consent

    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        day = this_day(settings)
        try:
            consent = Consent(given_on=on or day, until=until)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        give_consent(connection, number, consent, today=day, now=now(), actor=actor)
    if as_json:
        facts = {"result": number, "consented_on": f"{consent.given_on}", "consent_until": f"{until}"}
        click.echo(json.dumps(facts, indent=1))
    else:
        click.echo(f"{number}: the company may be named from {consent.given_on} until {until}")


def _withdraw(root: Path, number: int, actor: str, *, as_json: bool) -> None:
    from newsletter.campaigns.results.recording import withdraw_consent
    from newsletter.delivery.naming import company_of, told_of

    with opened(root, must_exist=True) as (_, register):
        with register.write() as connection:
            numbers = withdraw_consent(connection, number, now=now(), actor=actor)
        with register.read() as connection:
            told = told_of(connection, company_of(connection, number))
    if as_json:
        issues = [{"issue": each.issue, "kind": each.kind, "sent_at": each.at.isoformat()} for each in told]
        click.echo(json.dumps({"result": number, "withdrawn": numbers, "named_in": issues}, indent=1))
    else:
        _show(number, numbers, told)


def _show(number: int, numbers: Sequence[int], told: Sequence[Telling]) -> None:
    listed = ", ".join(map(str, numbers))
    click.echo(f"{number}: withdrawn ({listed})" if numbers else f"{number}: the company was named nowhere already")
    click.echo("    newsletter build makes letters and pages anew without it; what is sealed with its name is not sent")
    for each in told:
        click.echo(f"    named in {each.issue}, sent {each.at:%Y-%m-%d}")
    if not told:
        click.echo("    no issue that was sent named it")
