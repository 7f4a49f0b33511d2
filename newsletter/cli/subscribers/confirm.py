"""`newsletter subscribers confirm`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, workspace_option
from newsletter.cli.subscribers.asking import address_argument, changing

if TYPE_CHECKING:
    from newsletter.subscribers.addresses import Address


@click.command("confirm")
@address_argument
@by_option
@workspace_option
def command(address: Address, *, actor: str, root: Path) -> None:
    """Note that somebody confirmed: they answered the mail that asked them to."""
    from newsletter.subscribers.people import confirm

    with changing(root, actor) as act:
        is_news = confirm(act, address.key)
    click.echo(f"{address.written}: {'confirmed, and subscribed' if is_news else 'was subscribed already'}")
