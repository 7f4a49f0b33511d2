"""What imports of a list share: their options, the rehearsal before they write, and the question between the two."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from newsletter.cli.doors import by_option, workspace_option

Outcome = TypeVar("Outcome")

map_option = click.option(
    "--map", "maps", multiple=True, metavar="HEADING=FIELD,…", help="What columns hold; `-` is: not read."
)
_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Read, compare and count everything, and write nothing."),
    click.option("--yes", is_flag=True, help="Import at once: no dry run first, and no question."),
    click.option("--json", "as_json", is_flag=True, help="The same facts for programs."),
    by_option,
    workspace_option,
)


def import_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `dry_run`, `yes`, `as_json`, `actor` and `root`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def check_somebody_is_here(*, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Raises UsageError where a question is to come and nobody would answer it."""
    if not dry_run and not yes and (as_json or not _somebody_is_here()):
        raise click.UsageError("nobody is here to be asked: say --yes to import, or --dry-run to look only")


def rehearsed(
    run: Callable[..., Outcome], asked: Callable[[Outcome], bool], *, dry_run: bool, yes: bool
) -> Outcome | None:
    """Rehearse a list, ask, and import it; what came of it, or None when the answer was no.

    `run` is called with `rehearse=True`, `rehearse=False`, or one after the other.
    """
    if yes and not dry_run:
        return run(rehearse=False)
    outcome = run(rehearse=True)
    if dry_run:
        return outcome
    if not asked(outcome):
        click.echo("nothing was written")
        return None
    return run(rehearse=False)


def _somebody_is_here() -> bool:
    return sys.stdin.isatty()
