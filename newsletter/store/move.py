"""A register, moved from a SQLite file to PostgreSQL or back: every table and every value, or nothing at all.

Nobody writes meanwhile. What arrived is read again and compared before anything is said done. The one that is left
stays as it is, and is marked so that nobody writes to it by mistake.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import exc, func, select

from newsletter.problems import Refused
from newsletter.store import arriving
from newsletter.store.audit import note
from newsletter.store.lines import lines_of, speak_alike, write_lines
from newsletter.store.marks import arrived_from, mark_arrived, mark_moved
from newsletter.store.tables import METADATA
from newsletter.store.tally import Passed, Tally, tally_of
from newsletter.store.under_way import refuse_under_way

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

    from newsletter.store.register import Register

Told = Callable[[str, int, int], None]
"""Called with what is being read, how many rows have been, and of how many."""
_NOTHING = "nothing was moved, and the register is as it was"
_PATIENCE = "10s"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Who moves what where: for the log, and for whoever finds the old register."""

    actor: str
    now: datetime
    old: str
    """Where it is: a file, or PostgreSQL's address without a password."""
    new: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What was moved."""

    rows: dict[str, int]
    """How many, for each table."""
    digest: str
    """Of all of it (SHA-256)."""
    before: bool = False
    """Whether it was there already, and only the mark was missing: an earlier move was stopped at its very end."""


def move_to_server(source: Register, target: Register, words: Words, told: Told | None = None) -> Moved:
    """Move a file's register to PostgreSQL, in one transaction there. Raises Refused; then nothing has happened."""
    with _said_plainly() as way, source.write() as old:
        refuse_under_way(old, words.now)
        passed = _counting(old, told)
        with target.write() as new:
            arriving.come_in(new)
            moved = _there_already(old, new, passed) or _into_server(old, new, words, passed)
        way.arrived = True
        _leave(old, words, moved)
    return moved


def move_to_file(source: Register, target: Path, words: Words, told: Told | None = None) -> Moved:
    """Move a register from PostgreSQL to a new file. Raises Refused; then nothing has happened."""
    with _said_plainly() as way, source.write() as old:
        _stop_writers(old)
        speak_alike(old)
        refuse_under_way(old, words.now)
        passed = _counting(old, told)
        moved = _file_there_already(old, target, passed) or _into_file(source, old, target, words, passed)
        way.arrived = True
        _leave(old, words, moved)
    return moved


def _into_server(old: Connection, new: Connection, words: Words, passed: Passed) -> Moved:
    tally = Tally()
    for table in METADATA.sorted_tables:
        write_lines(new, table, tally.passing(table.name, lines_of(old, table), passed))
    _compare(tally, tally_of(new, passed))
    arriving.keep_counting(old, new)
    _settle(new, words, tally)
    new.exec_driver_sql("ANALYZE")  # else the first questions are answered very slowly
    return Moved(rows=tally.rows, digest=tally.digest)


def _into_file(source: Register, old: Connection, target: Path, words: Words, passed: Passed) -> Moved:
    from newsletter.store.portable import copy_to_file

    with arriving.new_file(target) as draft:
        copy_to_file(source, draft, passed)
        tally = tally_of(old, lambda _name, _number: None)
        with arriving.opened_file(draft) as copy, copy.write() as new:
            _compare(tally, tally_of(new, passed))
            _settle(new, words, tally)
    return Moved(rows=tally.rows, digest=tally.digest)


def _settle(new: Connection, words: Words, tally: Tally) -> None:
    """Write into the new register where it comes from."""
    mark_arrived(new, words.old, words.now, tally.digest)
    _note(new, words, tally.rows)


def _leave(old: Connection, words: Words, moved: Moved) -> None:
    """Mark the old register: it is not opened again."""
    _note(old, words, moved.rows)
    mark_moved(old, words.new, words.now, moved.digest)


def _note(connection: Connection, words: Words, rows: dict[str, int]) -> None:
    what = "register move"
    total = sum(rows.values())
    note(connection, now=words.now, actor=words.actor, action=what, about="register", to=words.new, rows=total)


def _compare(left: Tally, arrived: Tally) -> None:
    different = left.other_than(arrived)
    if different:
        told = ", ".join(f"{name} ({left.rows[name]} rows left, {arrived.rows[name]} arrived)" for name in different)
        raise Refused(f"what arrived is not what left: {told}", f"this should not happen: get help; {_NOTHING}")


def _there_already(old: Connection, new: Connection, passed: Passed) -> Moved | None:
    """What was moved before, when an earlier move was stopped between the last two steps."""
    came = arrived_from(new)
    if came is not None:
        tally = tally_of(old, passed)
        if came.digest == tally.digest:
            return Moved(rows=tally.rows, digest=tally.digest, before=True)
    arriving.make_room(new)
    return None


def _file_there_already(old: Connection, target: Path, passed: Passed) -> Moved | None:
    if not target.exists():
        return None
    came = arriving.file_came_from(target)
    if came is not None:
        tally = tally_of(old, passed)
        if came.digest == tally.digest:
            return Moved(rows=tally.rows, digest=tally.digest, before=True)
    hint = "name another file, or move that one away: a register is never written over"
    raise Refused(f"there is a file {target.name} already", f"{hint}; {_NOTHING}")


def _counting(old: Connection, told: Told | None) -> Passed:
    """A count of all rows read so far, for whoever wants to be told: each is read twice."""
    total = 2 * sum(_count(old, name) for name in METADATA.tables) if told else 0
    done = 0

    def passed(name: str, rows: int) -> None:
        nonlocal done
        done += rows
        if told:
            told(name, done, total)

    return passed


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(METADATA.tables[name])) or 0


def _stop_writers(connection: Connection) -> None:
    """Nobody else writes until the transaction is over; others may read."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in sorted(METADATA.tables))
    connection.exec_driver_sql(f"SET LOCAL lock_timeout TO '{_PATIENCE}'")
    connection.exec_driver_sql("LOCK TABLE meta IN EXCLUSIVE MODE")  # who writes looks there first: Register.write
    connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


@dataclass
class _Way:
    """How far it came."""

    arrived: bool = False

    @property
    def end(self) -> str:
        """What became of it, for a hint."""
        return "all of it has arrived, only the old register is not closed yet" if self.arrived else _NOTHING


@contextmanager
def _said_plainly() -> Iterator[_Way]:
    """Tell what a database refuses, without any row of anybody's."""
    import psycopg

    way = _Way()
    try:
        yield way
    except (psycopg.Error, sqlite3.Error) as error:
        raise _refused(error, way) from error
    except exc.DBAPIError as error:
        if not isinstance(error.orig, psycopg.Error | sqlite3.Error):
            raise
        raise _refused(error.orig, way) from error


def _refused(error: psycopg.Error | sqlite3.Error, way: _Way) -> Refused:
    import psycopg

    if isinstance(error, psycopg.errors.LockNotAvailable) or "locked" in str(error):
        hint = "see that nobody works with the register, and run the command again"
        return Refused("somebody is writing to the register", f"{hint}; {way.end}")
    if isinstance(error, sqlite3.Error):
        return Refused(f"the register's file: {error}", f"mend that, then run the command again; {way.end}")
    said = error.diag.message_primary or "the line to it broke"
    spot = re.match(r"COPY (\w+), line (\d+)(?:, column (\w+))?", error.diag.context or "")
    if spot:
        where = f"{spot[1]}.{spot[3]}" if spot[3] else spot[1]
        hint = f"row {spot[2]} of the table, in the order of its key: mend it, then run the command again"
        return Refused(f"PostgreSQL does not take a value of {where}: {said}", f"{hint}; {way.end}")
    return Refused(f"PostgreSQL refuses: {said}", f"mend it there, then run the command again; {way.end}")
