"""What the ledger costs: freezing an audience, mails that become files, mails to a relay. SQLite and PostgreSQL.

Each measure runs in a process of its own (`--do`), so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tables import Section, at_most, ms, section, table

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)
MANY = 1_000_000
STEPS = 20_000
WINDOW = 500
Facts = dict[str, Any]


def measure(people: int) -> Section:
    """Everything, on both databases."""
    from postgresql import start

    folder = Path(tempfile.mkdtemp(prefix="newsletter-bench-"))
    server = start()
    try:
        found = {"SQLite": _measured(folder / "file", None, people)}
        found["PostgreSQL"] = _measured(folder / "server", server, people)
    finally:
        server.stop()
        shutil.rmtree(folder)
    return section("The ledger", _told(people), _table(found, people))


def _told(people: int) -> str:
    return f"""\
{people:,} people are frozen in one transaction, out of a stream of their numbers. Then the whole send is worked as for
the outbox, with nothing written: windows of {WINDOW}, each held (durable on SQLite), read with its people, settled. And
{STEPS:,} mails as to a relay: windows of 20, one `step` for each mail. The server of the tests runs without `fsync`."""


def _table(found: dict[str, Facts], people: int) -> str:
    def of(key: str, name: str) -> list[float]:
        return [each[key][name] for each in found.values()]

    def row(words: str, values: list[float], unit: str = " µs", target: str = "") -> list[str]:
        return [words, *(f"{value:.1f}{unit}" for value in values), target]

    rows = [
        [f"freeze, {people:,} people", *map(ms, of("freeze", "seconds")), ""],
        ["peak memory of it", *(f"{value / 1e6:.0f} MB" for value in of("freeze", "peak")), "≤ 200 MB"],
        row(
            "a row taken, held, settled: clock",
            of("files", "each"),
            target=at_most(15, *of("files", "each"), unit=" µs"),
        ),
        row("… of it this process", of("files", "cpu")),
        ["peak memory of it", *(f"{value / 1e6:.0f} MB" for value in of("files", "peak")), "≤ 200 MB"],
        row("a window of 20, each row", of("steps", "hold")),
        row("a step", of("steps", "step"), target=at_most(200, *of("steps", "step"), unit=" µs")),
        row("status of the send", [value * 1000 for value in of("status", "seconds")], " ms"),
    ]
    return table(["", *found, "target"], rows)


def _measured(root: Path, server: Any, people: int) -> Facts:
    from newsletter.build.starter import write_starter

    write_starter(root)
    if server is not None:
        (root / "register-url").write_text(server.database())
    _do("people", root, people)
    return {what: _do(what, root) for what in ("freeze", "steps", "files", "status")}


def _do(what: str, root: Path, *words: object) -> Facts:
    command = [sys.executable, __file__, "--do", what, str(root), *map(str, words)]
    url = root / "register-url"
    environment = {**os.environ, **({"NEWSLETTER_REGISTER": url.read_text()} if url.exists() else {})}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    facts: Facts = json.loads(done.stdout)
    print(root.name, what, facts, file=sys.stderr, flush=True)
    return facts


def opened(root: Path) -> Any:
    from newsletter.settings import read_settings
    from newsletter.store.register import open_register

    return open_register(root, read_settings(root))


def peak() -> int:
    """The highest memory of this process since it began, in bytes."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def _ledger(register: Any) -> Any:
    from newsletter.delivery.ledger import Ledger, Worker

    worker = Worker(register, role="worker", clock=lambda: NOW)
    worker.enlist()
    return Ledger(register, worker, lambda: NOW)


def do_people(root: Path, number: str) -> Facts:
    """People who may all be written to: not measured."""
    from sqlalchemy import delete, update

    from newsletter.store.tables import companies, people, suppressions
    from newsletter.subscribers.sample.making import sample

    register = opened(root)
    count = int(number)
    sample(register, number=count * 4 // 10, people_number=count, seed=1, now=NOW, actor="bench")
    with register.write() as connection:
        connection.execute(update(people).values(state="subscribed", basis="consent"))
        connection.execute(update(companies).values(state="active"))
        connection.execute(delete(suppressions))
    if not register.is_sqlite:
        with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    register.close()
    return {}


def do_freeze(root: Path) -> Facts:
    """One transaction, twelve editions."""
    from ledger_kit import LETTER
    from sqlalchemy import select

    from newsletter.delivery.ledger import NewSend, freeze
    from newsletter.delivery.letter import Sheet
    from newsletter.store.tables import people
    from newsletter.subscribers.audience import stream

    register = opened(root)
    names = [f"edition-{number:02}" for number in range(12)]
    new = NewSend(
        issue="2027-01",
        digest="0" * 64,
        approved_by="bench",
        approved_at=NOW,
        send_at=NOW,
        transport="nowhere",
        letter=LETTER,
        sheets={name: Sheet(name=name, html="<p>Hej</p>" * 6_000, text="Hej") for name in names},
    )

    def everybody(connection: Any) -> Any:
        wanted = select(people.c.id).where(people.c.state == "subscribed").order_by(people.c.id)
        return ((one, names[one % 12]) for (one,) in stream(connection, wanted))

    begin = time.perf_counter()
    done = freeze(register, new, everybody, now=NOW)
    seconds = time.perf_counter() - begin
    register.close()
    return {"seconds": seconds, "size": done.size, "peak": peak()}


def do_files(root: Path) -> Facts:
    """What is left of the send, as for the outbox."""
    from newsletter.delivery.ledger import Outcome

    register = opened(root)
    ledger = _ledger(register)
    count, begin, cpu = 0, time.perf_counter(), time.process_time()
    while batch := ledger.take():
        while turns := ledger.hold(batch, WINDOW):
            ledger.settle(batch, [Outcome(turn, "accepted") for turn in turns])
            count += len(turns)
        ledger.finish(batch)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    ledger.close()
    register.close()
    return {"count": count, "each": seconds / count * 1e6, "cpu": cpu / count * 1e6, "peak": peak()}


def do_steps(root: Path) -> Facts:
    """Some mails as to a relay."""
    from newsletter.delivery.ledger import Outcome

    register = opened(root)
    ledger = _ledger(register)
    count, held, stepped = 0, 0.0, 0.0
    batch = ledger.take()
    while count < STEPS and batch:
        begin = time.perf_counter()
        turns = ledger.hold(batch, 20)
        between = time.perf_counter()
        held += between - begin
        last: list[Any] = []
        for turn in turns:
            assert ledger.step(batch, last, turn)
            last = [Outcome(turn, "accepted", 250, "2.0.0 Ok: queued as 4F2A1B7C9D")]
        if last:
            ledger.step(batch, last, None)
        stepped += time.perf_counter() - between
        count += len(turns)
        if not turns:
            ledger.finish(batch)
            batch = ledger.take()
    if batch:
        ledger.finish(batch)
    ledger.close()
    register.close()
    return {"count": count, "hold": held / count * 1e6, "step": stepped / count * 1e6}


def do_status(root: Path) -> Facts:
    """How the send stands."""
    from newsletter.delivery.ledger import status

    register = opened(root)
    begin = time.perf_counter()
    with register.read() as connection:
        (found,) = status(connection, "2027-01", NOW)
    return {"seconds": time.perf_counter() - begin, "counts": dict(found.counts)}


def main() -> None:
    """All of it, or one measure."""
    if sys.argv[1:2] == ["--do"]:
        what, root, *words = sys.argv[2:]
        print(json.dumps(globals()[f"do_{what}"](Path(root), *words)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="kept for the other parts' sake")
    parser.add_argument("--people", type=int, default=MANY, help=f"how many ({MANY:,})")
    print(measure(parser.parse_args().people))


if __name__ == "__main__":
    main()
