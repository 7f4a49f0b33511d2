"""The commands. Each file here holds one; a command opens, calls and shows, and all work is done below.

Nothing heavy is imported until a command runs, so `newsletter --help` answers at once.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module
from pathlib import Path

import click

from newsletter import __version__
from newsletter.cli.doors import known_errors

COMMANDS = ("build", "check", "init", "list", "new")


class Commands(click.Group):
    """The commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All names, sorted."""
        return [*COMMANDS]  # `list` is a command here

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or nothing for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"newsletter.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess for a name that is nearly right."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from newsletter.problems import guess

            ctx.fail(f"there is no command {args[0]!r}: {guess(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what goes wrong in it is told in words."""
        with known_errors():
            return super().invoke(ctx)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
