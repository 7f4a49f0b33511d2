"""`newsletter send`."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import FILES, by_option, clock, now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.ledger import SendStatus
    from newsletter.delivery.sending import Crew, Office
    from newsletter.delivery.starting import Started
    from newsletter.settings import Settings
    from newsletter.store.register import Register

_LOOK = 0.5
"""Seconds between looks at how far it has come."""
_PATIENCE = 3
"""Failed tries to reach the relay before the command gives up; nothing is lost by that."""


@click.command("send")
@click.argument("issue")
@click.option("--really", is_flag=True, help="Send it by the relay; without this, mails are written to build/outbox/.")
@click.option("--late", is_flag=True, help="To those who have come since the issue went out, and to nobody else.")
@click.option("--test", "address", metavar="ADDRESS", help="Only one marked copy, to this address.")
@click.option("--edition", metavar="NAME", help="With --test: which edition; else the one that person gets.")
@click.option("--json", "as_json", is_flag=True, help="What became of it, for programs.")
@by_option
@workspace_option
def command(
    issue: str,
    *,
    really: bool,
    late: bool,
    address: str | None,
    edition: str | None,
    as_json: bool,
    actor: str,
    root: Path,
) -> None:
    """Send an approved issue now, to each reader once.

    Without --really it is a rehearsal: every mail as it would go out, as a file in build/outbox/. A send that was
    stopped or killed goes on where it was when the command is given again. `newsletter run` sends what is scheduled.
    """
    from newsletter.cli.build import check_names

    check_names(root, [issue])
    if edition is not None and address is None:
        raise click.UsageError("--edition goes with --test ADDRESS; a send takes all editions")
    if address is not None:
        from newsletter.cli.copies import send_copy

        send_copy(root, issue, address, edition, really=really, actor=actor, as_json=as_json)
        return
    with opened(root, must_exist=True) as (settings, register):
        started = _start(root, register, issue, really=really, late=late, actor=actor)
        if not as_json:
            _tell_start(issue, started, really=really)
        crew = _work(root, settings, register, issue, started.send_id, quiet=as_json)
        _show(settings, _status(register, issue, started.send_id), crew, as_json=as_json)


def _start(root: Path, register: Register, issue: str, *, really: bool, late: bool, actor: str) -> Started:
    from newsletter.delivery.starting import Starting
    from newsletter.workspace import read_workspace

    starting = Starting(read_workspace(root), register, issue, "smtp" if really else "outbox")
    return starting.start_late(now=now(), actor=actor) if late else starting.start(now=now(), actor=actor)


def _tell_start(issue: str, started: Started, *, really: bool) -> None:
    from newsletter.cli.terminal import count

    to = "by the relay" if really else "into build/outbox/ (nothing leaves this machine without --really)"
    begun = "goes out" if started.is_new else "has begun already and goes on"
    click.echo(f"{issue} {begun}: {count(started.size, 'reader')}, {to}")
    if started.left_out:
        click.echo(f"    {count(started.left_out, 'person')} left out: no approved edition is right for them")


def _work(root: Path, settings: Settings, register: Register, issue: str, send_id: int, *, quiet: bool) -> Crew:
    """Work the send until there is nothing to do just now."""
    from newsletter.delivery.sending import Crew
    from newsletter.delivery.sending.opening import open_office

    tell = teller(quiet=quiet)
    with open_office(root, settings, register, environ=os.environ, clock=clock(), role="send", tell=tell) as office:
        crew = Crew(office, lanes=settings.delivery.connections, send_id=send_id, leaves=True, patience=_PATIENCE)
        with stopping(office), shown(register, issue, send_id, quiet=quiet):
            crew.run()
    return crew


def teller(*, quiet: bool) -> Callable[[str, str], None]:
    """What says aloud what happens on the way: to the error stream, where it disturbs no program."""

    def tell(level: str, text: str) -> None:
        if not quiet or level == "error":
            click.echo(f"{level}: {text}", err=True)

    return tell


@contextmanager
def stopping(office: Office) -> Iterator[None]:
    """While this lasts, SIGTERM and Ctrl+C end the work cleanly: the mail under way is finished, nothing is lost."""

    def stop(_number: int, _frame: object) -> None:
        office.stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def shown(register: Register, issue: str, send_id: int, *, quiet: bool) -> Iterator[None]:
    """On a terminal, a bar that fills while mails go out."""
    from newsletter.cli.terminal import is_terminal

    if quiet or not is_terminal():
        yield
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    done = threading.Event()
    columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("sending", total=None)

        def look() -> None:
            while not done.wait(_LOOK):
                found = _status(register, issue, send_id)
                bar.update(task, total=found.size, completed=found.size - found.left)

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def _status(register: Register, issue: str, send_id: int) -> SendStatus:
    from newsletter.delivery.ledger import status

    with register.read() as connection:
        return next(each for each in status(connection, issue, now()) if each.send_id == send_id)


def _show(settings: Settings, found: SendStatus, crew: Crew, *, as_json: bool) -> None:
    """What became of it; exit 1 when somebody must do something."""
    from newsletter.cli.status import facts, tell_status

    if as_json:
        click.echo(json.dumps(facts([found]), ensure_ascii=False, indent=1))
    else:
        tell_status(found, settings.zone)
    if crew.gave_up and found.left:
        click.echo("    nothing is lost: the same command goes on where it was, and so does newsletter run", err=True)
    if crew.gave_up or found.state == "stopped":
        raise SystemExit(FILES)
