"""`newsletter bounces read`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("read")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, as_json: bool, actor: str, root: Path) -> None:
    """Read the mailbox of newsletter.yml (delivery.bounces.mailbox), and work in what came back.

    Nothing is deleted there, and reading a mail twice changes nothing. The password of an IMAP mailbox stands in the
    environment as NEWSLETTER_BOUNCES_PASSWORD. `newsletter run` does this by itself.
    """
    from newsletter.cli.bounces.telling import show
    from newsletter.delivery.bounces.reading import read_bounces

    with opened(root, must_exist=True) as (settings, register):
        worked = read_bounces(register, settings, root, os.environ, clock=now, actor=actor)
    show(worked, as_json=as_json)
