"""`newsletter bounces classify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from newsletter.delivery.bounces import Recipient


@click.command("classify")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each mail, for programs.")
def command(*, paths: tuple[Path, ...], as_json: bool) -> None:
    """Say what mails that came back tell of each recipient; change nothing.

    PATH is a file with a mail, a folder of them, a Maildir or an mbox. No workspace is needed.
    """
    from newsletter.delivery.bounces import classify
    from newsletter.delivery.bounces.mailboxes import read_path

    for path in paths:
        for mail in read_path(path):
            recipients = classify(mail.data).recipients
            if as_json:
                facts = {"file": mail.name, "recipients": [_facts(each) for each in recipients]}
                click.echo(json.dumps(facts, ensure_ascii=False))
                continue
            click.echo(mail.name)
            for each in recipients:
                click.echo(_line(each))


def _facts(recipient: Recipient) -> dict[str, Any]:
    return {
        "address": recipient.address,
        "kind": recipient.kind.value,
        "status": recipient.status,
        "diagnostic": recipient.diagnostic,
    }


def _line(recipient: Recipient) -> str:
    who = recipient.address or "nobody is named"
    what = [f"{recipient.kind.value} ({recipient.verdict.reason})", recipient.status]
    return f"    {who}: {', '.join(filter(None, what))}\n        {recipient.diagnostic or ''}".rstrip()
