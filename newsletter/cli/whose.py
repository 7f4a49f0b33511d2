"""Whose things are meant: mine, those of one consultant, or everybody's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from newsletter.cli.contacts import contact_names

NUMBER = click.IntRange(1, 2**31 - 1)
"""The number of something in the register."""
_OPTIONS = (
    click.option("--mine", is_flag=True, help="Yours: --by or NEWSLETTER_BY is your short name in content/contacts/."),
    click.option("--consultant", metavar="CONTACT", help="Those of one contact in content/contacts/."),
    click.option("--all", "everybody", is_flag=True, help="Everybody's."),
)


def whose_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say whose things are shown."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def whose(root: Path, actor: str, *, mine: bool, consultant: str | None, everybody: bool) -> list[str] | None:
    """The contact meant; None for everybody. Without a word, who acts, when that is a contact, else everybody."""
    if mine + everybody + bool(consultant) > 1:
        raise click.UsageError("say one of --mine, --consultant and --all")
    if everybody:
        return None
    if consultant is not None:
        if not is_contact(root, consultant):  # they may have left, and their things are still here
            from newsletter.problems import guess

            hint = guess(consultant, contact_names(root))
            click.echo(f"there is no content/contacts/{consultant}.md; {hint}", err=True)
        return [consultant]
    if is_contact(root, actor):
        return [actor]
    if mine:
        raise click.UsageError(
            f"{actor!r} is no contact: say --by, or put your short name in content/contacts/ into NEWSLETTER_BY"
        )
    return None


def is_contact(root: Path, name: str) -> bool:
    """Whether content/contacts/ has a file of this short name."""
    return name in contact_names(root)
