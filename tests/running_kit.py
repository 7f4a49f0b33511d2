"""A relay, a send of some people, and processes of `newsletter run` that work it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ledger_kit import new_send, some_people, states
from support import REPOSITORY, SETTINGS, write_workspace

from newsletter.delivery.ledger import freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from smtp_server import Running

    from newsletter.delivery.ledger import Frozen
    from newsletter.store.register import Register

DELIVERY = """\
environment: test
delivery:
  transport: smtp
  host: 127.0.0.1
  port: {port}
  security: none
  rate: 1000000
  per_domain: 50
  connections: {connections}
  allow: ["@firma.example"]
"""
OPEN = ("planned", "held", "dotted", "deferred")


def a_workspace(root: Path, port: int, connections: int = 4) -> Path:
    """A workspace that sends by a relay of this machine."""
    write_workspace(root)
    (root / "newsletter.yml").write_text(SETTINGS + DELIVERY.format(port=port, connections=connections), "utf-8")
    return root


def begin(register: Register, count: int, *, batch_size: int = 20, **words: Any) -> Frozen:
    """A send to so many, which has just begun."""
    ids = some_people(register, count)
    new = new_send(**words)
    return freeze(register, new, [(one, "all") for one in ids], now=datetime.now(UTC), batch_size=batch_size)


@dataclass
class Process:
    """`newsletter run` as a process of its own."""

    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 20) -> int:
        """Ask it to end, as systemd does; its exit code."""
        self.process.terminate()
        return self.process.wait(seconds)


@contextmanager
def running(
    root: Path, *words: str, count: int = 1, log: Path | None = None, within: tuple[str, ...] = ()
) -> Iterator[list[Process]]:
    """So many processes of `newsletter run`, each started by the words of `within`; at the end they are killed."""
    command = [*within, sys.executable, "-m", "newsletter", "--workspace", str(root), "run", "--really", *words]
    path = log or root / "run.log"
    with path.open("a", encoding="utf-8") as out:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
        started = [
            Process(subprocess.Popen(command, stdout=out, stderr=out, env=environment, text=True)) for _ in range(count)
        ]
        try:
            yield started
        finally:
            for each in started:
                each.kill()


def wait_for(condition: Callable[[], object], seconds: float = 30, every: float = 0.05) -> float:
    """How long it took until it was so."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it took too long"
        time.sleep(every)
    return time.monotonic() - began


def left(register: Register) -> int:
    """How many turns are not over."""
    return sum(states(register)[state] for state in OPEN)


def recipients(relay: Running) -> Counter[str]:
    """How often the relay took a mail for each."""
    return Counter(each["recipients"][0] for each in relay.accepted)
