"""`newsletter subscribers`: the people who read, or once did."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("add", "confirm", "erase", "export", "export-person", "import", "show", "suppress", "unsubscribe", "why")


@click.command("subscribers", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """The people who get the newsletter: who they are, what they agreed to, and why they get what."""
