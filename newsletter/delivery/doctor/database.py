"""Whether the register is whole, of the right version, and backed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from newsletter.delivery.doctor.results import Said, error, hint, ok, warning

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case
    from newsletter.store.register import Register

_OLD = timedelta(days=7)
_DAMAGED = (
    "send nothing; put the last good backup in its place (docs/register.md), and keep this file for whoever helps"
)


def place(case: Case) -> Iterator[Said]:
    """Where the register is, and of which version; its key was recognised when it was opened."""
    from newsletter.store.key import KEY_FILE, KEY_VARIABLE
    from newsletter.store.overview import where
    from newsletter.store.upgrade import version_of

    if case.register is None:
        return
    with case.register.read() as connection:
        version = version_of(connection)
    yield ok(f"{where(case.register, case.root)}: opens, version {version}")
    key = KEY_VARIABLE if case.environ.get(KEY_VARIABLE) is not None else KEY_FILE
    yield ok(f"the key is this register's: {key}; keep a copy of it in another place")


def integrity(case: Case) -> Iterator[Said]:
    """Whether the file can be read from end to end, and every row leads where it says. A server sees to it itself."""
    if case.register is None or not case.register.is_sqlite:
        return
    with case.register.read() as connection:
        said = list(connection.scalars(text("PRAGMA integrity_check(3)")))
        astray = len(connection.execute(text("PRAGMA foreign_key_check")).fetchmany(100))
    if said != ["ok"]:
        yield error(f"the register's file is damaged: {said[0]}", _DAMAGED)
    if astray:
        yield error(f"rows of the register lead nowhere: {astray} or more", _DAMAGED)
    if said == ["ok"] and not astray:
        yield ok("read from end to end: whole")


def backups(case: Case) -> Iterator[Said]:
    """How old the newest backup is."""
    from newsletter.store.backup import list_backups

    if case.register is None:
        return
    made = [each.made_at for each in list_backups(case.root) if each.finished]
    if not made:
        say = hint if not case.register.is_sqlite else warning
        yield say("there is no backup in subscribers/backups/", _backup_cure(case.register))
        return
    age = case.now - max(made)
    if age > _OLD:
        yield warning(f"the newest backup is {age.days} days old", _backup_cure(case.register))
    else:
        yield ok(f"the newest backup is {_days(age)} old")


def _backup_cure(register: Register) -> str:
    if register.is_sqlite:
        return "newsletter register backup, every night and before each send"
    return "see that whoever runs PostgreSQL makes backups; else newsletter register backup"


def _days(age: timedelta) -> str:
    days = max(0, age.days)
    return f"{days} {'day' if days == 1 else 'days'}" if days else "less than a day"
