"""Counting tables as their lines pass by, and a digest of each: whether two registers hold the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.store.lines import lines_of
from newsletter.store.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Connection

Passed = Callable[[str, int], None]
"""Called with the name of a table, and how many of its rows have just passed."""


@dataclass
class Tally:
    """Counts and digests of the tables of one register."""

    rows: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def passing(self, name: str, parts: Iterable[bytes], passed: Passed) -> Iterator[bytes]:
        """The same parts of a table, counted."""
        seen, rows = hashlib.sha256(), 0
        for part in parts:
            seen.update(part)
            number = part.count(b"\n")
            rows += number
            passed(name, number)
            yield part
        self.rows[name], self.digests[name] = rows, seen.hexdigest()

    @property
    def digest(self) -> str:
        """One digest of all of it (SHA-256)."""
        said = "".join(f"{name} {self.rows[name]} {self.digests[name]}\n" for name in sorted(self.rows))
        return hashlib.sha256(said.encode()).hexdigest()

    def other_than(self, other: Tally) -> list[str]:
        """The tables that are not alike, by name."""
        return sorted(name for name in self.rows if self.facts(name) != other.facts(name))

    def facts(self, name: str) -> tuple[int | None, str | None]:
        """How many rows of a table, and their digest."""
        return self.rows.get(name), self.digests.get(name)


def tally_of(connection: Connection, passed: Passed) -> Tally:
    """All tables, read from end to end."""
    tally = Tally()
    for table in METADATA.sorted_tables:
        for _ in tally.passing(table.name, lines_of(connection, table), passed):
            pass
    return tally
