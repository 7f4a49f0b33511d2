"""Whether the clock can be trusted: sends go by the clock on the wall."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from newsletter.delivery.doctor.results import Said, error, hint, ok, warning

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case

_SLACK = timedelta(minutes=2)
_APART = timedelta(seconds=5)
_TIME_ERROR = 5
"""What adjtimex(2) answers when nobody keeps the clock."""
_MICROSECONDS = 1_000_000
_MONTHS = 24


def jump(case: Case) -> Iterator[Said]:
    """Whether the register knows of anything later than now: then a clock has jumped, here or somewhere else."""
    from newsletter.store.tables import audit, people, sends, workers

    if case.register is None:
        return
    columns = (audit.c.at, people.c.updated_at, sends.c.started_at, workers.c.beat_at)
    with case.register.read() as connection:
        known = [connection.scalar(select(func.max(column))) for column in columns]
        told = None if case.register.is_sqlite else connection.scalar(select(func.clock_timestamp()))
    newest = max((each for each in known if each), default=None)
    if newest and newest > case.now + _SLACK:
        yield error(
            f"the clock says {case.now:%Y-%m-%d %H:%M} UTC, but the register was written to at {newest:%Y-%m-%d %H:%M}",
            "set the clock of this machine, or of the one that wrote it; nothing that is planned goes out at its time",
        )
    else:
        yield ok(f"the clock says {case.now.astimezone(case.settings.zone):%Y-%m-%d %H:%M} {case.settings.time_zone}")
    if told is not None:
        yield from _apart(case.now, told)


def _apart(here: datetime, there: datetime) -> Iterator[Said]:
    apart = abs(there - here)
    if apart > _APART:
        cure = "set both clocks by the network (NTP): workers are declared dead by the clock"
        yield warning(f"this machine's clock and the database's are {apart.total_seconds():.0f} s apart", cure)
    else:
        yield ok("this machine's clock and the database's agree")


def kept(case: Case) -> Iterator[Said]:  # noqa: ARG001 - all checks look alike
    """Whether somebody keeps the clock right (NTP), as far as this machine says so."""
    state = _adjtimex()
    if state is None:
        yield hint("nobody here says whether the clock is kept by the network (NTP)", "see that it is")
    elif state[0] == _TIME_ERROR:
        yield hint(
            "the machine says that its clock is not kept by the network (NTP)",
            "turn on time synchronisation; in a container the host does it",
        )
    else:
        yield ok(f"the clock is kept by the network; off by at most {state[1] / _MICROSECONDS:.3f} s")


def _adjtimex() -> tuple[int, int] | None:
    """The state of the kernel's clock, and the largest error it knows of, in microseconds; Linux of 64 bits only."""
    if not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        return None
    try:
        ask = ctypes.CDLL(None).adjtimex
    except (AttributeError, OSError):
        return None
    buffer = ctypes.create_string_buffer(512)  # struct timex with modes = 0: only read
    state = int(ask(buffer))
    return None if state < 0 else (state, struct.unpack_from("q", buffer, 24)[0])


def zone(case: Case) -> Iterator[Said]:
    """Whether the machine knows of summer time what the package we bring knows: an old one sends an hour off."""
    from importlib import metadata

    name = case.settings.time_zone
    ours = _packaged(name)
    if ours is None:
        yield hint(f"the package tzdata does not know {name}", "update tzdata")
        return
    own = ZoneInfo(name)
    hours = [case.now + timedelta(days=30 * number) for number in range(_MONTHS)]
    if any(own.utcoffset(each.replace(tzinfo=None)) != ours.utcoffset(each.replace(tzinfo=None)) for each in hours):
        yield warning(
            f"this machine's time zone data and tzdata's differ for {name}", "update tzdata, and the machine's own"
        )
    else:
        yield ok(f"{name}: time zone data {metadata.version('tzdata')}, and the machine's own agrees")


def _packaged(name: str) -> ZoneInfo | None:
    from importlib import resources

    try:
        with (resources.files("tzdata") / "zoneinfo").joinpath(*name.split("/")).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ModuleNotFoundError, ValueError):
        return None
