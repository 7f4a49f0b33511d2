"""One act in the register: its transaction, when, by whom, and under which rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsletter.store.audit import note

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.settings import Privacy
    from newsletter.store.register import Register


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Somebody changes something about one person, in one transaction."""

    connection: Connection
    hash_of: Callable[[str], bytes]
    privacy: Privacy
    now: datetime
    actor: str

    def note(self, action: str, person_id: int | None, **detail: Any) -> None:
        """Write it into the audit log, without name and address."""
        note(
            self.connection,
            now=self.now,
            actor=self.actor,
            action=action,
            about="person",
            about_id=person_id,
            **detail,
        )


@contextmanager
def acting(register: Register, privacy: Privacy, *, now: datetime, actor: str) -> Iterator[Act]:
    """A transaction for an act: all of it happens, or nothing when an error comes."""
    with register.write() as connection:
        yield Act(connection=connection, hash_of=register.hash_of, privacy=privacy, now=now, actor=actor)
