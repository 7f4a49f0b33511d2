"""`newsletter visit`: a visit, written down."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("add",)


@click.command("visit", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """A visit, written down in seconds: see also `newsletter visits`."""
