"""`newsletter visits`: the visits that were made."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("edit", "import", "list", "undo")


@click.command("visits", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """The visits that were made: imported, listed, put right."""
