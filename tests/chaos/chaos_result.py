"""The kinds of kills, what each may do, and what became of a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos_count import Count

CONNECTIONS, WINDOW = 3, 20


@dataclass(frozen=True)
class Kill:
    """A kind of kill. `doubt`: how many at most it may put into doubt."""

    name: str
    weight: int
    doubt: int
    only: str = ""
    """On this database alone."""


KILLS = (
    Kill("sender, SIGKILL", 6, CONNECTIONS),
    Kill("sender, SIGKILL in the middle of a commit", 4, CONNECTIONS, "sqlite"),
    Kill("the machine, by loss of power", 1, WINDOW * CONNECTIONS, "sqlite"),
    Kill("sender, SIGTERM", 3, 0),
    Kill("one of two senders, SIGKILL", 3, CONNECTIONS),
    Kill("relay, SIGKILL", 4, CONNECTIONS),
    Kill("relay and sender, SIGKILL", 1, CONNECTIONS),
    Kill("PostgreSQL, stop -m immediate", 3, WINDOW * CONNECTIONS, "postgresql"),
    Kill("PostgreSQL, a backend killed with -9", 3, WINDOW * CONNECTIONS, "postgresql"),
    Kill("PostgreSQL and sender, at once", 1, WINDOW * CONNECTIONS, "postgresql"),
    Kill("PostgreSQL, and sender told to stop", 1, CONNECTIONS, "postgresql"),
)


@dataclass
class Result:
    """What a run did, and what came of it."""

    database: str
    rough: bool
    readers: int
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    """Found in doubt before the next kill."""
    most: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """In doubt after one kill."""
    slowest_stop: float = 0
    seconds: float = 0
    fallen: int = 0
    said: str = ""
    count: Count | None = None
    settled: Count | None = None
    """After those in doubt were settled by the relay's log, and the others of them sent again."""

    @property
    def bound(self) -> int:
        """How many may be in doubt."""
        return sum(kind.doubt * self.kills[kind.name] for kind in KILLS)

    def problems(self) -> list[str]:
        """What must not be."""
        assert self.count is not None
        found = self.count.problems(self.bound)
        if self.settled is not None:
            found += [f"settled, {problem}" for problem in self.settled.problems(0)]
        return [*found, f"{self.fallen} senders fell:\n{self.said}"] if self.fallen else found
