"""Commands by name, each imported when it is asked for, so that `newsletter --help` answers at once."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click


class Lazy(click.Group):
    """A group whose commands live in modules of one package, named as they are; each module calls its own `command`."""

    def __init__(self, *args: Any, package: str, names: Sequence[str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.package = package
        self.names = tuple(names)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All names, in the order of the alphabet."""
        return [*self.names]  # `list` is a command here

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or nothing for an unknown name."""
        if cmd_name not in self.names:
            return None
        command: click.Command = import_module(f"{self.package}.{_module(cmd_name)}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess for a name that is nearly right."""
        if args and args[0] not in self.names and not args[0].startswith("-"):
            from newsletter.problems import guess

            ctx.fail(f"there is no command {args[0]!r}: {guess(args[0], self.names)}")
        return super().resolve_command(ctx, args)


class Listing(Lazy):
    """A group that lists without a verb: `followups --overdue` is short for `followups list --overdue`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Nothing, or an option other than a plea for help, belongs to `list`."""
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "-h")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def _module(name: str) -> str:
    """The module of a command: `export_person` for export-person, `import_` for import."""
    module = name.replace("-", "_")
    return f"{module}_" if keyword.iskeyword(module) else module
