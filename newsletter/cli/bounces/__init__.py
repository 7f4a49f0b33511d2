"""`newsletter bounces`: what comes back."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("classify", "ingest", "read")


@click.command("bounces", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """What comes back: bounces, complaints, automatic answers, unsubscriptions by mail."""
