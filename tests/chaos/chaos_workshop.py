"""A workspace with a short letter and so many readers, approved and started as a person would."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smtp_server import accepted
from sqlalchemy import insert, update
from support import edit, write_workspace

from newsletter.cli.build import build
from newsletter.delivery.approving import Approving
from newsletter.delivery.ledger import reconcile, resume
from newsletter.delivery.starting import Starting
from newsletter.settings import read_settings
from newsletter.store.register import connect, open_register
from newsletter.store.tables import people, schedules
from newsletter.store.upgrade import upgrade
from newsletter.workspace import read_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsletter.store.register import Register

ISSUE = "2027-01"
DOMAINS = 150
GREY, BAD, LEAVING = 11, 37, 41
"""Each so many-th reader is greylisted, unknown to the relay, or leaves between the freeze and their turn."""
_SETTINGS = """\
environment: production
delivery:
  transport: smtp
  host: {host}
  port: {port}
  security: none
  connections: {connections}
  rate: 60000
"""


@dataclass(frozen=True)
class Work:
    """A send that has begun, or is to begin."""

    root: Path
    readers: int
    left: frozenset[str] = frozenset()
    """Who has unsubscribed since."""


def begin(root: Path, **words: Any) -> Work:
    """Make everything and start the send; nobody works it yet. The words are `prepare`'s."""
    work = prepare(root, **words)
    assert start(root) == work.readers
    with _opened(root) as register:
        return replace(work, left=_leave(register))


def start(root: Path) -> int:
    """Start the send, unless it has begun; how many readers it has."""
    with _opened(root) as register:
        starting = Starting(read_workspace(root), register, ISSUE, "smtp")
        return starting.start(now=datetime.now(UTC), actor="anne").size


def prepare(
    root: Path, *, register: str | None, readers: int, port: int, connections: int, host: str = "127.0.0.1"
) -> Work:
    """A workspace, a register with readers, an issue that is built and approved."""
    write_workspace(root)
    settings = _SETTINGS.format(host=host, port=port, connections=connections)
    named = f"register: {register}\n" if register else ""
    edit(root, "newsletter.yml", "sender:\n", f"{named}{settings}sender:\n")
    if register:
        empty = connect(root, register)
        upgrade(empty)
        empty.close()
    with _opened(root) as opened:
        _fill(opened, readers)
        build(root, [ISSUE], quiet=True)
        Approving(read_workspace(root), opened, ISSUE).approve(now=datetime.now(UTC), actor="anne")
    return Work(root=root, readers=readers)


def plan(work: Work) -> None:
    """Plan the send for this minute: it is due at once."""
    now = datetime.now(UTC)
    with _opened(work.root) as register, register.write() as connection:
        wall = now.astimezone(read_settings(work.root).zone).replace(tzinfo=None, second=0, microsecond=0)
        told = {"issue": ISSUE, "send_at": now, "wall": wall.isoformat(" ", "minutes"), "source": "at"}
        connection.execute(insert(schedules).values(**told, grace_minutes=30, actor="anne", at=now))


def go_on(work: Work) -> None:
    """As a person would who has read why the send is stopped."""
    with _opened(work.root) as register:
        resume(register, ISSUE, now=datetime.now(UTC), actor="anne")


def settle(work: Work, log: Path) -> None:
    """As a person would: by the relay's log, and who is not in it gets it again."""
    lines = [f"{mail['message_id']} 250 2.0.0 queued" for mail in accepted(log)]
    with _opened(work.root) as register:
        reconcile(register, ISSUE, now=datetime.now(UTC), actor="anne", log=lines, rest="resend")


@contextmanager
def _opened(root: Path) -> Iterator[Register]:
    register = open_register(root, read_settings(root))
    try:
        yield register
    finally:
        register.close()


def address(number: int) -> str:
    """The reader's address, which tells the relay what to do with it."""
    kind = "grey" if number % GREY == 3 else "bad" if number % BAD == 5 else "reader"
    return f"{kind}{number}@firma{number % DOMAINS}.example"


def _fill(register: Register, readers: int) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "address": each,
            "address_key": each,
            "address_hash": register.hash_of(each),
            "first_name": "Åse",
            "state": "subscribed",
            "basis": "consent",
            "created_at": now,
            "updated_at": now,
        }
        for each in map(address, range(readers))
    ]
    with register.write() as connection:
        connection.execute(insert(people), rows)


def _leave(register: Register) -> frozenset[str]:
    """Some unsubscribe after the audience was frozen."""
    with register.write() as connection:
        leaving = update(people).where(people.c.id % LEAVING == 7).values(state="unsubscribed")
        return frozenset(connection.scalars(leaving.returning(people.c.address)))
