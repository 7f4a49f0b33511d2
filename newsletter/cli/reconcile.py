"""`newsletter reconcile`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.ledger.doubt import Settled

_AFTER = "newsletter send {issue} --really, or newsletter run, sends it to them"


@click.command("reconcile")
@click.argument("issue", metavar="ISSUE|notices")
@click.option("--log", type=click.File(errors="replace"), help="The relay's log; - reads it from another program.")
@click.option("--arrived", multiple=True, metavar="ADDRESS|KEY", help="They have it.")
@click.option("--resend", multiple=True, metavar="ADDRESS", help="Send it again, though they may have it.")
@click.option("--lost", multiple=True, metavar="KEY", help="notices: they do not have it; it may go again.")
@click.option("--rest", type=click.Choice(["arrived", "resend"]), help="The same for all that are left.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    issue: str,
    *,
    log: IO[str] | None,
    arrived: tuple[str, ...],
    resend: tuple[str, ...],
    lost: tuple[str, ...],
    rest: Literal["arrived", "resend"] | None,
    as_json: bool,
    actor: str,
    root: Path,
) -> None:
    """Settle those in doubt: by the relay's log, or by your word.

    The log is looked through for the Message-ID of each. What you say of an address comes before the log.

    `newsletter reconcile notices` lists the automatic mails that were perhaps sent (reminders, confirmations, status
    mails) by their keys, and settles those you name with --arrived or --lost.
    """
    from newsletter.cli.build import check_names
    from newsletter.cli.perhaps import NOTICES, settle
    from newsletter.delivery.ledger.doubt import Word, reconcile

    if issue == NOTICES:
        if log or resend or rest:
            raise click.UsageError("automatic mails are settled by --arrived KEY and --lost KEY only")
        settle(root, arrived, lost, actor, as_json=as_json)
        return
    if lost:
        raise click.UsageError("--lost is for `newsletter reconcile notices`; for an issue say --resend ADDRESS")
    check_names(root, [issue])
    words: dict[str, Word] = {**dict.fromkeys(arrived, "accepted"), **dict.fromkeys(resend, "resend")}
    both = sorted({*arrived} & {*resend})
    if both:
        raise click.UsageError(f"{', '.join(both)}: said to have arrived and to be sent again; say one of the two")
    said: dict[str | None, Word | None] = {"arrived": "accepted", "resend": "resend", None: None}
    with opened(root, must_exist=True) as (_, register):
        settled = reconcile(register, issue, now=now(), actor=actor, log=log or (), words=words, rest=said[rest])
    if as_json:
        told = {key: list(getattr(settled, key)) for key in ("accepted", "rejected", "resent", "left")}
        click.echo(json.dumps({"issue": issue, **told}, ensure_ascii=False, indent=1))
    else:
        _tell(issue, settled)


def _tell(issue: str, settled: Settled) -> None:
    for address in settled.accepted:
        click.echo(f"{address}: arrived")
    for address in settled.rejected:
        click.echo(f"{address}: came back")
    for address in settled.resent:
        click.echo(f"{address}: will be sent again")
    for address in settled.left:
        click.echo(f"{address}: still in doubt")
    if settled.resent:
        click.echo(f"    {_AFTER.format(issue=issue)}")
    if settled.left:
        click.echo("    look into the relay's log (--log), or say --arrived ADDRESS or --resend ADDRESS")
    if not any((settled.accepted, settled.rejected, settled.resent, settled.left)):
        click.echo(f"{issue}: nobody is in doubt")
