"""`newsletter subscribers add`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, workspace_option
from newsletter.cli.subscribers.asking import address_argument, changing
from newsletter.cli.subscribers.basis import basis_options, read_basis

if TYPE_CHECKING:
    from newsletter.subscribers.addresses import Address
    from newsletter.subscribers.people import Added


@click.command("add")
@address_argument
@click.option("--name", help="Their name.")
@click.option(
    "--company", "cvr", metavar="CVR", help="Their company's CVR number; the company must be in the register."
)
@click.option("--role", help="What they do there.")
@click.option("--language", type=click.Choice(["da", "en"]), help="Theirs; Danish when nothing is said.")
@basis_options
@click.option("--pending", is_flag=True, help="They have yet to confirm; see `newsletter subscribers confirm`.")
@click.option("--again", is_flag=True, help="They said no once, and asked themselves to come back.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    address: Address,
    name: str | None,
    cvr: str | None,
    role: str | None,
    language: str | None,
    *,
    pending: bool,
    again: bool,
    as_json: bool,
    actor: str,
    root: Path,
    **told: Any,
) -> None:
    """Add somebody, or tell more of somebody who is there.

    Who unsubscribed, was erased or is suppressed stays out, unless they asked themselves to come back (--again).
    """
    from newsletter.subscribers.people import Details, add, company_with

    basis = read_basis(**told)
    refuse_cpr(name, role, told["source"], told["reason"])
    digits = digits_of(cvr) if cvr else None
    with changing(root, actor, must_exist=False) as act:
        company = company_with(act.connection, digits) if digits else None
        details = Details(name=name, role=role, language=language, company_id=company)
        added = add(act, address, details, basis, pending=pending, again=again)
    _show(address, added, as_json=as_json)


def _show(address: Address, added: Added, *, as_json: bool) -> None:
    standing = added.standing
    if as_json:
        facts = {"address": address.written, "new": added.is_new, "state": standing.state, "basis": standing.basis}
        day = standing.subscribed_on.isoformat() if standing.subscribed_on else None
        click.echo(json.dumps({**facts, "subscribed_on": day, "protected": added.is_protected}, ensure_ascii=False))
        return
    what = "added" if added.is_new else "was there, and is up to date"
    click.echo(f"{address.written}: {'came back' if added.came_back else what}; {standing.words}")
    if added.is_protected and standing.basis != "consent":
        click.echo("    Their company is advertising-protected: they get nothing until they give their own consent.")


def digits_of(cvr: str) -> str:
    """A CVR number as eight digits; what is none is told."""
    from stdnum.dk import cvr as numbers
    from stdnum.exceptions import ValidationError

    try:
        return str(numbers.validate(cvr))
    except ValidationError as error:
        raise click.UsageError(
            f"--company {cvr}: this is no CVR number; it has 8 digits and a check digit that fits"
        ) from error


def refuse_cpr(*texts: str | None) -> None:
    """Nothing that looks like a CPR number is taken."""
    from newsletter.subscribers.cpr import holds_cpr

    if any(text and holds_cpr(text) for text in texts):
        raise click.UsageError(
            "something here looks like a CPR number: no such number belongs in the register; leave it out"
        )
