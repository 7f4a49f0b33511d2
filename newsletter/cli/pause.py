"""`newsletter pause`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.control import change
from newsletter.cli.doors import by_option, workspace_option


@click.command("pause")
@click.argument("issue")
@by_option
@workspace_option
def command(issue: str, *, actor: str, root: Path) -> None:
    """Let a send that is going out rest, until it is resumed. Nobody gets it twice by that."""
    from newsletter.delivery.ledger.control import pause

    change(root, issue, pause, actor)
