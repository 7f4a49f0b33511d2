"""`newsletter cancel`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.control import change
from newsletter.cli.doors import by_option, workspace_option


@click.command("cancel")
@click.argument("issue")
@by_option
@workspace_option
def command(issue: str, *, actor: str, root: Path) -> None:
    """End a send for good: who has not had it will not get it."""
    from newsletter.delivery.ledger.control import cancel

    change(root, issue, cancel, actor)
