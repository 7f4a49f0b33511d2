"""`newsletter enquiries`: what companies ask us."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS: tuple[str, ...] = ()


@click.command("enquiries", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """What companies ask us, and until when they were promised an answer."""
