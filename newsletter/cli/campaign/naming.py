"""What the commands about campaigns share: which campaign is meant, days, and asking for what was left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.days import DAY

if TYPE_CHECKING:
    from newsletter.workspace import Workspace


def check_campaign(workspace: Workspace, name: str) -> None:
    """Raises UsageError, with a guess, for a campaign that is not in campaigns/."""
    from newsletter.problems import guess

    path = f"campaigns/{name}.yml"
    if path in workspace.broken:
        raise click.UsageError(f"{path} needs mending first: newsletter check tells what is wrong in it")
    if name not in workspace.campaigns:
        raise click.UsageError(f"there is no {path}; {guess(name, workspace.campaigns)}")


def day_option(*names: str, text: str) -> Callable[..., Any]:
    """An option that is a day, as 2027-01-05."""
    return click.option(*names, type=DAY, metavar="DATE", help=text)


def ask(text: str, **how: Any) -> str:
    """Ask a person; a program that gives no answer is told that nothing was written."""
    try:
        return str(click.prompt(text, **how))
    except click.Abort as error:
        raise click.UsageError(f"nothing was written: {text!r} was not answered; options say it too") from error
