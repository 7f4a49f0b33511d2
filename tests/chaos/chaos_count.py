"""What became of everybody: the ledger's word held against the relay's own log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_server import accepted
from sqlalchemy import select

from newsletter.settings import read_settings
from newsletter.store.register import connect
from newsletter.store.stamp import register_name
from newsletter.store.tables import deliveries, people, sends

if TYPE_CHECKING:
    from pathlib import Path

    from chaos_workshop import Work

_ENDS = {"accepted", "rejected", "skipped", "in_doubt"}


@dataclass(frozen=True)
class Count:
    """The end of a send, in numbers."""

    states: Counter[str]
    doubled: tuple[str, ...]
    """Who has the mail twice."""
    lost: tuple[str, ...]
    """Who did not come to an end."""
    invented: tuple[str, ...]
    """Who is said to have it, and the relay never had it."""
    unknown: tuple[str, ...]
    """Who has it, and the ledger says neither so nor that it is in doubt."""
    unwanted: tuple[str, ...]
    """Who had left, and has it all the same."""
    doubtful: int
    """In doubt, in truth accepted by the relay."""
    state: str
    """Of the send."""

    @property
    def in_doubt(self) -> int:
        return self.states["in_doubt"]

    def problems(self, bound: int) -> list[str]:
        """What must not be; nothing when all is well."""
        wrong = {name: getattr(self, name)[:3] for name in ("doubled", "lost", "invented", "unknown", "unwanted")}
        found = [f"{name}: {some}" for name, some in wrong.items() if some]
        if self.in_doubt > bound:
            found.append(f"in doubt: {self.in_doubt}, more than {bound}")
        if self.state != "done":
            found.append(f"the send is {self.state}")
        return found


def count(work: Work, log: Path) -> Count:
    """Count a send that is over."""
    rows = _rows(work)
    mails = accepted(log)
    had = Counter(address for mail in mails for address in mail["recipients"])
    identities = Counter(mail["message_id"] for mail in mails)
    by_state: dict[str, set[str]] = {}
    for row in rows:
        by_state.setdefault(row.state, set()).add(row.address)
    known = by_state.get("accepted", set()) | by_state.get("in_doubt", set())
    ended = {row.address for row in rows if row.state in _ENDS}
    everybody = {row.address for row in rows}
    assert len(rows) == work.readers, f"{len(rows)} rows for {work.readers} readers"
    twice = {address for address, number in had.items() if number > 1}
    twice |= {identity for identity, number in identities.items() if number > 1}
    return Count(
        states=Counter(row.state for row in rows),
        doubled=tuple(sorted(twice)),
        lost=tuple(sorted(everybody - ended)),
        invented=tuple(sorted(by_state.get("accepted", set()) - had.keys())),
        unknown=tuple(sorted(had.keys() - known)),
        unwanted=tuple(sorted(had.keys() & work.left)),
        doubtful=len(by_state.get("in_doubt", set()) & had.keys()),
        state=rows[0].send,
    )


def _rows(work: Work) -> list[Any]:
    register = connect(work.root, register_name(read_settings(work.root).register_at))
    wanted = (
        select(deliveries.c.state, people.c.address, sends.c.state.label("send"))
        .join(people, people.c.id == deliveries.c.person_id)
        .join(sends, sends.c.id == deliveries.c.send_id)
    )
    try:
        with register.read() as connection:
            return list(connection.execute(wanted))
    finally:
        register.close()
