"""`newsletter run`."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from newsletter.cli.doors import clock, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.running.loop import Chore
    from newsletter.delivery.sending import Office
    from newsletter.settings import Settings
    from newsletter.store.register import Register

_SCHEDULE = 10.0
_BOUNCES = _REMINDERS = _STATUSES = _PLACES = 300.0
"""Seconds between looks at what is planned; at the mailbox, at what consultants promised, at campaigns' status, and at
what guests of events are to be told."""
Role = Literal["all", "worker", "scheduler"]
Work = Callable[[], None]


@click.command("run")
@click.option("--really", is_flag=True, help="Scheduled issues go out by the relay; without this, into build/outbox/.")
@click.option(
    "--role",
    type=click.Choice(["all", "worker", "scheduler"]),
    default="all",
    show_default=True,
    help="With the register on PostgreSQL, several machines share the work: some only send, one plans.",
)
@click.option("--once", is_flag=True, help="Do what is due, send what can be sent now, and leave.")
@click.option("--log", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
@workspace_option
def command(*, really: bool, role: Role, once: bool, form: Literal["plain", "json"], root: Path) -> None:
    """The one long process: starts what is scheduled, sends, tries again, reads what comes back.

    It stops cleanly on SIGTERM and Ctrl+C, and may be started twice without harm. docs/run.md has a systemd unit.
    """
    from newsletter.cli.send import stopping
    from newsletter.delivery.running.log import logger
    from newsletter.delivery.sending.opening import open_office

    with opened(root) as (settings, register):
        tick = clock()
        tell = logger(click.echo, tick, form, settings.zone)
        with open_office(root, settings, register, environ=os.environ, clock=tick, role=role, tell=tell) as office:
            tell("info", _hello(role, settings, really=really))
            with stopping(office):
                _run(root, settings, register, office, role, really=really, once=once)
            tell("info", "stopped")


def _hello(role: Role, settings: Settings, *, really: bool) -> str:
    if not really:
        return f"running as {role}; scheduled issues are only rehearsed, into build/outbox/: --really sends them"
    return f"running as {role}; scheduled issues go to {settings.delivery.host}"


def _run(
    root: Path, settings: Settings, register: Register, office: Office, role: Role, *, really: bool, once: bool
) -> None:
    from newsletter.delivery.running import Loop
    from newsletter.delivery.sending import Crew

    lanes = 0 if role == "scheduler" else settings.delivery.connections
    if once:
        Loop(office, None, _chores(root, settings, register, office, role, really=really)).once()
        if lanes:
            Crew(office, lanes=lanes, leaves=True).run()
        return
    work, wake = _work(register, office, lanes)
    chores = _chores(root, settings, register, office, role, really=really, wake=wake)
    Loop(office, work, chores).run()


def _work(register: Register, office: Office, lanes: int) -> tuple[Work | None, Callable[[], None]]:
    """What sends, and how to tell it that something has begun: an engine on PostgreSQL, on a file lanes of our own."""
    if register.is_sqlite:
        from newsletter.delivery.sending import Crew

        return Crew(office, lanes=lanes).run if lanes else None, lambda: None
    from newsletter.delivery.running.engine import Engine
    from newsletter.delivery.running.queue import make_queue

    make_queue(register)
    engine = Engine(register, office, lanes=lanes)
    return engine.run, engine.wake


def _chores(
    root: Path,
    settings: Settings,
    register: Register,
    office: Office,
    role: Role,
    *,
    really: bool,
    wake: Callable[[], None] = lambda: None,
) -> list[Chore]:
    """What is done again and again beside the sending; not by those who only send."""
    from newsletter.delivery.running import Scheduler
    from newsletter.delivery.running.loop import Chore

    if role == "worker":
        return []
    scheduler = Scheduler(root, register, settings.zone, "smtp" if really else "outbox", office.tell)

    def plan() -> None:
        if scheduler.tick(office.clock(), time.monotonic()):
            wake()

    chores = [
        Chore(name="schedule", every=_SCHEDULE, do=plan),
        Chore(name="bounces", every=_BOUNCES, do=_reader(root, settings, register, office)),
        Chore(name="reminders", every=_REMINDERS, do=_reminder(root, register, office, really=really)),
        Chore(name="statuses", every=_STATUSES, do=_status(root, register, office, really=really)),
    ]
    if really:  # a rehearsal would write the same files again and again
        chores.append(Chore(name="places", every=_PLACES, do=_teller(root, settings, register, office)))
    return chores


def _reminder(root: Path, register: Register, office: Office, *, really: bool) -> Callable[[], None]:
    """What reminds consultants in the morning of what they promised."""
    from newsletter.delivery.reminding import Reminders

    reminders = Reminders(root, register, environ=os.environ, clock=office.clock, tell=office.tell, really=really)
    return reminders.tick


def _status(root: Path, register: Register, office: Office, *, really: bool) -> Callable[[], None]:
    """What sends campaigns' status mails, each month."""
    from newsletter.delivery.reporting import Statuses

    statuses = Statuses(root, register, environ=os.environ, clock=office.clock, tell=office.tell, really=really)
    return statuses.tick


def _teller(root: Path, settings: Settings, register: Register, office: Office) -> Callable[[], None]:
    """What tells guests of events of their seats."""
    from newsletter.delivery.places import tell_guests
    from newsletter.delivery.schedule.book import LOOP

    last: Counter[str] = Counter()

    def tell() -> None:
        nonlocal last
        posted = tell_guests(root, settings, register, environ=os.environ, clock=office.clock, really=True, actor=LOOP)
        new = Counter(str(each.state) for each in posted if not each.again)
        for state, number in sorted(new.items()):
            if state == "accepted" or new != last:  # what cannot be sent is told once, not at every look
                level = "info" if state == "accepted" else "warning"
                office.tell(level, f"{number} {'mail' if number == 1 else 'mails'} to guests of events: {state}")
        last = new

    return tell


def _reader(root: Path, settings: Settings, register: Register, office: Office) -> Callable[[], None]:
    """What reads the mailbox of what comes back, if there is one, and takes in what servers refused while we sent."""
    from newsletter.delivery.bounces.reading import ingest_paths, read_bounces
    from newsletter.delivery.schedule.book import LOOP

    def read() -> None:
        if settings.delivery.bounces is None:
            worked = ingest_paths(register, settings, root, [], clock=office.clock, actor=LOOP)
        else:
            worked = read_bounces(register, settings, root, os.environ, clock=office.clock, actor=LOOP)
        new = worked.mails - worked.again
        if new:
            kinds = ", ".join(f"{n} {kind}" for kind, n in sorted((worked.kinds + worked.answers).items()))
            office.tell(
                "info", f"{new} new {'mail' if new == 1 else 'mails'} in the mailbox: {kinds or 'nothing known'}"
            )
        for name in worked.look_at:
            office.tell("warning", f"read it yourself, nothing here understands it: {name}")

    return read
