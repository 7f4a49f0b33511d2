"""`newsletter events signup`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, workspace_option
from newsletter.cli.subscribers.asking import address_argument

if TYPE_CHECKING:
    from newsletter.campaigns.signups.values import SignedUp, Terms
    from newsletter.cli.events.guests import House
    from newsletter.subscribers.act import Act
    from newsletter.subscribers.addresses import Address


@click.command("signup")
@click.argument("slug")
@address_argument
@click.option("--name", help="Their name.")
@click.option("--seats", default=1, show_default=True, help="How many come.")
@click.option("--company", "cvr", metavar="CVR", help="Their company's CVR number; else the one they are known with.")
@click.option("--source", metavar="TEXT", help="Where they said it: phone, mail, form, list.")
@click.option("--late", is_flag=True, help="Though the last day to sign up is over.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    slug: str,
    address: Address,
    name: str | None,
    cvr: str | None,
    source: str | None,
    *,
    seats: int,
    late: bool,
    as_json: bool,
    actor: str,
    root: Path,
) -> None:
    """Sign somebody up for the event called SLUG: a seat, or a place on the waiting list when all are taken.

    Who is not in the register yet comes into it without any consent: signing up for a meeting is no yes to newsletters.
    """
    from newsletter.cli.events.guests import house, name_of, tell_moved
    from newsletter.cli.subscribers.add import refuse_cpr

    refuse_cpr(name, source)
    with house(root, slug) as found:
        _must_be_in_time(found.terms, late=late)
        with found.acting(actor) as act:
            signed = _sign_up(act, found, address, name, cvr, seats=seats, source=source)
            moved = [name_of(act, each) for each in signed.moved]
            is_silent = _asked_for_silence(act, address)
    if as_json:
        click.echo(json.dumps(_facts(found.terms, address, signed), ensure_ascii=False))
    else:
        _tell(found, address, signed, is_silent=is_silent)
        tell_moved(moved)


def _sign_up(
    act: Act, house: House, address: Address, name: str | None, cvr: str | None, *, seats: int, source: str | None
) -> SignedUp:
    from dataclasses import replace

    from newsletter.campaigns.signups.seats import sign_up
    from newsletter.cli.subscribers.add import digits_of
    from newsletter.subscribers.people import Details, company_with, enter, known

    company = company_with(act.connection, digits_of(cvr)) if cvr else None
    person, is_new = enter(act, address, Details(name=name, company_id=company))
    company = company or known(act.connection, address.key).company_id
    signed = sign_up(act, house.terms, person, seats=seats, company_id=company, source=source)
    return replace(signed, is_new=is_new)


def _must_be_in_time(terms: Terms, *, late: bool) -> None:
    from newsletter.cli.doors import now
    from newsletter.problems import Refused

    if terms.sign_up_until and now() >= terms.sign_up_until and not late:
        raise Refused(f"the last day to sign up for {terms.event} is over", "--late signs them up nevertheless")


def _asked_for_silence(act: Act, address: Address) -> bool:
    from newsletter.subscribers.suppressions import suppression_of

    found = suppression_of(act.connection, act.hash_of(address.key), act.now)
    return found is not None and found.reason != "unsubscribed"


def _facts(terms: Terms, address: Address, signed: SignedUp) -> dict[str, object]:
    return {
        "event": terms.event,
        "address": address.written,
        "place": signed.place,
        "before": signed.before,
        "seats": signed.seats,
        "queue": signed.queue,
        "new": signed.is_new,
        "moved_up": len(signed.moved),
    }


def _tell(house: House, address: Address, signed: SignedUp, *, is_silent: bool) -> None:
    from newsletter.cli.events.guests import tell_of_mails
    from newsletter.cli.terminal import count

    place = f"number {signed.queue} on the waiting list" if signed.place == "waiting" else "signed up"
    again = ", as before" if signed.before == signed.place else ""
    click.echo(f"{address.written}: {place} for {house.terms.event}, {count(signed.seats, 'seat')}{again}")
    if signed.is_new:
        click.echo("    new in the register, without any consent: they get mails about this event, and no newsletter")
    if is_silent:
        click.echo("    they are not to be written to, so no mail tells them: call them")
    elif not again:
        tell_of_mails(house.terms)
