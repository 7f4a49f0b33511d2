"""`newsletter campaign result`: what a campaign brought beside visits."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("add", "consent", "undo")


@click.command("result", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """One result: an ambassador, a mentor, a pledge, an agreement, the press; `campaign results` lists them."""
