"""`newsletter segments`: whom each rule holds."""

from __future__ import annotations

import click

from newsletter.cli.groups import Lazy

VERBS = ("diff", "show")


class _Segments(Lazy):
    """`newsletter segments byggeri` is short for `newsletter segments show byggeri`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is neither a verb nor a plea for help belongs to `show`."""
        if not args or args[0] not in (*self.names, "--help", "-h"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.command("segments", cls=_Segments, package=__name__, names=VERBS)
def command() -> None:
    """Segments: how many companies and people each rule holds, and whom. Without a verb, `show`."""
