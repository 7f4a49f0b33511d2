"""`newsletter subscribers erase`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.subscribers.asking import address_argument

if TYPE_CHECKING:
    from newsletter.subscribers.addresses import Address


@click.command("erase")
@address_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(address: Address, *, yes: bool, as_json: bool, actor: str, root: Path) -> None:
    """Erase a person everywhere, look whether anything is left, and print the proof.

    A keyed hash of the address stays for a while, so that no import brings it back. Their seats at events to come go to
    who waits.
    """
    from newsletter.delivery.places import free_seats
    from newsletter.subscribers.privacy.erase import erase
    from newsletter.subscribers.privacy.proof import proof_lines

    with opened(root, must_exist=True) as (settings, register):
        if not yes:
            click.confirm(f"Erase {address.written} for good? Nothing brings it back", abort=True, err=True)
        proof = erase(register, settings.privacy, root, address, now=now(), actor=actor)
        free_seats(root, settings, register, now=now(), actor=actor)
    if as_json:
        click.echo(
            json.dumps({**asdict(proof), "complete": proof.is_complete}, ensure_ascii=False, default=str, indent=1)
        )
    else:
        click.echo("\n".join(proof_lines(proof)))
