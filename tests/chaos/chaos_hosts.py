"""Several machines on one: network name spaces with a wire to a switch. Needs root and iproute2.

The register and the relay are on one of them, workers on others. A wire can be cut and mended at the switch, so that a
machine that was cut off notices nothing but silence.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from chaos_database import Cluster
from chaos_hands import SENDER, RelayHand, environment
from chaos_workshop import begin, prepare

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

SERVER = "10.77.0.1"
SILENCE = 2.0
"""Seconds after which a silent machine counts as dead; the real one waits longer."""


def why_not() -> str:
    """Why there can be no machines here; nothing when there can."""
    if os.geteuid() != 0:
        return "name spaces need root"
    if shutil.which("ip") is None:
        return "iproute2 is not installed: apt install iproute2"
    probe = f"nl{os.getpid()}probe"
    if subprocess.run(["ip", "netns", "add", probe], check=False, capture_output=True).returncode:
        return "the kernel allows no network name spaces here"
    _ip("netns", "del", probe)
    return ""


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Hosts:
    """A server's machine with PostgreSQL and a relay, and some machines for workers."""

    def __init__(self, folder: Path, *, readers: int, connections: int, workers: int = 2, begins: bool = True) -> None:
        """`begins`: whether the send has begun, or is only approved."""
        self._mark = f"nl{os.getpid()}"
        self._folder = folder
        self.connections = connections
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._names: list[str] = []
        try:
            self._wire(workers)
            self.cluster = Cluster(self._inside("s"), listens=SERVER)
            self.relay = RelayHand(folder, rough=False, inside=self._inside("s"), host=SERVER)
            self.work = (begin if begins else prepare)(
                folder / "workspace",
                register=self.cluster.url(),
                readers=readers,
                port=self.relay.port,
                connections=connections,
                host=SERVER,
            )
        except BaseException:
            self.close()
            raise

    def _wire(self, workers: int) -> None:
        """A switch in the server's machine; each worker's machine has a wire to it."""
        server = self._name("s")
        self._add(server)
        _ip("-n", server, "link", "add", "switch", "type", "bridge")
        _ip("-n", server, "addr", "add", f"{SERVER}/24", "dev", "switch")
        _ip("-n", server, "link", "set", "switch", "up")
        for number in range(1, workers + 1):
            host = self._name(str(number))
            self._add(host)
            _ip("-n", server, "link", "add", f"wire{number}", "type", "veth", "peer", "name", "eth0", "netns", host)
            _ip("-n", server, "link", "set", f"wire{number}", "master", "switch", "up")
            _ip("-n", host, "addr", "add", f"10.77.0.{number + 1}/24", "dev", "eth0")
            _ip("-n", host, "link", "set", "eth0", "up")

    def _add(self, name: str) -> None:
        _ip("netns", "add", name)
        self._names.append(name)
        _ip("-n", name, "link", "set", "lo", "up")

    def _name(self, host: str) -> str:
        return f"{self._mark}{host}"

    def _inside(self, host: str) -> list[str]:
        return ["ip", "netns", "exec", self._name(host)]

    def cut(self, number: int) -> None:
        """Cut a machine's wire."""
        _ip("-n", self._name("s"), "link", "set", f"wire{number}", "down")

    def mend(self, number: int) -> None:
        """Mend it."""
        _ip("-n", self._name("s"), "link", "set", f"wire{number}", "up")

    def start(self, number: int, *words: str, name: str = "") -> str:
        """A process of newsletter's on a machine; `words` for chaos_sender.py. Its name."""
        name = name or str(number)
        command = [*self._inside(str(number)), *SENDER, str(self.work.root), "--one", "--silence", str(SILENCE), *words]
        with (self._folder / f"host-{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                env=environment(NEWSLETTER_REGISTER=self.cluster.url(SERVER)),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        return name

    def signal(self, name: str, which: signal.Signals) -> None:
        """Send a signal to a process."""
        self._processes[name].send_signal(which)

    def stop(self) -> dict[str, int]:
        """Tell all to stop; with which code each ended."""
        for process in self._processes.values():
            process.terminate()
        return {name: process.wait(60) for name, process in self._processes.items()}

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """What the register says; asked on the server's machine."""
        with self.cluster.connect() as connection:
            return connection.execute(question).fetchall()

    def until(self, question: str, seconds: float = 60) -> None:
        """Until the register says yes."""
        until = time.monotonic() + seconds
        while not self.ask(question)[0][0]:
            if time.monotonic() > until:
                raise AssertionError(f"never so: {question}\n{self.said()}")
            time.sleep(0.05)

    def until_taken(self, mails: int, seconds: float = 60) -> None:
        """Until the relay has taken so many mails."""
        until = time.monotonic() + seconds
        while self.relay.taken() < mails:
            if time.monotonic() > until:
                raise AssertionError(f"{self.relay.taken()} mails only\n{self.said()}")
            time.sleep(0.02)

    def until_done(self) -> None:
        """Until the send is over."""
        self.until("SELECT count(*) > 0 AND bool_and(state = 'done') FROM sends", 90)

    def said(self) -> str:
        """What the processes wrote, and where the batches are."""
        told = [f"{path.name}:\n{path.read_text('utf-8')[-3000:]}" for path in sorted(self._folder.glob("host-*.log"))]
        return "\n".join([*told, str(self.ask("SELECT * FROM batches")), str(self.ask("SELECT * FROM workers"))])

    def close(self) -> None:
        """End all, and take the machines away."""
        for process in self._processes.values():
            process.kill()
            process.wait()
        if hasattr(self, "relay"):
            self.relay.kill()
        if hasattr(self, "cluster"):
            self.cluster.close()
        for name in self._names:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
