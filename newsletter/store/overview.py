"""What there is to say of a register as a whole: where it is, how large, how much of each thing. Numbers, no names."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import URL, func, select, text

from newsletter.store.backup import list_backups
from newsletter.store.key import KEY_FILE, KEY_VARIABLE
from newsletter.store.tables import METADATA, audit, people
from newsletter.store.tables.people import PERSON_STATES
from newsletter.store.upgrade import version_of

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection

    from newsletter.store.register import Register

_SECRET = ("password", "passfile", "sslpassword")


class BackupFacts(TypedDict):
    """A backup, as programs read it."""

    file: str
    bytes: int
    days: int
    finished: bool


class AuditLine(TypedDict):
    """A line of the audit log."""

    at: str
    actor: str
    action: str
    about: str
    about_id: int | None
    detail: dict[str, Any]


class Overview(TypedDict):
    """What `newsletter register show` tells."""

    register: str
    kind: str
    version: str | None
    bytes: int
    key: str
    tables: dict[str, int]
    people: dict[str, int]
    backups: list[BackupFacts]
    audit: list[AuditLine]


def overview(register: Register, root: Path, now: datetime, lines: int) -> Overview:
    """The whole, with so many of the last lines of the audit log, newest first."""
    with register.read() as connection:
        return {
            "register": where(register, root),
            "kind": "SQLite" if register.is_sqlite else "PostgreSQL",
            "version": version_of(connection),
            "bytes": _size(register, connection),
            "key": KEY_VARIABLE if os.environ.get(KEY_VARIABLE) is not None else KEY_FILE,
            "tables": {name: _count(connection, name) for name in sorted(METADATA.tables)},
            "people": _by_state(connection),
            "backups": _backups(root, now),
            "audit": _last_lines(connection, lines),
        }


def where(register: Register, root: Path) -> str:
    """The file, from the workspace where it lies in it; else the server, without a password."""
    if register.path is not None:
        path = register.path
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    url = register.engine.url.difference_update_query(_SECRET)
    return str(URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query))


def _size(register: Register, connection: Connection) -> int:
    if register.path is None:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    beside = (register.path.with_name(f"{register.path.name}{ending}") for ending in ("", "-wal"))
    return sum(path.stat().st_size for path in beside if path.exists())


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(METADATA.tables[name])) or 0


def _by_state(connection: Connection) -> dict[str, int]:
    found = connection.execute(select(people.c.state, func.count()).group_by(people.c.state))
    return {**dict.fromkeys(PERSON_STATES, 0), **{state: number for state, number in found}}  # noqa: C416


def _backups(root: Path, now: datetime) -> list[BackupFacts]:
    return [
        {
            "file": backup.path.relative_to(root).as_posix(),
            "bytes": backup.size,
            "days": max(0, (now - backup.made_at).days),
            "finished": backup.finished,
        }
        for backup in list_backups(root)
    ]


def _last_lines(connection: Connection, lines: int) -> list[AuditLine]:
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(lines)).mappings()
    return [
        {
            "at": row["at"].isoformat(),
            "actor": row["actor"],
            "action": row["action"],
            "about": row["about"],
            "about_id": row["about_id"],
            "detail": json.loads(row["detail"]),
        }
        for row in rows
    ]
