"""`newsletter events`: network meetings and other events."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = (
    "attended",
    "carry",
    "export",
    "import",
    "invite",
    "list",
    "series",
    "show",
    "signoff",
    "signup",
    "signups",
    "tell",
    "thanks",
)


@click.command("events", cls=Lazy, package=__name__, names=VERBS)
def command() -> None:
    """Events: invitations, sign-ups, waiting lists, attendance, calendars."""
