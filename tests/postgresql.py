"""A PostgreSQL server of the tests' own: started when a test first asks for it, on a socket in its own folder."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from newsletter.store.register import connect
from newsletter.store.upgrade import upgrade

_TEMPLATE = "template_register"


class Server:
    """Makes databases with an empty register in them."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-pg-"))
        self.folder.chmod(0o755)
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self.folder, "postgres")
        self._numbers = itertools.count()
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "--options", settings)
        self._sql(f"CREATE DATABASE {_TEMPLATE}")
        register = connect(self.folder, self.url(_TEMPLATE))
        upgrade(register)
        register.close()

    def url(self, name: str) -> str:
        """How to reach a database of this server."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def database(self, *, empty: bool = False) -> str:
        """The URL of a new database, with an empty register unless nothing at all is wanted."""
        name = f"register_{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else _TEMPLATE}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._sql(f"DROP DATABASE {url.partition('@/')[2].partition('?')[0]} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        data = ["--pgdata", str(self.folder / "data")]
        command = [*self._as, str(self.programs / program), *words, *data]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def start() -> Server:
    """The server; the test is skipped on a machine without PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    named = shutil.which("initdb")
    if not found and not named:
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    return Server(found[0].parent if found else Path(str(named)).resolve().parent)
