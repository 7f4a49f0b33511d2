"""How far it scales: worker processes on PostgreSQL into a sink, beside bare sockets; and bytes of a row of the ledger.

    python bench/scale.py [--mails 6000] [--processes 1,2,4,8] [--rows 200000]

For each number of processes, bare sockets and ours in turn, in one run: `newsletter run --role worker` with the ledger
durable (fsync on), over eight connections to one smtp-sink, personalised mails of 60 KB, a thousand domains. The bare
loop replays one fixed mail from as many processes over as many connections: what this machine could do at most. CPU is
counted by process, so it says what a core does when others load the machine, too.
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

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from smtp import LINE, SIZE, a_sink, bare  # noqa: E402
from tables import Section, section, table  # noqa: E402

CONNECTIONS = 8
TICK = os.sysconf("SC_CLK_TCK")
PEOPLE = """INSERT INTO people
    (address, address_key, address_hash, name, first_name, state, basis, created_at, updated_at)
    SELECT address, address, decode(md5(address), 'hex'), 'Ida Holm ' || n, 'Ida', 'subscribed', 'consent',
        clock_timestamp(), clock_timestamp()
    FROM (SELECT n, 'reader' || n || '@firma' || n %% 1000 || '.example' AS address
        FROM generate_series(%s::int, %s::int) AS n) AS made"""
TOLD = f"""Each row: the bare loop, then ours, one after the other. {CONNECTIONS} connections to one `smtp-sink` in all,
mails of {SIZE // 1000} KB, PostgreSQL with `fsync` on the same machine. CPU in µs a mail: of the workers, of
PostgreSQL, of the sink, and of the bare loop itself; and the mails a second of a core that workers and PostgreSQL
have for themselves."""


class Bench:
    """A register on a server of its own, durable, and a workspace."""

    def __init__(self) -> None:
        from postgresql import start

        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-scale-"))
        self.server = start()
        run = self.server._run  # noqa: SLF001
        run("pg_ctl", "stop", "--mode=fast")
        settings = f"-k {self.server.folder} -c listen_addresses='' -c shared_buffers=512MB -c max_wal_size=4GB"
        run("pg_ctl", "start", "--wait", "--log", str(self.server.folder / "log"), "--options", settings)
        self.url = self.server.database()
        os.environ["NEWSLETTER_REGISTER"] = self.url
        self.register = self._opened()
        self.issues = 0
        self.people = 0

    def _opened(self) -> Any:
        from newsletter.settings import read_settings
        from newsletter.store.register import open_register

        (self.folder / "workspace").mkdir()
        register = open_register(self.folder / "workspace", read_settings(REPOSITORY))
        os.environ["NEWSLETTER_KEY"] = register.key.hex()
        return register

    def close(self) -> None:
        self.register.close()
        self.server.stop()
        shutil.rmtree(self.folder)

    def one(self, statement: str, *values: Any) -> Any:
        """The first value that a statement gives."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchone()[0] if cursor.description else None

    def with_people(self, number: int) -> None:
        if number > self.people:
            self.one(PEOPLE, self.people + 1, number)
            self.people = number
            self.one("VACUUM ANALYZE people")

    def begin(self, number: int) -> int:
        """A send to so many; its number."""
        from dataclasses import replace

        from ledger_kit import LETTER, new_send

        from newsletter.delivery.ledger import freeze
        from newsletter.delivery.letter import Sheet

        self.with_people(number)
        self.issues += 1
        name = f"bench-{self.issues}"
        text = (LINE.decode("ascii").replace("=C3=B8", "ø") * (SIZE // len(LINE) - 6)).replace("\r", "")
        sheet = Sheet(
            name="all", html=f"<p>Hej {{{{ reader.first_name }}}}</p>{text}", text="Hej {{ reader.first_name }}"
        )
        letter = replace(LETTER, issue=name, defaults={"first_name": "alle"})
        new = new_send(name, letter=letter, sheets={"all": sheet})
        chosen = ((one, "all") for one in range(1, number + 1))
        size = max(20, min(500, -(-number // (CONNECTIONS * 4))))
        return freeze(self.register, new, chosen, now=datetime.now(UTC), batch_size=size).send_id


def cpu_of(*pids: int) -> float:
    """Seconds of processor time that these processes have used."""
    return sum(_spent(pid, 11) for pid in pids)


def cpu_of_server(bench: Bench) -> float:
    """The same of PostgreSQL: those of its processes that are there, and those that have ended."""
    main = int((bench.server.folder / "data/postmaster.pid").read_text().split()[0])
    found = subprocess.run(["pgrep", "-P", str(main)], capture_output=True, text=True, check=False).stdout.split()
    return cpu_of(main, *map(int, found)) + _spent(main, 13)


def _spent(pid: int, field: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[field]) + int(fields[field + 1])) / TICK


def sink_pid(port: int) -> int:
    found = subprocess.run(["pgrep", "-f", f"smtp-sink.*:{port} "], capture_output=True, text=True, check=True).stdout
    return int(found.split()[0])


def bare_rate(port: int, processes: int, mails: int) -> tuple[float, float]:
    """Mails a second, and the loop's CPU in µs a mail."""
    words = [sys.executable, __file__, "--bare", str(port), str(CONNECTIONS // processes), str(mails // processes)]
    started = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(processes)]
    for each in started:
        each.stdout.readline()
    for each in started:
        each.stdin.write(b"go\n")
        each.stdin.flush()
    facts = [json.loads(each.communicate()[0]) for each in started]
    return mails / max(each["seconds"] for each in facts), sum(each["cpu"] for each in facts) / mails * 1e6


def ours_rate(bench: Bench, port: int, processes: int, mails: int) -> dict[str, float]:
    """Mails a second, and CPU in µs a mail."""
    root = bench.folder / "workspace"
    from running_kit import DELIVERY
    from support import SETTINGS

    text = DELIVERY.format(port=port, connections=CONNECTIONS).replace("environment: test", "environment: production")
    (root / "newsletter.yml").write_text(SETTINGS + text.replace("rate: 1000000", "rate: 100000000"), "utf-8")
    words = [sys.executable, "-m", "newsletter", "--workspace", str(root), "run", "--really", "--role", "worker"]
    log = (bench.folder / "log").open("a")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    started = [subprocess.Popen(words, stdout=log, stderr=log, env=environment) for _ in range(processes)]
    try:
        _wait(bench, "SELECT count(*) FROM workers", processes)
        time.sleep(4)  # everybody knows everybody's share
        pids = [each.pid for each in started]
        begun = (cpu_of(*pids), cpu_of_server(bench), cpu_of(sink_pid(port)))
        send = bench.begin(mails)
        frozen, wal = cpu_of_server(bench), bench.one("SELECT pg_current_wal_lsn()::text")
        _wait(bench, f"SELECT count(*) FROM deliveries WHERE send_id = {send} AND state = 'accepted'", mails)
        ended = (cpu_of(*pids), cpu_of_server(bench), cpu_of(sink_pid(port)))
    finally:
        for each in started:
            each.terminate()
        for each in started:
            each.wait(30)
    times = f"SELECT extract(epoch FROM max(at) - min(at))::float8 FROM deliveries WHERE send_id = {send}"
    written = float(bench.one("SELECT pg_current_wal_lsn() - %s::pg_lsn", wal)) / mails
    spent = {"workers": ended[0] - begun[0], "server": ended[1] - frozen, "sink": ended[2] - begun[2]}
    return {
        "rate": mails / bench.one(times),
        "wal": written,
        **{name: value / mails * 1e6 for name, value in spent.items()},
    }


def _wait(bench: Bench, question: str, number: int, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while bench.one(question) < number:
        if time.monotonic() > end:
            sys.exit(f"not done in time: {question}\n{(bench.folder / 'log').read_text()[-2000:]}")
        time.sleep(0.25)


def speeds(bench: Bench, numbers: list[int], mails: int) -> Section:
    """The table of mails a second."""
    rows = []
    with a_sink() as port:
        for number in numbers:
            limit, loop = bare_rate(port, number, mails)
            found = ours_rate(bench, port, number, mails)
            print(number, limit, loop, found, file=sys.stderr, flush=True)
            core = 1e6 / (found["workers"] + found["server"])
            speed = [f"{limit:.0f}/s", f"{found['rate']:.0f}/s", f"{found['rate'] / limit:.2f}"]
            cpu = [f"{value:.0f}" for value in (found["workers"], found["server"], found["sink"], loop)]
            rows.append([str(number), *speed, *cpu, f"{core:.0f}/s", f"{found['wal'] / 1000:.1f} kB"])
    heads = ["processes", "bare sockets", "ours", "ratio", "CPU: workers", "PostgreSQL", "sink", "bare loop"]
    heads += ["a core of ours", "WAL a mail"]
    return section("Worker processes on PostgreSQL", TOLD, table(heads, rows))


def sizes(bench: Bench, number: int) -> Section:
    """The table of bytes."""
    bench.with_people(number)
    before = bench.one("SELECT pg_total_relation_size('people')")
    begun = time.perf_counter()
    send = bench.begin(number)
    freezing = time.perf_counter() - begun
    fresh = bench.one("SELECT pg_total_relation_size('deliveries')")
    _work_through(bench, send)
    used = bench.one("SELECT pg_total_relation_size('deliveries')")
    indexes = bench.one("SELECT pg_indexes_size('deliveries')")
    batches = bench.one("SELECT pg_total_relation_size('batches')")
    print(number, before, fresh, used, indexes, batches, freezing, file=sys.stderr)
    rows = [
        [name, f"{value / number:.0f} B", f"{value / number * 10e6 / 1e9:.2f} GB"]
        for name, value in {
            "a person, with indexes": before,
            "a delivery, frozen": fresh,
            "… and sent": used,
            "… of it indexes": indexes,
            "its part of a batch": batches,
        }.items()
    ]
    told = f"""{number:,} rows on PostgreSQL, and what ten million would be by that; frozen in {freezing:.1f} s.
Each row was then held, dotted and accepted with an answer of 50 letters, batch by batch, as workers do it."""
    return section("Bytes of a row", told, table(["", "each", "10,000,000"], rows))


def _work_through(bench: Bench, send: int) -> None:
    """What workers do to each row, many at a time."""
    import psycopg

    token, answer = "0123456789abcdef", "2.0.0 Ok: queued as 4F2A1B7C9D; relay.kommune.example"
    with psycopg.connect(bench.url, autocommit=True) as connection:
        for (batch,) in connection.execute("SELECT number FROM batches WHERE send_id = %s", [send]).fetchall():
            mine = f"WHERE send_id = {send} AND batch = {batch}"
            connection.execute(f"UPDATE deliveries SET state = 'held', token = '{token}' {mine}".encode())
            connection.execute(f"UPDATE deliveries SET state = 'dotted', at = clock_timestamp() {mine}".encode())
            done = f"state = 'accepted', smtp_code = 250, smtp_text = '{answer}', relay = 'relay:587', token = NULL"
            connection.execute(f"UPDATE deliveries SET {done} {mine}".encode())


def bare_alone(port: int, connections: int, mails: int) -> None:
    """One process of the bare loop, when told to go."""
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    seconds = bare(port, connections, mails)
    print(json.dumps({"seconds": seconds, "cpu": time.process_time() - cpu}))


def main() -> None:
    """All of it, or one process of the bare loop."""
    if sys.argv[1:2] == ["--bare"]:
        bare_alone(*map(int, sys.argv[2:5]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=6_000)
    parser.add_argument("--processes", default="1,2,4,8")
    parser.add_argument("--rows", type=int, default=200_000)
    chosen = parser.parse_args()
    bench = Bench()
    try:
        if chosen.mails:
            print(speeds(bench, [int(each) for each in chosen.processes.split(",")], chosen.mails))
        if chosen.rows:
            print(sizes(bench, chosen.rows))
    finally:
        bench.close()


if __name__ == "__main__":
    main()
