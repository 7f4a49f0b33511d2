"""`newsletter companies`: the company database."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("contact", "export", "import", "list", "show")


@click.command("companies", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """The companies: imported from CVR, with a fixed contact each."""
