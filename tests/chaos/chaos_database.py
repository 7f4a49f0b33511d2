"""A PostgreSQL server that may be crashed, with the settings it comes with: a crash loses what it would lose."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

PORT = 5432


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    named = shutil.which("initdb")
    return found[0].parent if found else Path(named).resolve().parent if named else None


class Cluster:
    """One server with one database. `inside`: words before each command, such as those that enter a name space."""

    def __init__(self, inside: Sequence[str] = (), listens: str = "") -> None:
        found = programs()
        assert found is not None, "PostgreSQL is not installed"
        self._programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-chaos-"))
        self.folder.chmod(0o755)
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._inside = list(inside)
        if self._as:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        if listens:
            self._trust_everybody()
        self._options = f"-k {self.folder} -c listen_addresses='{listens}' -c max_connections=60"
        self.start()
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE register")

    def url(self, host: str | None = None) -> str:
        """How to reach the database: by the socket, or at a host."""
        where = f"{host}:{PORT}/register" if host else f"/register?host={self.folder}"
        return f"postgresql://postgres@{where}"

    def connect(self, name: str = "register") -> psycopg.Connection:
        """A connection of the harness."""
        return psycopg.connect(
            f"postgresql://postgres@/{name}?host={self.folder}", autocommit=True, application_name="harness"
        )

    def start(self) -> None:
        """Start it; after a crash it recovers first."""
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "--options", self._options)

    def crash(self) -> None:
        """Stop it as a crash does: nothing is finished, what was not written is gone."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def kill_backend(self, random: Random) -> bool:
        """Kill a process that serves a sender: the server drops everybody and recovers. Whether there was one."""
        with self.connect() as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                " AND application_name <> 'harness' AND datname = 'register'"
            ).fetchall()
            if not found:
                return False
            os.kill(random.choice(found)[0], signal.SIGKILL)
            with suppress(psycopg.OperationalError):  # we are dropped, too: it has noticed
                connection.execute("SELECT pg_sleep(10)")
        return True

    def wait(self, seconds: float = 30) -> None:
        """Until it takes connections again."""
        until = time.monotonic() + seconds
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def close(self) -> None:
        """Stop the server and remove its folder."""
        subprocess.run(self._command("pg_ctl", "stop", "--mode=immediate"), check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _trust_everybody(self) -> None:
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(rules.read_text("utf-8") + "host all all all trust\n", "utf-8")

    def _command(self, program: str, *words: str) -> list[str]:
        data = ["--pgdata", str(self.folder / "data")]
        return [*self._inside, *self._as, str(self._programs / program), *words, *data]

    def _run(self, program: str, *words: str) -> None:
        command = self._command(program, *words)
        done = subprocess.run(
            command, check=False, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert done.returncode == 0, f"{program} ended with {done.returncode}; see {self.folder / 'log'}"
