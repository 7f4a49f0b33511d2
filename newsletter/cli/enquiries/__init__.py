"""`newsletter enquiries`: what companies ask us."""

from __future__ import annotations

import click

from newsletter.cli.groups import Listing

VERBS = ("add", "answer", "list")


@click.command("enquiries", cls=Listing, package=__name__, names=VERBS)
def command() -> None:
    """What companies ask us, and until when they were promised an answer. Without a verb, `list`."""
