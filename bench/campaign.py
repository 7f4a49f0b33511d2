"""A campaign of 50,000 visits over 400,000 companies: its report, beside one grouped count over its visits.

The register is filled once (`fill`), and measured as often as one likes: `--keep FOLDER` leaves it there, or finds it
there. Each measure runs in a process of its own (`--do`).
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tables import Section, at_most, ms, section, table, times

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

CAMPAIGN = "stor-kampagne"
FIRST, LAST, NOW = date(2026, 4, 1), date(2027, 9, 30), datetime(2027, 3, 31, 15, tzinfo=UTC)
COMPANIES, VISITS, PEOPLE = 400_000, 50_000, 40_000
ROUNDS = 7
LIMIT = 10
Facts = dict[str, Any]
_WHY = """\
PostgreSQL counts fast, and hands rows over slowly. A report reads the visits, the next steps, the deliveries, the
people, the results, the enquiries and the consent log, once each; half its time is the server's, and half is spent
here on counting what it hands over."""
_FILE = f"""\
title: Stor kampagne
summary: Vi besøger alle.
period: {{first: {FIRST}, last: {LAST}}}
owner: Lederen
schedule: {{on: first tuesday, at: "09:00"}}
targets:
  visits:
    total: 60000
    by_industry: {{C: 10000, F: 12000, G: 10000, H: 6000, I: 8000, K: 4000, R: 10000}}
    by_consultant: {{anna-eksempel: 33000, bo-eksempel: 27000}}
    by_size: {{2-9: 24000, 10-49: 24000, 50-199: 10000, 200+: 2000}}
  unique_companies: 50000
  workplaces: 55000
  follow_up: {{within_days: 14, share: 90}}
  events: 5
  attendance: 120
  ambassadors: 600
  mentor_companies: 40
  pledges: 100
  agreements: {{total: 9000, by_scheme: {{fleksjob: 3000, virksomhedspraktik: 3000, loentilskud: 3000}}}}
  press: 3
  new_subscribers: 8000
issues:
  - {{issue: 2026-12, role: Åbner.}}
"""


def measure(asked: argparse.Namespace) -> Section:
    """Everything, on both databases."""
    rounds = asked.rounds or ROUNDS
    with _folder(asked.keep) as folder:
        roots = fill(folder, asked.companies, asked.visits)
        with _served(folder):
            found = {name: _do("report", root, rounds) for name, root in roots.items()}
    facts = next(iter(found.values()))
    told = f"""\
{asked.companies:,} companies with {PEOPLE:,} people, a campaign of {facts["visits"]:,} visits with all kinds of
targets, and one issue that was sent to {facts["mails"]:,} readers. The report is made from the register in turns with
`SELECT consultant, count(*) FROM visits WHERE campaign = … GROUP BY consultant`: medians of {rounds} rounds."""
    return section("Campaigns", told, _table(found), _WHY)


def _table(found: dict[str, Facts]) -> str:
    rows = [
        ["one grouped count over its visits", *(ms(each["base"]) for each in found.values()), ""],
        ["the report", *(ms(each["seconds"]) for each in found.values()), ""],
        [
            "report to count",
            *(times(each["ratio"]) for each in found.values()),
            at_most(LIMIT, *(each["ratio"] for each in found.values())),
        ],
    ]
    return table(["", *found, "target"], rows)


def fill(folder: Path, companies: int, visits: int) -> dict[str, Path]:
    """A workspace for each database, filled unless it is: by the sample, and a send to all its readers."""
    roots = {"SQLite": folder / "file", "PostgreSQL": folder / "served"}
    with _served(folder) as server:
        for name, root in roots.items():
            if not (root / "filled").exists():
                _workspace(root, server.database() if name == "PostgreSQL" else None)
                _do("fill", root, companies, visits)
                (root / "filled").touch()
    return roots


def _workspace(root: Path, url: str | None) -> None:
    from newsletter.build.starter import write_starter

    shutil.rmtree(root, ignore_errors=True)
    write_starter(root)
    (root / f"campaigns/{CAMPAIGN}.yml").write_text(_FILE, "utf-8")
    if url is not None:
        (root / "register-url").write_text(url)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    folder = Path(tempfile.mkdtemp(prefix="newsletter-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _served(folder: Path) -> Iterator[Any]:
    """PostgreSQL with its data in the folder, new or as it was left."""
    from postgresql import Server, start

    class Kept(Server):
        """A server that stays where it is."""

        def __init__(self, programs: Path, place: Path) -> None:
            self.programs, self.folder = programs, place
            self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
            options = f"-k {place} -c listen_addresses='' -c fsync=off -c max_wal_size=4GB"
            self._run("pg_ctl", "start", "--wait", "--log", str(place / "log"), "--options", options)

    place = folder / "server"
    if place.exists():
        server: Any = Kept(Path((folder / "programs").read_text()), place)
    else:
        server = start()
        server._run("pg_ctl", "stop", "--wait", "--mode=fast")  # noqa: SLF001
        shutil.move(server.folder, place)
        (folder / "programs").write_text(str(server.programs))
        folder.chmod(0o755)
        server = Kept(server.programs, place)
    try:
        yield _Numbered(server, folder)
    finally:
        server._run("pg_ctl", "stop", "--wait", "--mode=fast")  # noqa: SLF001


class _Numbered:
    """Databases by a name of our own, since the server's own numbers begin again when it does."""

    def __init__(self, server: Any, folder: Path) -> None:
        self.server, self.folder = server, folder

    def database(self) -> str:
        """A new, empty register."""
        self.server._sql("DROP DATABASE IF EXISTS campaign")  # noqa: SLF001
        self.server._sql("CREATE DATABASE campaign TEMPLATE template_register")  # noqa: SLF001
        url: str = self.server.url("campaign")
        return url


def _do(what: str, root: Path, *words: object) -> Facts:
    """One measure in a process of its own."""
    command = [sys.executable, __file__, "--do", what, str(root), *map(str, words)]
    url = root / "register-url"
    environment = {**os.environ, **({"NEWSLETTER_REGISTER": url.read_text()} if url.exists() else {})}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    facts: Facts = json.loads(done.stdout)
    print(root.name, what, facts, file=sys.stderr, flush=True)
    return facts


def _opened(root: Path) -> Any:
    from newsletter.settings import read_settings
    from newsletter.store.register import open_register

    return open_register(root, read_settings(root))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def do_fill(root: Path, companies: str, visits: str) -> Facts:
    """A register to ask: not measured."""
    from dataclasses import replace

    from newsletter.subscribers.sample.making import sample
    from newsletter.subscribers.sample.scene import Effort, scene_of
    from newsletter.workspace import read_workspace

    register = _opened(root)
    so_far = (NOW.date() - FIRST).days / (LAST - FIRST).days
    effort = Effort(slug=CAMPAIGN, first=FIRST, last=LAST, visits=round(int(visits) / so_far / 0.9))
    scene = replace(scene_of(read_workspace(root)), campaigns=(effort,))
    made = sample(register, number=int(companies), people_number=PEOPLE, seed=1, now=NOW, actor="bench", scene=scene)
    with register.write() as connection:
        _send(connection)
    with register.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    register.close()
    return {"companies": made.companies, "visits": made.visits}


def _send(connection: Any) -> None:
    """One issue, accepted for everybody who subscribes."""
    from sqlalchemy import insert, literal, select

    from newsletter.store.tables import batches, deliveries, people, sends

    send = {"id": 1, "issue": "2026-12", "digest": "0" * 64, "audience_size": PEOPLE, "state": "done"}
    send |= {"approved_by": "bench", "approved_at": NOW, "send_at": NOW, "transport": "smtp"}
    connection.execute(insert(sends).values(**send))
    connection.execute(insert(batches).values(send_id=1, number=1, state="done"))
    fixed = [
        literal(1),
        literal(1),
        literal(1),
        literal("alle"),
        literal("accepted"),
        literal(NOW, sends.c.send_at.type),
    ]
    rows = select(people.c.address_hash, people.c.id, *fixed).where(people.c.state == "subscribed")
    names = ["address_hash", "person_id", "root_id", "send_id", "batch", "edition", "state", "at"]
    connection.execute(insert(deliveries).from_select(names, rows))


def do_report(root: Path, rounds: str) -> Facts:
    """The report, and one grouped count, in turns."""
    from sqlalchemy import func, select

    from newsletter.campaigns.progress.basis import read_basis
    from newsletter.campaigns.progress.report import report
    from newsletter.store.tables import deliveries, visits
    from newsletter.workspace import read_workspace

    basis, register = read_basis(read_workspace(root), CAMPAIGN), _opened(root)
    count = select(visits.c.consultant, func.count()).where(visits.c.campaign == CAMPAIGN)
    count = count.group_by(visits.c.consultant)
    spent, bases = [], []
    with register.read() as connection:
        for _ in range(int(rounds) + 1):
            bases.append(_seconds(lambda: connection.execute(count).all()))
            spent.append(_seconds(lambda: report(connection, basis, NOW.date())))
        numbers = [number for _, number in connection.execute(count)]
        mails = connection.scalar(select(func.count()).select_from(deliveries))
    ratios = [mine / base for mine, base in zip(spent[1:], bases[1:], strict=True)]
    facts = {"seconds": median(spent[1:]), "base": median(bases[1:]), "ratio": median(ratios)}
    return {**facts, "visits": sum(numbers), "mails": mails}


def main() -> None:
    """All of it, or one measure."""
    if sys.argv[1:2] == ["--do"]:
        what, root, *words = sys.argv[2:]
        print(json.dumps(globals()[f"do_{what}"](Path(root), *words)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"rounds to take medians of ({ROUNDS})")
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the registers here, or find them here")
    print(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
