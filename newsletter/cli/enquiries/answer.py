"""`newsletter enquiries answer`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.enquiries.moments import said_moment
from newsletter.cli.whose import NUMBER

if TYPE_CHECKING:
    from newsletter.campaigns.enquiries.acts import Outcome

_OUTCOMES = ("answered", "meeting", "referred", "no-match")


@click.command("answer")
@click.argument("number", type=NUMBER)
@click.option("--outcome", type=click.Choice(_OUTCOMES), help="How it ended; need not be said again when it is noted.")
@click.option(
    "--not-told-yet", is_flag=True, help="Note the outcome; the enquiry stays open until the company hears it."
)
@click.option("--at", "at", metavar="WHEN", help='When the company heard it, "2027-01-05 14:00"; else now.')
@by_option
@workspace_option
def command(
    number: int, *, outcome: Outcome | None, not_told_yet: bool, at: str | None, actor: str, root: Path
) -> None:
    """Note what a company was answered; also that we have nobody to suggest (no-match), which it must hear too."""
    from newsletter.campaigns.enquiries.acts import answer

    if not_told_yet and at is not None:
        raise click.UsageError("--at says when the company heard it, and --not-told-yet that it has not: say one")
    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        moment = now()
        told_at = None if not_told_yet else said_moment(at, moment, settings.zone)
        ending = answer(connection, number, outcome, told_at=told_at, now=moment, actor=actor)
    if not_told_yet:
        click.echo(f"enquiry {number}: {ending} is noted; it stays open until the company has heard it")
        click.echo(f"    when it has: newsletter enquiries answer {number}")
    else:
        click.echo(f"enquiry {number} is answered: {ending}")
