"""Companies from CVR come into the register: in chunks, each of them whole or not at all, and none twice.

What we know ourselves (contact, interests, needs, how they want to be met) is never touched. What CVR does not say
takes nothing away that it said before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.problems import Place, Problem
from newsletter.store.audit import note
from newsletter.subscribers.companies.writing import Companies, Workplaces
from newsletter.subscribers.cvr import Company, Entry, Workplace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

CHUNK = 5_000
KEPT_PROBLEMS = 1_000
"""So many are kept to be shown; the others are only counted."""


@dataclass(kw_only=True)
class Outcome:
    """What an import did, or would do."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stopped: int = 0
    """Active before, and no longer: nobody there is written to."""
    left_out: int = 0
    """Ceased before the register knew them."""
    protected: int = 0
    """Advertising-protected, of all that were read."""
    unsaid: int = 0
    """New, and the file does not say whether they are protected: they count as protected."""
    workplaces_new: int = 0
    workplaces_changed: int = 0
    workplaces_closed: int = 0
    errors: int = 0
    warnings: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it when it is one of the first."""
        if problem.severity == "error":
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    @property
    def writes(self) -> int:
        """How many rows are written."""
        return self.new + self.changed + self.workplaces_new + self.workplaces_changed + self.workplaces_closed


def import_companies(
    register: Register,
    entries: Iterable[Entry],
    *,
    now: datetime,
    actor: str,
    rehearse: bool = False,
    told: Callable[[int], None] | None = None,
) -> Outcome:
    """Take over what `read_companies` found. Nothing is kept of a rehearsal; `told` hears how many were read."""
    work = _Import(now, actor, told)
    if rehearse:
        with suppress(_Rehearsed), register.write() as connection:
            for chunk in _chunks(entries):
                work.take(connection, chunk)
            work.end(connection)
            raise _Rehearsed
        return work.outcome
    for chunk in _chunks(entries):
        with register.write() as connection:
            work.take(connection, chunk)
    if work.waiting:
        with register.write() as connection:
            work.end(connection)
    return work.outcome


class _Rehearsed(Exception):
    """Thrown to take a rehearsal back."""


class _Import:
    """One import under way."""

    def __init__(self, now: datetime, actor: str, told: Callable[[int], None] | None) -> None:
        self.now = now
        self.actor = actor
        self.told = told
        self.outcome = Outcome()
        self.waiting: list[Workplace] = []
        self.read = 0

    def take(self, connection: Connection, chunk: list[Entry]) -> None:
        """Write a chunk, and a line in the audit log if it changed anything."""
        before = self.outcome.writes
        places: list[Workplace] = []
        firms: dict[str, Company] = {}
        for entry in chunk:
            if isinstance(entry, Problem):
                self.outcome.add(entry)
            elif isinstance(entry, Company):
                firms[entry.cvr] = entry
            else:
                places.append(entry)
        described = {place.p_number for place in places}
        Companies(connection, self.now, self.outcome).take(firms, described)
        self.waiting += self._place(connection, places)
        self._note(connection, before)
        self.read += len(chunk)
        if self.told:
            self.told(self.read)

    def end(self, connection: Connection) -> None:
        """Workplaces that came before their company; a workplace of a company nobody knows is a problem."""
        before = self.outcome.writes
        for place in self._place(connection, self.waiting):
            text = f"the workplace {place.p_number} belongs to {place.cvr}, which is not in the register"
            self.outcome.add(Problem.at(Place("CVR"), "cvr-company", text, "import the company as well", "warning"))
        self._note(connection, before)

    def _place(self, connection: Connection, places: list[Workplace]) -> list[Workplace]:
        newest = {place.p_number: place for place in places}
        return Workplaces(connection, self.now, self.outcome).take(newest)

    def _note(self, connection: Connection, before: int) -> None:
        written = self.outcome.writes - before
        if written:
            note(
                connection,
                now=self.now,
                actor=self.actor,
                action="companies import",
                about="register",
                rows=written,
            )


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    remaining = iter(entries)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
