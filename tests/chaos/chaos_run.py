"""One send through many kills: at random points something is killed and started again; at the end it is counted."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import chaos_power
from chaos_count import count
from chaos_database import Cluster
from chaos_hands import RelayHand, Senders, stamp
from chaos_result import CONNECTIONS, KILLS, Kill, Result
from chaos_workshop import Work, begin, go_on, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_QUIET = 60.0
"""Seconds without a mail taken after which something hangs."""
_SETTLES = 10.0
_STALE = "SELECT count(*) FROM batches WHERE state = 'working' AND ({alive}) AND epoch <> {epoch}"
_DOUBT = """SELECT count(*) FROM deliveries JOIN batches ON number = batch WHERE deliveries.state = 'in_doubt'
    OR (batches.state = 'working' AND NOT ({alive})
        AND (deliveries.state = 'dotted' OR (deliveries.state = 'held' AND epoch <> {epoch})))"""
"""Those in doubt, and those who will be as soon as a dead sender's batch is taken over."""
_GROUP, _WHILE_SETTLING = 2, 12
"""Kills at a time, and mails that go out meanwhile, on average."""
_OWNERS = "SELECT owner FROM batches WHERE state = 'working'"


class Chaos:
    """One send and its killer."""

    def __init__(
        self,
        folder: Path,
        database: str,
        *,
        readers: int,
        kills: int,
        seed: int,
        rough: bool = False,
        bare: bool = False,
        settle: bool = False,
        words: Sequence[str] = (),
        only: str = "",
    ) -> None:
        """`rough`: the relay puts off, too. `bare`: without an engine. `only`: kills whose names begin so.

        `settle`: at the end those in doubt are settled. `words`: more for chaos_sender.py.
        """
        self.result = Result(database=database, rough=rough, readers=readers, seed=seed)
        self.random = random.Random(seed)
        self._folder, self._kills, self._words = folder, kills, [*words]
        if bare:
            self._words += ["--bare"]
        if database == "sqlite":
            self._words += ["--power", "--silence", "0.5"]
        self._settles = settle
        self._kinds = [kind for kind in KILLS if kind.only in ("", database) and kind.name.startswith(only)]
        self._acts: dict[str, Callable[[], None]] = {
            "sender, SIGKILL": self._kill_sender,
            "sender, SIGKILL in the middle of a commit": self._kill_in_commit,
            "the machine, by loss of power": self._lose_power,
            "sender, SIGTERM": self._stop_sender,
            "one of two senders, SIGKILL": self._kill_one_of_two,
            "relay, SIGKILL": self._kill_relay,
            "relay and sender, SIGKILL": self._kill_both,
            "PostgreSQL, stop -m immediate": self._crash,
            "PostgreSQL, a backend killed with -9": self._kill_backend,
            "PostgreSQL and sender, at once": self._crash_all,
            "PostgreSQL, and sender told to stop": self._crash_and_stop,
        }

    def run(self) -> Result:
        """Send and kill, then count."""
        began = time.monotonic()
        self.relay = RelayHand(self._folder, rough=self.result.rough)
        self.cluster = Cluster() if self.result.database == "postgresql" else None
        try:
            self.work = self._begin()
            self.senders = Senders(self.work.root, *self._words)
            try:
                self._run()
                self.result.count = count(self.work, self.relay.log)
                if self._settles:
                    self.senders.start()
                    settle(self.work, self.relay.log)
                    self._until_over()
                    self.result.settled = count(self.work, self.relay.log)
                self.result.fallen, self.result.said = len(self.senders.fallen()), self.senders.said()
            finally:
                self.senders.close()
        finally:
            self.relay.kill()
            if self.cluster is not None:
                self.cluster.close()
        self.result.seconds = time.monotonic() - began
        return self.result

    def _begin(self) -> Work:
        register = self.cluster.url() if self.cluster else None
        return begin(
            self._folder / "workspace",
            register=register,
            readers=self.result.readers,
            port=self.relay.port,
            connections=CONNECTIONS,
        )

    def _run(self) -> None:
        self.senders.start()
        doubt = 0
        while self._kills and not self._is_over():
            self._until(self.relay.taken() + self._some_mails(self._kills))
            killed = self._some_kills()
            self._until_settled()
            now = self._in_doubt()
            self.result.note(killed, now - doubt)
            doubt = now
        self._until_over()

    def _some_kills(self) -> list[Kill]:
        """Kill once, or a few times before anything has settled; what was killed."""
        killed: list[Kill] = []
        for _ in range(min(self._kills, self.random.choice((1, 1, 1, 2, 3, 4)))):
            time.sleep(self.random.choice((0, 0.02, 0.1, 0.3)) * self.random.random())
            if self._is_over():
                break
            killed += self.random.choices(self._kinds, [kind.weight for kind in self._kinds])
            self._acts[killed[-1].name]()
            self._at_least_one()
        self._kills -= len(killed)
        return killed

    def _until_settled(self) -> None:
        """Until all lanes have gone on, and know of a crash: then who is in doubt, or will be, is known."""
        taken, until = self.relay.taken(), time.monotonic() + _SETTLES
        while not self._is_over() and time.monotonic() < until:
            self._at_least_one()
            if self.relay.taken() > taken + CONNECTIONS and not self._ask(_STALE.format(**self._facts())):
                break
            time.sleep(0.05)
        before = -1
        while (now := self._in_doubt()) != before:
            before = now
            time.sleep(0.1)

    def _facts(self) -> dict[str, str]:
        """For questions: the owners that live, as a pattern, and what changes when commits can have been lost."""
        alive = " OR ".join(f"owner LIKE '%-{pid}-%'" for pid in self.senders.running) or "false"
        epoch = "(SELECT mark FROM epochs)" if self.cluster else f"'{chaos_power.boot(self.work.root)}'"
        return {"alive": alive, "epoch": epoch}

    def _some_mails(self, kills: int) -> int:
        """How many until the next kill, so that all kills fall into the send; often none at all."""
        unsent = self._ask("SELECT count(*) FROM deliveries WHERE state IN ('planned', 'held', 'deferred')")
        mean = unsent * _GROUP / (kills + 1) - _WHILE_SETTLING
        return min(int(self.random.expovariate(1) * max(0, mean)), unsent // 2)

    def _until(self, point: int) -> None:
        """Until the relay has taken so many mails, or the send is over."""
        known, since = -1, time.monotonic()
        while (taken := self.relay.taken()) < point:
            if taken != known:
                known, since = taken, time.monotonic()
            elif time.monotonic() - since > 2 and self._is_over():
                return
            self._not_for_ever(since)
            self._at_least_one()
            time.sleep(0.005)

    def _until_over(self) -> None:
        since = time.monotonic()
        while not self._is_over():
            self._not_for_ever(since)
            self._at_least_one()
            time.sleep(0.1)
        for pid in self.senders.running:
            self._stop(pid)

    def _not_for_ever(self, since: float) -> None:
        if time.monotonic() - since > _QUIET:
            self.senders.stacks()
            raise AssertionError(f"nothing happens any more: {self.result}\n{self._portrait()}")

    def _portrait(self) -> str:
        """Where everything stands, for whoever must find out why."""
        told = [
            f"{table}: {self._rows(f'SELECT * FROM {table}')}"
            for table in ("sends", "batches", "workers", "relay_lanes")
        ]
        states = self._rows("SELECT state, batch, count(*) FROM deliveries GROUP BY 1, 2 ORDER BY 1, 2")
        return "\n".join([*told, f"deliveries: {states}", self.senders.said()[-6000:]])

    def _at_least_one(self) -> None:
        if not self.senders.running:
            self.senders.start()

    def _in_doubt(self) -> int:
        return self._ask(_DOUBT.format(**self._facts()))

    def _is_over(self) -> bool:
        ((state, reason),) = self._rows("SELECT state, reason FROM sends")
        if state == "stopped":  # three kills of the relay without a mail between them: a person says go on
            self.result.stops.append(reason)
            go_on(self.work)
        return state == "done"

    def _ask(self, question: str) -> int:
        return int(self._rows(question)[0][0])

    def _rows(self, question: str) -> list[Any]:
        if self.cluster is not None:
            with self.cluster.connect() as connection:
                return connection.execute(question).fetchall()
        path = self.work.root / "subscribers" / "register.sqlite"
        with closing(sqlite3.connect(path, timeout=30)) as file:
            return file.execute(question).fetchall()

    def _some_sender(self) -> int:
        self._at_least_one()
        return self.random.choice(self.senders.running)

    def _kill_sender(self) -> None:
        self.senders.kill(self._some_sender())

    def _kill_in_commit(self) -> None:
        """As soon as the file's log changes: a commit is being written."""
        pid = self._some_sender()
        log = self.work.root / "subscribers" / "register.sqlite-wal"
        before, until = stamp(log), time.monotonic() + 0.5
        while stamp(log) == before and time.monotonic() < until:
            pass
        self.senders.kill(pid)

    def _lose_power(self) -> None:
        for pid in self.senders.running:
            self.senders.kill(pid)
        chaos_power.lose(self.work.root, self.random)

    def _stop(self, pid: int) -> None:
        self.result.slowest_stop = max(self.result.slowest_stop, self.senders.stop(pid))

    def _stop_sender(self) -> None:
        self._stop(self._some_sender())

    def _kill_one_of_two(self) -> None:
        while len(self.senders.running) < 2:
            self.senders.start()
        time.sleep(self.random.random() * 0.4)
        self.senders.kill(self._some_sender())

    def _kill_relay(self) -> None:
        self.relay.kill()
        time.sleep(self.random.random() * 0.2)
        self.relay.start(pipelining=self.random.random() < 0.5)

    def _kill_both(self) -> None:
        self.relay.kill()
        self._kill_sender()
        self.relay.start(pipelining=self.random.random() < 0.5)

    def _crash(self) -> None:
        assert self.cluster is not None
        self.cluster.crash()
        time.sleep(self.random.random() * 0.2)
        self.cluster.start()

    def _kill_backend(self) -> None:
        assert self.cluster is not None
        self.cluster.kill_backend(self.random)
        self.cluster.wait()

    def _crash_all(self) -> None:
        assert self.cluster is not None
        pid = self._some_sender()
        if self.random.random() < 0.5:
            self.cluster.crash()
            self.senders.kill(pid)
        else:
            self.senders.kill(pid)
            self.cluster.crash()
        self.cluster.start()

    def _crash_and_stop(self) -> None:
        assert self.cluster is not None
        pid = self._some_sender()
        self.cluster.crash()
        stopping = threading.Thread(target=self._stop, args=(pid,))
        stopping.start()
        time.sleep(self.random.random() * 0.5)
        self.cluster.start()
        stopping.join()
