"""`newsletter resume`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.control import change
from newsletter.cli.doors import by_option, workspace_option


@click.command("resume")
@click.argument("issue")
@by_option
@workspace_option
def command(issue: str, *, actor: str, root: Path) -> None:
    """Go on with a send that was paused, or that a relay's refusal stopped."""
    from newsletter.delivery.ledger.control import resume

    change(root, issue, resume, actor)
