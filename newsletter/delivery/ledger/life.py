"""Who works, and whether they still do; and when commits that were not waited for can have been lost."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from newsletter.store.tables import batches, relay_lanes, workers

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from newsletter.store.register import Register

SILENCE = 8.0
"""Seconds without a beat after which a worker counts as dead; a beat comes every two. A false alarm does no harm."""
STUCK = 600.0
"""The same for one whose process we can see running on this machine: its clock may have jumped."""
_FORGOTTEN = timedelta(days=2)
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_MARK = "INSERT INTO epochs (one, mark) VALUES (1, %s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process, so that another on the same machine can see whether it still runs."""

    machine: str
    """Host name, boot, and the name spaces of processes and network: who has the same sees the same processes."""
    pid: int
    start: str
    """When it began, in ticks since the machine's boot; empty where that cannot be known."""

    @property
    def host(self) -> str:
        """All but the pid, as `workers.host` keeps it."""
        return f"{self.machine}/{self.start}"

    @classmethod
    def of(cls, host: str, pid: int) -> Process:
        """The process that was written down."""
        machine, _, start = host.rpartition("/")
        return cls(machine=machine, pid=pid, start=start)

    @property
    def is_running(self) -> bool:
        """Whether it is there still; for processes of this machine."""
        if self.start:
            return _start_of(self.pid) == self.start
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


def this_process() -> Process:
    """The process we are."""
    pid = os.getpid()
    return Process(machine=_machine(), pid=pid, start=_start_of(pid))


def epoch(register: Register) -> str:
    """What changes exactly when commits that were not waited for can have been lost."""
    if register.is_sqlite:
        return boot()
    with register.engine.connect() as connection:
        return epoch_of_server(connection.connection.driver_connection)


@cache
def boot() -> str:
    """What changes when the machine is started again; where that cannot be known, for each process."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return f"process-{secrets.token_hex(8)}"


def epoch_of_server(connection: Any) -> str:
    """The mark in a table that PostgreSQL empties when it recovers from a crash, whatever crashed, and then only."""
    with connection.cursor() as cursor:
        has_marks = cursor.execute("SELECT to_regclass('epochs') IS NOT NULL").fetchone()[0]
        if not has_marks:
            return str(cursor.execute("SELECT pg_postmaster_start_time()").fetchone()[0])
        cursor.execute(_MARK, [secrets.token_hex(8)])
        mark = str(cursor.execute("SELECT mark FROM epochs").fetchone()[0])
    if not connection.autocommit:
        connection.commit()
    return mark


class Worker:
    """A process that works. `enlist`, then `beat` every few seconds, and `leave` at the end."""

    def __init__(
        self,
        register: Register,
        *,
        role: str,
        clock: Callable[[], datetime],
        name: str | None = None,
        process: Process | None = None,
    ) -> None:
        self._register = register
        self._clock = clock
        self.role = role
        self.process = process or this_process()
        self.name = name or f"{socket.gethostname()}-{self.process.pid}-{secrets.token_hex(4)}"

    def enlist(self) -> None:
        """Say that I am here; those not heard of for days are forgotten, unless they left something behind."""
        now = self._clock()
        values = {"host": self.process.host, "pid": self.process.pid, "epoch": boot(), "role": self.role}
        with self._register.write() as connection:
            beat = self._now(now)
            connection.execute(delete(workers).where(workers.c.name == self.name))
            connection.execute(insert(workers).values(name=self.name, started_at=now, beat_at=beat, **values))
            connection.execute(delete(workers).where(workers.c.beat_at < now - _FORGOTTEN, ~_owns_something()))

    def beat(self) -> None:
        """Say that I am here still."""
        with self._register.write() as connection:
            mine = update(workers).where(workers.c.name == self.name).values(beat_at=self._now(self._clock()))
            is_known = connection.execute(mine).rowcount
        if not is_known:
            self.enlist()

    def leave(self) -> None:
        """Say that I am going, and give back connections to relays."""
        with self._register.write() as connection:
            connection.execute(delete(relay_lanes).where(relay_lanes.c.owner == self.name))
            connection.execute(delete(workers).where(workers.c.name == self.name))

    def _now(self, now: datetime) -> Any:
        return now if self._register.is_sqlite else func.clock_timestamp()


def alive(connection: Connection, name: str, now: datetime) -> bool:
    """Whether a worker still works, as far as can be known from here."""
    found = select(workers.c.host, workers.c.pid, workers.c.beat_at).where(workers.c.name == name)
    row = connection.execute(found).one_or_none()
    if row is None:
        return False
    server = connection.dialect.name == "postgresql"
    present = connection.scalar(select(func.clock_timestamp())) if server else now
    assert present is not None
    return seems_alive(Process.of(row.host, row.pid), (present - row.beat_at).total_seconds())


def seems_alive(process: Process, silence: float) -> bool:
    """Whether a process works that was last heard of so many seconds ago.

    On this machine it is seen at once that it has gone. A beat from the future is of a clock that was set back.
    """
    if process.machine != _machine():
        return abs(silence) <= SILENCE
    return process.is_running and abs(silence) <= STUCK


def process_is_gone(process: Process) -> bool:
    """Whether we see that a process of this machine has ended."""
    return process.machine == _machine() and not process.is_running


def _owns_something() -> ColumnElement[bool]:
    working = select(batches.c.owner).where(batches.c.state == "working", batches.c.owner.is_not(None))
    lanes = select(relay_lanes.c.owner).where(relay_lanes.c.owner.is_not(None))
    return ~and_(workers.c.name.not_in(working), workers.c.name.not_in(lanes))


@cache
def _machine() -> str:
    spaces = ".".join(_space(kind) for kind in ("pid", "net"))
    return f"{socket.gethostname()}/{boot()}/{spaces}"


def _space(kind: str) -> str:
    try:
        return str(os.stat(f"/proc/self/ns/{kind}").st_ino)
    except OSError:
        return "0"


def _start_of(pid: int) -> str:
    """When a process began (proc(5): field 22); empty when there is none, or it has ended and nobody has noticed."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
