"""`newsletter events signoff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, workspace_option
from newsletter.cli.subscribers.asking import address_argument

if TYPE_CHECKING:
    from newsletter.subscribers.addresses import Address


@click.command("signoff")
@click.argument("slug")
@address_argument
@by_option
@workspace_option
def command(slug: str, address: Address, *, actor: str, root: Path) -> None:
    """Take somebody off the list of the event called SLUG; the first who waits and fits has their seat."""
    from newsletter.campaigns.signups.seats import sign_off
    from newsletter.cli.events.guests import house, name_of, tell_moved, tell_of_mails
    from newsletter.subscribers.people import known

    with house(root, slug) as found, found.acting(actor) as act:
        off = sign_off(act, found.terms, known(act.connection, address.key, lock=True).id)
        moved = [name_of(act, each) for each in off.moved]
    if off.before in (None, "cancelled"):
        why = f"had not signed up for {slug}" if off.before is None else f"had signed off from {slug} before"
        click.echo(f"{address.written}: {why}; nothing was changed")
    else:
        click.echo(f"{address.written}: signed off from {slug}")
        tell_of_mails(found.terms)
    tell_moved(moved)
