"""Senders as processes of their own, quick to start: a parent that has everything in memory, and forks.

    python chaos_sender.py ROOT         forks a sender for each line it reads; says `began PID` and `ended PID CODE`
    python chaos_sender.py ROOT --one   is one sender

A sender is `newsletter run --really`, or with `--bare` the lanes alone, without an engine. Only its waits are shorter
where hours are meant: after a server's `later`, before the next try to reach a relay that is gone, and before a worker
of another machine that is silent counts as dead (`--silence SECONDS`). `--mute` never says that it is alive; `--stuck`
stands still in the middle of the first transaction that ends a batch. `--begin` only begins the send. `--power` is for
chaos_power. `--careless` sends again what a dead sender may have sent: the harness must see it.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import select
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import chaos_power
from chaos_workshop import start
from sqlalchemy.exc import OperationalError

from newsletter.cli import run
from newsletter.delivery.ledger import book, life, limits, sql
from newsletter.delivery.running import engine, sweep
from newsletter.delivery.sending import Crew, circuit, conversation, crew, heart
from newsletter.delivery.sending.opening import open_office
from newsletter.problems import Invalid, Refused
from newsletter.settings import read_settings
from newsletter.store.register import open_register

TURNED_AWAY = 75
_LATER, _LOOK = 0.4, 0.2


def hurry(chosen: argparse.Namespace) -> None:
    """Shorter waits."""
    conversation.waits = lambda _attempt: _LATER
    limits.FIRST_PAUSE, limits.LONGEST_PAUSE = _LATER, 2 * _LATER
    circuit.Circuit.__init__.__defaults__ = ((0.05, 0.1, 0.2, 0.3),)
    crew._POLL = _LOOK
    engine.SWEEP = engine._AGAIN = run._SCHEDULE = 2 * _LOOK
    heart.BEAT = 1e6 if chosen.mute else _LOOK
    if chosen.power:
        chaos_power.note(chosen.root)
    if chosen.careless:
        again = (
            f"UPDATE deliveries SET state = 'planned', token = NULL WHERE {sql._MINE} AND state IN ('held', 'dotted')"
        )
        sql.Statements.left_dotted = sql.Statements.left_unknown = again
    if chosen.stuck:
        book.finish = _stuck
    if chosen.silence:
        life.SILENCE = sweep.SILENCE = chosen.silence


def _stuck(hand: Any, _writer: Any, batch: Any, _now: datetime) -> NoReturn:
    hand.row(hand.words.lock_send, {"send": batch.send_id})
    while True:
        time.sleep(1)


def work(chosen: argparse.Namespace) -> None:
    """Send until told to stop."""
    if chosen.begin:
        start(chosen.root)
    elif chosen.bare:
        bare(chosen.root)
    else:
        words = ["--workspace", str(chosen.root), "--really", "--role", chosen.role]
        run.command.main(words, standalone_mode=False)


def bare(root: Path) -> None:
    """The ledger and the lanes, and nothing else."""
    settings = read_settings(root)
    register = open_register(root, settings)
    environ: dict[str, str] = {}

    def tell(level: str, text: str) -> None:
        print(f"{level}: {text}", flush=True)  # noqa: T201

    with open_office(
        root, settings, register, environ=environ, clock=lambda: datetime.now(UTC), role="worker", tell=tell
    ) as office:
        signal.signal(signal.SIGTERM, lambda *_: office.stop.set())
        Crew(office, lanes=settings.delivery.connections).run()
    register.close()


def one(chosen: argparse.Namespace) -> int:
    """Be a sender; the exit code. SIGUSR1 makes it say where it is."""
    faulthandler.register(signal.SIGUSR1)
    try:
        work(chosen)
    except BaseException as error:  # noqa: BLE001  told, and counted as a fall
        if _is_turned_away(error):
            print(f"{os.getpid()} turned away: {error}", flush=True)  # noqa: T201
            return TURNED_AWAY
        print(f"{os.getpid()} fell\n{traceback.format_exc()}", flush=True)  # noqa: T201
        return 1
    return 0


def _is_turned_away(error: BaseException) -> bool:
    """The register could not be reached when the sender began: whoever started it does so again."""
    began = {frame.name for frame in traceback.extract_tb(error.__traceback__)} & {"open_register", "enlist", "_enlist"}
    return bool(began) and isinstance(error, Invalid | Refused | OperationalError)


def nursery(chosen: argparse.Namespace) -> None:
    """Fork senders until the input ends."""
    children = 0
    while True:
        readable, _, _ = select.select([0], [], [], 0.02 if children else None)
        if readable:
            if not os.read(0, 1):
                return
            pid = os.fork()
            if not pid:
                os._exit(_child(chosen))
            children += 1
            os.write(1, f"began {pid}\n".encode())
        while children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            children -= 1
            os.write(1, f"ended {pid} {os.waitstatus_to_exitcode(status)}\n".encode())


def _child(chosen: argparse.Namespace) -> int:
    out = os.open(chosen.root / "senders.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    return one(chosen)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--one", action="store_true")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--mute", action="store_true")
    parser.add_argument("--stuck", action="store_true")
    parser.add_argument("--begin", action="store_true")
    parser.add_argument("--power", action="store_true")
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--role", default="all")
    parser.add_argument("--silence", type=float)
    chosen = parser.parse_args()
    hurry(chosen)
    if chosen.one:
        return one(chosen)
    nursery(chosen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
