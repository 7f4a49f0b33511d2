"""`newsletter followups`: what was promised to companies."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS: tuple[str, ...] = ()


@click.command("followups", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """What was promised to companies: mine, overdue, coming."""
