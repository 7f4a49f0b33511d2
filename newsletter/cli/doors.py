"""What all commands share: finding the workspace, and telling errors. Exit 1 the user's files, 2 usage, 3 our bug."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.store.register import Register

FILES, BUG = 1, 3
"""Exit codes; 2 is click's own, for a command that was not understood."""


@contextmanager
def known_errors() -> Iterator[None]:
    """Tell problems of the user's files and leave with 1; tell a bug of ours as a report to paste, and leave with 3."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:  # the last door: whatever comes is told
        from newsletter.problems import Invalid, Refused

        if isinstance(error, Invalid | Refused):
            click.echo(str(error), err=True)
            sys.exit(FILES)
        if isinstance(error, BrokenPipeError):  # who read our output has seen enough; click ends quietly
            raise
        if isinstance(error, OSError):
            click.echo(f"{error.filename or 'the disk'}: {error.strerror or error}", err=True)
            click.echo("    free some space or ask for permission, then run the command again", err=True)
            sys.exit(FILES)
        click.echo(bug_report(error), err=True)
        sys.exit(BUG)


def bug_report(error: Exception) -> str:
    """A report of a bug, ready to be pasted: no path of this machine, nothing from the user's files, no person."""
    import platform
    import traceback

    from newsletter import __version__

    package = Path(__file__).parent.parent
    of_database = type(error).__module__.partition(".")[0] in ("sqlalchemy", "sqlite3", "psycopg")
    text = "…" if of_database else re.sub(r"[^\s'\"]*[/\\@][^\s'\"]*", "…", str(error))  # rows; paths, addresses
    lines = [
        f"  {Path(frame.filename).relative_to(package.parent)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(package)
    ]
    return "\n".join(
        [
            "This is a mistake in newsletter, not in your files; nothing of yours was lost.",
            "Please send these lines to the people who look after it:",
            "",
            f"  newsletter {__version__}, Python {platform.python_version()}, {platform.system()}",
            f"  command: {Path(sys.argv[0]).name} {' '.join(sys.argv[1:2])}",
            f"  {type(error).__name__}: {text}",
            *lines,
        ]
    )


def workspace_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its workspace's folder as `root`."""
    return click.option(
        "--workspace",
        "root",
        type=click.Path(file_okay=False, exists=True, path_type=Path),
        callback=_find,
        help="The workspace to work in; else the one around the current folder.",
    )(function)


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command who is acting, as `actor`: the audit log wants to know."""
    return click.option(
        "--by",
        "actor",
        metavar="NAME",
        callback=_actor,
        help="Who is doing this; else NEWSLETTER_BY from the environment, else the login name.",
    )(function)


def _actor(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    """Who is acting. The audit log keeps it, so it is never a CPR number."""
    from newsletter.subscribers.cpr import holds_cpr

    actor = value or os.environ.get("NEWSLETTER_BY") or _login()
    if holds_cpr(actor):
        which = "--by" if value else "NEWSLETTER_BY" if os.environ.get("NEWSLETTER_BY") else "the login name"
        raise click.UsageError(
            f"{which} looks like a CPR number, which is never taken: write your name or your initials"
        )
    return actor


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may know no names
        return "unknown"


def now() -> datetime:
    """The time, in UTC; NEWSLETTER_NOW in the environment says another, for rehearsals and tests."""
    told = os.environ.get("NEWSLETTER_NOW")
    moment = datetime.fromisoformat(told) if told else datetime.now(UTC)
    return moment.astimezone(UTC)


def this_day(settings: Settings) -> date:
    """The day it is, in the time zone of newsletter.yml."""
    return now().astimezone(settings.zone).date()


def clock() -> Callable[[], datetime]:
    """What tells the time to a process that goes on: NEWSLETTER_NOW says when it begins, and then it runs."""
    if "NEWSLETTER_NOW" not in os.environ:
        return now
    begun, ran = now(), time.monotonic()
    return lambda: begun + timedelta(seconds=time.monotonic() - ran)


@contextmanager
def opened(root: Path, *, must_exist: bool = False) -> Iterator[tuple[Settings, Register]]:
    """The workspace's settings and its register, which is closed afterwards."""
    from newsletter.settings import read_settings
    from newsletter.store.register import find_register, open_register

    settings = read_settings(root)
    if must_exist and find_register(root, settings) is None:
        raise click.UsageError(
            "there is no register yet: make one with `newsletter companies import`, `newsletter subscribers import` "
            "or, to look around, `newsletter register sample`"
        )
    register = open_register(root, settings)
    try:
        yield settings, register
    finally:
        register.close()


def _find(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path:
    from newsletter.inputs import find_root

    start = value or context.obj
    root = find_root(start or Path.cwd())
    if root is None or (start is not None and root != start.resolve()):
        where = start or "this folder"
        raise click.UsageError(
            f"there is no newsletter.yml in {where}. Go to your newsletter's folder, or make one: "
            "newsletter init my-newsletter"
        )
    return root
