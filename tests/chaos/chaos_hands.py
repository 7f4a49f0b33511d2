"""The hands that start and kill: the relay and the senders of one send."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import smtp_server
from smtp_server import Rule, Script, rule

TURNED_AWAY = 75
SENDER = (sys.executable, str(Path(__file__).with_name("chaos_sender.py")))
_PLAIN = (
    rule("rcpt", "550 5.1.1 User unknown", match="bad"),
    Rule("rcpt", do="also", reply="", delay=0.05, every=3),
    Rule("dot", do="also", reply="", delay=0.3, every=5),
    Rule("dot", do="also", reply="", delay=0.1),
)
"""Slow, so that a send lasts; the mail is written down before the wait, so that a kill in it leaves doubt."""
_ROUGH = (
    rule("rcpt", "450 4.7.1 Greylisted, try again", times=1, per="recipient", match="grey"),
    rule("mail", "421 4.3.2 back in a moment", every=97, hang_up=True),
    rule("dot", "451 4.3.0 queue file write error", every=53),
    *_PLAIN,
)


def script(*, rough: bool, pipelining: bool) -> Script:
    """A relay that is slow; rough: one that greylists, puts off and hangs up, too."""
    chosen = Script(rules=_ROUGH if rough else _PLAIN)
    return chosen if pipelining else replace(chosen, offers=("8BITMIME", "SMTPUTF8", "DSN"))


def environment(**more: str) -> dict[str, str]:
    """For processes of ours: the repository's newsletter, and no register or key but the workspace's own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NEWSLETTER_")}
    found = [str(Path(__file__).parents[up]) for up in range(3)]
    return {**kept, "PYTHONPATH": os.pathsep.join(found), **more}


class RelayHand:
    """A relay with one log through all its lives."""

    def __init__(self, folder: Path, *, rough: bool, **words: Any) -> None:
        """`words`: where it runs, for smtp_server.start."""
        self.log = folder / "relay.jsonl"
        self._rough, self._words = rough, words
        self._seen = self._taken = 0
        self._running = smtp_server.start(self.log, script(rough=rough, pipelining=True), **words)
        self.port = self._running.port

    def kill(self) -> None:
        """As it stands."""
        self._running.kill()

    def start(self, *, pipelining: bool) -> None:
        """Again on the same port, with the same log."""
        chosen = script(rough=self._rough, pipelining=pipelining)
        self._running = smtp_server.start(self.log, chosen, port=self.port, **self._words)

    def taken(self) -> int:
        """How many mails it has written down."""
        with self.log.open("rb") as file:
            file.seek(self._seen)
            new = file.read()
        self._seen += len(new)
        self._taken += new.count(b"\n")
        return self._taken


class Senders:
    """The senders of a send: processes that can be killed and started again."""

    def __init__(self, root: Path, *words: str) -> None:
        """`words`: for chaos_sender.py."""
        self._ended: dict[int, int] = {}
        self._began: list[int] = []
        self._news = threading.Condition()
        self._log = root / "senders.log"
        self._nursery = subprocess.Popen(
            [*SENDER, str(root), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.expected: set[int] = set()
        """Whom we killed or told to stop."""

    def _read(self) -> None:
        assert self._nursery.stdout is not None
        for line in self._nursery.stdout:
            word, pid, *rest = line.split()
            with self._news:
                if word == b"began":
                    self._began.append(int(pid))
                else:
                    self._ended[int(pid)] = int(rest[0])
                self._news.notify_all()

    def start(self) -> int:
        """One more; its process number."""
        assert self._nursery.stdin is not None
        with self._news:
            before = len(self._began)
            self._nursery.stdin.write(b"+")
            self._nursery.stdin.flush()
            assert self._news.wait_for(lambda: len(self._began) > before, 20), "no sender began"
            return self._began[-1]

    @property
    def running(self) -> list[int]:
        """Those that have not ended."""
        with self._news:
            return [pid for pid in self._began if pid not in self._ended]

    def kill(self, pid: int) -> None:
        """As it stands."""
        self._end(pid, signal.SIGKILL, 20)

    def stop(self, pid: int) -> float:
        """Told to stop; in how many seconds it did."""
        began = time.monotonic()
        self._end(pid, signal.SIGTERM, 30)
        return time.monotonic() - began

    def wait(self, pid: int) -> None:
        """Until it ends by itself."""
        self.expected.add(pid)
        with self._news:
            assert self._news.wait_for(lambda: pid in self._ended, 30), f"{pid} does not end"

    def _end(self, pid: int, how: signal.Signals, seconds: float) -> None:
        self.expected.add(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        with self._news:
            if not self._news.wait_for(lambda: pid in self._ended, seconds):
                raise AssertionError(f"sender {pid} did not end in {seconds} seconds after {how.name}")

    def fallen(self) -> list[int]:
        """Those that ended by themselves, or badly when told to stop."""
        with self._news:
            return [
                pid
                for pid, code in self._ended.items()
                if code != TURNED_AWAY
                and (pid not in self.expected or code not in (0, -signal.SIGKILL, -signal.SIGTERM))
            ]

    def stacks(self) -> None:
        """Have all of them write where they are."""
        for pid in self.running:
            os.kill(pid, signal.SIGUSR1)
        time.sleep(0.5)

    def said(self) -> str:
        """What they wrote."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    def close(self) -> None:
        """Kill all."""
        for pid in self.running:
            self.kill(pid)
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(20)
        self._reader.join(20)
        self._nursery.stdout.close()


def stamp(path: Path) -> tuple[int, int]:
    """What changes when a file is written."""
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
