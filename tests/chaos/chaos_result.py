"""The kinds of kills, what each may do, and what became of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    crash: bool = False
    """Whether commits that were not waited for can be lost."""


KILLS = (
    Kill("sender, SIGKILL", 6, CONNECTIONS),
    Kill("sender, SIGKILL in the middle of a commit", 4, CONNECTIONS, "sqlite"),
    Kill("the machine, by loss of power", 1, WINDOW * CONNECTIONS, "sqlite", crash=True),
    Kill("sender, SIGTERM", 3, 0),
    Kill("one of two senders, SIGKILL", 3, CONNECTIONS),
    Kill("relay, SIGKILL", 4, CONNECTIONS),
    Kill("relay and sender, SIGKILL", 1, CONNECTIONS),
    Kill("PostgreSQL, stop -m immediate", 3, WINDOW * CONNECTIONS, "postgresql", crash=True),
    Kill("PostgreSQL, a backend killed with -9", 3, WINDOW * CONNECTIONS, "postgresql", crash=True),
    Kill("PostgreSQL and sender, at once", 1, WINDOW * CONNECTIONS, "postgresql", crash=True),
    Kill("PostgreSQL, and sender told to stop", 1, WINDOW * CONNECTIONS, "postgresql", crash=True),
)


@dataclass
class Group:
    """Some kills, and who is in doubt by them."""

    times: int = 0
    kills: int = 0
    doubt: int = 0
    most: int = 0
    bound: int = 0

    def note(self, kills: int, doubt: int, bound: int) -> None:
        """Once more."""
        self.times += bool(kills)
        self.kills += kills
        self.doubt += doubt
        self.most = max(self.most, doubt)
        self.bound += bound


@dataclass
class Result:
    """What a run did, and what came of it."""

    database: str
    rough: bool
    readers: int
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    alone: dict[str, Group] = field(default_factory=dict)
    """Kills after which all could settle, by name."""
    together: Group = field(default_factory=Group)
    """Two to four in quick succession."""
    excess: list[str] = field(default_factory=list)
    """More in doubt than was promised."""
    slowest_stop: float = 0
    seconds: float = 0
    stops: list[str] = field(default_factory=list)
    """Why the send stopped itself, each time; it was resumed."""
    fallen: int = 0
    said: str = ""
    count: Count | None = None
    settled: Count | None = None
    """After those in doubt were settled by the relay's log, and the others of them sent again."""

    def note(self, killed: Sequence[Kill], doubt: int) -> None:
        """So many are in doubt by these kills."""
        self.kills.update(kind.name for kind in killed)
        bound = _promised(killed)
        group = self.alone.setdefault(killed[0].name, Group()) if len(killed) == 1 else self.together
        group.note(len(killed), doubt, bound)
        if doubt > bound:
            self.excess.append(f"{doubt} in doubt, {bound} promised: {[kind.name for kind in killed]}")

    @property
    def bound(self) -> int:
        """How many may be in doubt."""
        return self.together.bound + sum(group.bound for group in self.alone.values())

    def problems(self) -> list[str]:
        """What must not be."""
        assert self.count is not None
        found = self.count.problems(self.bound) + self.excess
        if self.settled is not None:
            found += [f"settled, {problem}" for problem in self.settled.problems(0)]
        if len(self.stops) > sum(number for name, number in self.kills.items() if "relay" in name) / 3:
            found.append(f"stopped itself: {self.stops}")
        return [*found, f"{self.fallen} senders fell:\n{self.said}"] if self.fallen else found


def _promised(killed: Sequence[Kill]) -> int:
    """How many kills in quick succession may put into doubt.

    When the database crashes before anybody has taken over what a dead sender held, it is as if both fell at once. So a
    crash may strike what a sender held that was killed some kills before.
    """
    crashed = len(killed) > 1 and any(kind.crash for kind in killed)
    return sum(WINDOW * CONNECTIONS if crashed else kind.doubt for kind in killed)
