"""`newsletter send ISSUE --test ADDRESS`: one marked copy, to look at."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from newsletter.cli.doors import now, opened


def send_copy(
    root: Path, issue: str, text: str, edition: str | None, *, really: bool, actor: str, as_json: bool
) -> None:
    """Send or write the copy, and tell where it is."""
    from newsletter.delivery.copies import Copying
    from newsletter.store.audit import note
    from newsletter.subscribers.addresses import parse_address
    from newsletter.workspace import read_workspace

    try:
        address = parse_address(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--test") from error
    with opened(root) as (_, register):
        copying = Copying(read_workspace(root), register, issue)
        made = (address, edition, now())
        copy = copying.send(*made, os.environ) if really else copying.write(*made)
        with register.write() as connection:
            about = f"{issue}, edition {copy.edition}, {'by the relay' if really else 'outbox'}"
            note(connection, now=now(), actor=actor, action="send test", about="send", copy=about)
    if as_json:
        click.echo(json.dumps(asdict(copy), ensure_ascii=False))
    else:
        how = "sent by" if really else "written into"
        click.echo(f"a test copy of {issue}, edition {copy.edition}, was {how} {copy.to}")
