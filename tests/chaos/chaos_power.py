"""A machine that loses its power, and a SQLite register on it: what was not waited for is gone.

A process that is killed leaves all its commits to the system, which writes them out later. Without power they are lost
from somewhere after the last that was waited for (fsync). So a sender notes how long SQLite's log is each time it has
waited, and `lose` cuts the log at a random place behind that; then the machine has another boot id.
"""

from __future__ import annotations

import os
import struct
import uuid
from typing import TYPE_CHECKING, Any

from newsletter.delivery.ledger import doors, life
from newsletter.delivery.ledger.file import FileDoor
from newsletter.store import register

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_MARK = struct.Struct("8sq")


def _log(root: Path) -> Path:
    return root / "subscribers" / "register.sqlite-wal"


def note(root: Path) -> None:
    """In a sender: note what is safe, and take the boot id from a file."""
    mark = os.open(root / "safe", os.O_RDWR | os.O_CREAT)
    act, prepare = FileDoor._act, register._prepare

    def noted(self: FileDoor, work: Any, durable: bool) -> Any:
        result = act(self, work, durable)
        if durable:
            os.pwrite(mark, _MARK.pack(_salt(root), _log(root).stat().st_size), 0)
        return result

    def never_put_back(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # so that the log only grows

    FileDoor._act = noted
    register._prepare = never_put_back
    life.boot = doors.boot = lambda: boot(root)


def lose(root: Path, random: Random) -> None:
    """Lose what was not waited for, all or some of it. Nobody works on the register while this is done."""
    log = _log(root)
    if log.exists():
        safe = (root / "safe").read_bytes() if (root / "safe").exists() else b""
        salt, length = _MARK.unpack(safe) if len(safe) == _MARK.size else (b"", 0)
        size = log.stat().st_size
        floor = length if salt == _salt(root) else 0
        os.truncate(log, random.choice((floor, random.randint(floor, size))))
    log.with_name("register.sqlite-shm").unlink(missing_ok=True)
    _boot(root).write_text(str(uuid.uuid4()), "ascii")


def boot(root: Path) -> str:
    """The machine's boot id, for the senders of a workspace."""
    return _boot(root).read_text("ascii") if _boot(root).exists() else "first"


def _boot(root: Path) -> Path:
    return root / "boot"


def _salt(root: Path) -> bytes:
    """Tells one log from the next (SQLite's file format, § 4.1)."""
    with _log(root).open("rb") as file:
        return file.read(32)[16:24]
