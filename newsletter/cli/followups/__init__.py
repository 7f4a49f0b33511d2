"""`newsletter followups`: what was promised to companies."""

from __future__ import annotations

import click

from newsletter.cli.groups import Listing

VERBS = ("add", "done", "drop", "list", "move", "remind")


@click.command("followups", cls=Listing, package=__name__, names=VERBS)
def command() -> None:
    """What was promised to companies: mine, overdue, coming. Without a verb, `list`."""
