"""`newsletter companies contact`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.companies.choice import check_contacts, choice_options, chosen_by
from newsletter.cli.doors import by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from newsletter.store.register import Register
    from newsletter.subscribers.companies.contacts import Given


@click.command("contact")
@click.argument("contact", required=False)
@click.option("--company", "cvrs", multiple=True, metavar="CVR", help="This company; may be said several times.")
@choice_options
@click.option("--stand-in", metavar="CONTACT", help="Who answers while the contact is away.")
@click.option("--remove", is_flag=True, help="Leave the companies without contact and stand-in.")
@by_option
@workspace_option
def command(
    *,
    contact: str | None,
    cvrs: tuple[str, ...],
    stand_in: str | None,
    remove: bool,
    actor: str,
    root: Path,
    **choice: Any,
) -> None:
    """Make CONTACT, a file in content/contacts/, the fixed contact of companies.

    Say which: `--company`, or any of the others, which must then all fit; those choose among the active companies only.
    """
    from newsletter.subscribers.companies.contacts import NOBODY

    if remove is bool(contact or stand_in):
        raise click.UsageError("give a CONTACT or a --stand-in, or take both away with --remove")
    check_contacts(root, [name for name in (contact, stand_in) if name])
    if remove:
        contact = stand_in = NOBODY
    conditions = chosen_by(root, **choice)
    if bool(cvrs) is bool(conditions):
        raise click.UsageError("say which companies: with --company, or with the other options, not with both")
    with opened(root, must_exist=True) as (_, register):
        given = _give(register, _chosen(register, cvrs, conditions), contact, stand_in, actor)
    click.echo(_told(given, contact, stand_in))


def _chosen(register: Register, cvrs: Sequence[str], conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    from sqlalchemy import and_

    from newsletter.store.tables import companies
    from newsletter.subscribers.companies.choosing import find_companies

    if not cvrs:
        return and_(companies.c.state == "active", *conditions)
    with register.read() as connection:
        return companies.c.id.in_([company.id for company in find_companies(connection, cvrs)])


def _give(
    register: Register, chosen: ColumnElement[bool], contact: str | None, stand_in: str | None, actor: str
) -> Given:
    from newsletter.subscribers.companies.contacts import set_contact

    return set_contact(register, chosen, contact=contact, stand_in=stand_in, now=now(), actor=actor)


def _told(given: Given, contact: str | None, stand_in: str | None) -> str:
    if contact == "":
        what = "without contact and stand-in"
    else:
        named = (("contact", contact), ("stand-in", stand_in))
        what = "with " + " and ".join(f"{word} {name}" for word, name in named if name)
    number = f"{given.changed} {'company' if given.changed == 1 else 'companies'} now {what}"
    return f"{number}; {given.unchanged} had it so before" if given.unchanged else number
