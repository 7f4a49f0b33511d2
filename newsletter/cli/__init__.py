"""The commands. Each file here holds one; a command opens, calls and shows, and all work is done below.

Nothing heavy is imported until a command runs, so `newsletter --help` answers at once.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

import click

from newsletter import __version__
from newsletter.cli.doors import known_errors
from newsletter.cli.groups import Lazy

COMMANDS = (
    "approve",
    "bounces",
    "build",
    "calendar",
    "campaign",
    "cancel",
    "check",
    "companies",
    "doctor",
    "enquiries",
    "events",
    "followups",
    "industries",
    "init",
    "list",
    "new",
    "pause",
    "reconcile",
    "register",
    "resume",
    "run",
    "schedule",
    "segments",
    "send",
    "status",
    "subscribers",
    "visit",
    "visits",
)


class Program(Lazy):
    """The whole program: whatever goes wrong in a command is told in words."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        with known_errors():
            return super().invoke(ctx)


@click.command(
    cls=Program, package="newsletter.cli", names=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="newsletter")
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The workspace to work in; else the one around the current folder.",
)
@click.pass_context
def main(context: click.Context, workspace: Path | None) -> None:
    """Markdown in, email-ready newsletters out: built, checked and sealed.

    Begin with `newsletter init my-newsletter`, then `newsletter build` in that folder.
    """
    context.obj = workspace
    # A command is over before the collector's many small rounds pay; and no plugin of pydantic's is wanted here.
    gc.set_threshold(100_000, 20, 20)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
