"""Versions of the register. A SQLite file is brought up to date when it is opened; a server when somebody says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from newsletter.problems import Invalid, Place, Problem

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from newsletter.store.register import Register

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""All versions, oldest first; a test holds them to the files in migrations/."""
NEWEST = REVISIONS[-1]
_MIGRATIONS = Path(__file__).parent / "migrations"


def version_of(connection: Connection) -> str | None:
    """The register's version; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def settle(register: Register) -> None:
    """See that the register is of the newest version. Raises Invalid for a server's old one, and for any newer one."""
    with register.read() as connection:
        version = version_of(connection)
    if version == NEWEST:
        return
    if version is not None and version not in REVISIONS:
        message = f"this register was made by a newer newsletter (version {version})"
        raise Invalid([_problem(register, message, "update newsletter on this machine")])
    if not register.is_sqlite:
        message = "the register is empty" if version is None else f"the register is of an older version ({version})"
        raise Invalid([_problem(register, message, "run `newsletter register upgrade` once")])
    upgrade(register)


def upgrade(register: Register, to: str = NEWEST) -> tuple[str | None, str]:
    """Bring the register to a version, in one transaction; the version before, and after.

    Another process that does the same is waited for.
    """
    with register.write() as connection:
        if not register.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(8246371)"))
        before = version_of(connection)
        if before is None or before < to:
            upgrade_within(connection, to)
        return before, version_of(connection) or to


def upgrade_within(connection: Connection, to: str = NEWEST) -> None:
    """Bring the register to a version, within a transaction that somebody else ends."""
    from alembic import command

    command.upgrade(alembic_config(connection), to)


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to know: where the versions are, and the connection to use."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _problem(register: Register, message: str, hint: str) -> Problem:
    from newsletter.inputs import WORKSPACE_FILE

    place = Place(register.path.name if register.path else WORKSPACE_FILE)
    return Problem.at(place, "register-version", message, hint)
