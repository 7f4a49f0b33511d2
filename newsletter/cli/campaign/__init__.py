"""`newsletter campaign`: where a campaign stands, and what to do next."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("next", "report", "result", "results")


@click.command("campaign", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """Campaigns: where they stand, what they brought, whom to visit next."""
