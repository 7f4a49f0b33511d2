"""The register at 100,000 and 1,000,000 people: import, counts, editions, `why`. SQLite, and PostgreSQL where it is.

Each measure runs in a process of its own (`--do`), so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from people import write_list
from tables import Section, at_most, ms, section, table, times

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)
FEW, MANY = 100_000, 1_000_000
ROUNDS = 3
NAMES = 30
BLOCKS = 12
Facts = dict[str, Any]


def measure() -> Section:
    """Everything, on both databases."""
    from postgresql import start

    folder = Path(tempfile.mkdtemp(prefix="newsletter-bench-"))
    server = start()
    try:
        found = {"SQLite": _measured(folder / "file", None), "PostgreSQL": _measured(folder / "server", server)}
    finally:
        server.stop()
        shutil.rmtree(folder)
    return section("The register", _TOLD, _table(found))


_TOLD = f"""\
{MANY:,} people at {MANY * 4 // 10:,} companies. The import reads a CSV of nine columns, checks every cell, and
writes companies, people and the consent log; beside it stands the bare driver's `executemany` (SQLite) or `COPY`
(PostgreSQL) of the very rows that the import wrote, into the same empty tables. {NAMES} segments are counted,
companies and people and readers and overlaps, in turns with one `SELECT count(*)` over people joined to companies:
medians of {ROUNDS} rounds. An issue with {BLOCKS} blocks for segments is split into its editions, and everybody is
streamed with their blocks; the memory is that of the whole process."""


def _table(found: dict[str, Facts]) -> str:
    rows = [
        [f"import, {MANY:,} people", *(ms(each["import"]["seconds"]) for each in found.values()), ""],
        ["the same rows, bare", *(ms(each["bare"]["seconds"]) for each in found.values()), ""],
        _ratio("import to bare", found, "import", "bare", 3),
        ["importing the same file again", *(ms(each["again"]["seconds"]) for each in found.values()), ""],
        [f"counts of {NAMES} segments", *(ms(each["counts"]["seconds"]) for each in found.values()), ""],
        ["one `SELECT count(*)` with a join", *(ms(each["counts"]["base"]) for each in found.values()), ""],
        [
            "counts to one count",
            *(times(each["counts"]["ratio"]) for each in found.values()),
            at_most(5, *(each["counts"]["ratio"] for each in found.values())),
        ],
        [f"editions of {BLOCKS} blocks", *(ms(each["blocks"]["seconds"]) for each in found.values()), ""],
        [
            "peak memory of it",
            *(f"{each['blocks']['peak'] / 1e6:.0f} MB" for each in found.values()),
            at_most(200, *(each["blocks"]["peak"] / 1e6 for each in found.values()), unit=" MB"),
        ],
        [
            f"at {FEW:,} people",
            *(f"{each['few']['peak'] / 1e6:.0f} MB" for each in found.values()),
            "the same",
        ],
        ["`why` for one address", *(ms(each["why"]["seconds"]) for each in found.values()), ""],
        [f"at {FEW:,} people", *(ms(each["why few"]["seconds"]) for each in found.values()), "the same"],
    ]
    return table(["", *found, "target"], rows)


def _ratio(words: str, found: dict[str, Facts], one: str, other: str, limit: float) -> list[str]:
    ratios = [each[one]["seconds"] / each[other]["seconds"] for each in found.values()]
    return [words, *map(times, ratios), at_most(limit, ratios[0])]


def _measured(folder: Path, server: Any) -> Facts:
    """All measures on one kind of database."""
    folder.mkdir()
    found: Facts = {}
    write_list(folder / "people.csv", MANY)
    imported = _workspace(folder / "imported", server)
    found["import"] = _do("import", imported, folder / "people.csv")
    found["again"] = _do("import", imported, folder / "people.csv")
    found["bare"] = _do("bare", imported, folder / "bare")
    for size, key in ((FEW, "few"), (MANY, "many")):
        root = _workspace(folder / key, server)
        _do("sample", root, size)
        if size == MANY:
            found["counts"] = _do("counts", root)
        found["blocks" if size == MANY else "few"] = _do("blocks", root)
        found["why" if size == MANY else "why few"] = _do("why", root)
    return found


def _workspace(root: Path, server: Any) -> Path:
    """The starter's folders; where the register is stands in a file."""
    from newsletter.build.starter import write_starter

    write_starter(root)
    if server is not None:
        (root / "register-url").write_text(server.database())
    return root


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


def _book(root: Path) -> tuple[Any, list[str]]:
    """The workspace's book, and as many of its segments as are counted."""
    from newsletter.subscribers.rules.book import read_book
    from newsletter.workspace import read_workspace

    more = "".join(
        f"mere-{number}:\n  title: Mere {number}\n  where:\n    {rule}\n" for number, rule in enumerate(_MORE)
    )
    segments = root / "subscribers/segments.yml"
    if "mere-0" not in segments.read_text("utf-8"):
        segments.write_text(segments.read_text("utf-8") + more, "utf-8")
    book = read_book(read_workspace(root))
    return book, [*book.segments][-NAMES:]


_MORE = ("{industry: [43, 41], size: [5-9, 10-19], language: da}", "{role: hr, postcode: 9000-9999}")


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _peak() -> int:
    """The highest memory of this process since it began, in bytes; what its parent held does not count."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def do_sample(root: Path, people: str) -> Facts:
    """A register to ask: not measured."""
    from newsletter.subscribers.sample.making import sample

    register = _opened(root)
    number = int(people)
    seconds = _seconds(
        lambda: sample(register, number=number * 4 // 10, people_number=number, seed=1, now=NOW, actor="bench")
    )
    with register.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    register.close()
    return {"seconds": seconds}


def do_counts(root: Path) -> Facts:
    """Counts of all segments, and one count with a join, in turns."""
    from sqlalchemy import func, select

    from newsletter.store.tables import companies, people
    from newsletter.subscribers.counts import counts

    register, (book, names) = _opened(root), _book(root)
    one = select(func.count()).select_from(people.join(companies, people.c.company_id == companies.c.id))
    spent, bases = [], []
    for _ in range(ROUNDS + 1):
        with register.read() as connection:
            bases.append(_seconds(lambda: connection.scalar(one)))
            spent.append(_seconds(lambda: counts(connection, names, book, NOW)))
    ratios = [mine / base for mine, base in zip(spent[1:], bases[1:], strict=True)]
    return {"seconds": median(spent[1:]), "base": median(bases[1:]), "ratio": median(ratios), "segments": len(names)}


def do_blocks(root: Path) -> Facts:
    """The editions of an issue whose blocks are for twelve segments, and everybody streamed with their blocks."""
    from newsletter.subscribers.audience import block_sets, readers

    register, (book, names) = _opened(root), _book(root)
    with register.read() as connection:
        seconds = _seconds(lambda: block_sets(connection, names[:BLOCKS], [], book, NOW))
        streamed = sum(1 for _ in readers(connection, names[:BLOCKS], [], book, NOW))
    return {"seconds": seconds, "peak": _peak(), "streamed": streamed}


def do_why(root: Path) -> Facts:
    """`why` for somebody in the middle."""
    from sqlalchemy import select

    from newsletter.store.tables import people
    from newsletter.subscribers.why import why

    register, (book, names) = _opened(root), _book(root)
    with register.read() as connection:
        key = connection.scalar(select(people.c.address_key).where(people.c.id > FEW // 2).order_by(people.c.id))
        spent = [
            _seconds(lambda: why(connection, key, register.hash_of(key), names, book, now=NOW))
            for _ in range(ROUNDS + 1)
        ]
    return {"seconds": median(spent[1:])}


def do_import(root: Path, path: str) -> Facts:
    """The import as the command does it."""
    from itertools import islice

    from newsletter.subscribers.consent import Basis
    from newsletter.subscribers.importing.apply import import_rows
    from newsletter.subscribers.importing.columns import guess_columns
    from newsletter.subscribers.importing.readers import Rules
    from newsletter.subscribers.importing.rows import check_rows
    from newsletter.subscribers.importing.sheets import read_sheet

    register = _opened(root)
    basis = Basis(kind="consent", wording="Ja tak.", source="bench", said_on=date(2026, 12, 1))

    def work() -> None:
        sheet = read_sheet(Path(path))
        columns = guess_columns(sheet.headings, [cells for _, cells, _ in islice(sheet.rows(), 20)])
        rows = check_rows(sheet, columns, Rules(today=NOW.date()))
        found.append(import_rows(register, rows, basis, now=NOW, actor="bench"))

    found: list[Any] = []
    seconds = _seconds(work)
    register.close()
    return {"seconds": seconds, "new": found[0].new, "bad": found[0].bad, "peak": _peak()}


def do_bare(root: Path, path: str) -> Facts:
    """The rows that the import wrote, by the bare driver into the same empty tables."""
    register = _opened(root)
    names = ("companies", "people", "consents", "wordings")
    return _bare_file(register, Path(path), names) if register.is_sqlite else _bare_server(register, names)


def _bare_file(register: Any, path: Path, names: tuple[str, ...]) -> Facts:
    path.mkdir()
    bare = connect_empty(path)
    source = sqlite3.connect(register.path)
    held = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    marks = {name: ", ".join("?" * len(rows[0])) for name, rows in held.items() if rows}
    bare.execute("PRAGMA foreign_keys = ON")
    bare.execute("PRAGMA secure_delete = ON")
    bare.execute("PRAGMA synchronous = NORMAL")
    bare.execute("PRAGMA cache_size = -65536")

    def work() -> None:
        with bare:
            for name in ("wordings", "companies", "people", "consents"):
                if held[name]:
                    bare.executemany(f"INSERT INTO {name} VALUES ({marks[name]})", held[name])

    return {"seconds": _seconds(work), "rows": {name: len(rows) for name, rows in held.items()}}


def connect_empty(root: Path) -> sqlite3.Connection:
    """A register with nothing in it, opened by the bare driver."""
    shutil.copy(REPOSITORY / "newsletter.yml", root / "newsletter.yml")
    register = _opened(root)
    path = register.path
    register.close()
    return sqlite3.connect(path)


def _bare_server(register: Any, names: tuple[str, ...]) -> Facts:
    held = {}
    with register.engine.connect() as connection:
        driver = connection.connection.driver_connection
        held = {name: driver.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        for name in reversed(("wordings", "companies", "people", "consents")):
            driver.execute(f"TRUNCATE {name} CASCADE")
        driver.commit()

        def work() -> None:
            for name in ("wordings", "companies", "people", "consents"):
                with driver.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
                    for row in held[name]:
                        copy.write_row(row)
            driver.commit()

        return {"seconds": _seconds(work), "rows": {name: len(rows) for name, rows in held.items()}}


def main() -> None:
    """All of it, or one measure."""
    if sys.argv[1:2] == ["--do"]:
        what, root, *words = sys.argv[2:]
        print(json.dumps(globals()[f"do_{what}"](Path(root), *words)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="kept for the other parts' sake")
    parser.parse_args()
    print(measure())


if __name__ == "__main__":
    main()
