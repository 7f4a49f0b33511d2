"""`newsletter subscribers suppress`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from newsletter.cli.doors import by_option, workspace_option
from newsletter.cli.subscribers.asking import address_argument, changing

if TYPE_CHECKING:
    from newsletter.subscribers.addresses import Address


@click.command("suppress")
@address_argument
@click.option(
    "--reason",
    type=click.Choice(["asked", "bounced", "complained"]),
    default="asked",
    show_default=True,
    help="asked: they want no mail. bounced: mail comes back. complained: they reported a mail as unwanted.",
)
@by_option
@workspace_option
def command(address: Address, *, reason: Literal["asked", "bounced", "complained"], actor: str, root: Path) -> None:
    """Never write to an address again, whether the register knows it or not, and whatever is imported.

    Only a hash of it is kept, until the day that is shown.
    """
    from newsletter.subscribers.people import suppress
    from newsletter.subscribers.suppressions import suppression_of

    with changing(root, actor, must_exist=False) as act:
        is_known = suppress(act, address.key, reason)
        found = suppression_of(act.connection, act.hash_of(address.key), act.now)
    assert found is not None
    known = "" if is_known else "; nobody in the register has the address"
    click.echo(f"{address.written}: suppressed until {found.expires_at.date()}{known}")
