"""`newsletter register`: the database itself."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("backup", "move", "sample", "show", "tidy", "upgrade")


@click.command("register", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """The register: the database of companies, people, consents and visits."""
