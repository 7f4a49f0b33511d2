"""A whole send: a million mails to nowhere, and mails of 60 kB into Postfix's smtp-sink beside a bare socket loop.

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
from statistics import median
from typing import Any

from ledger import do_people
from ledger import opened as _opened
from ledger import peak as _peak
from smtp import a_mail, a_sink, heard, in_threads
from tables import Section, at_least, at_most, ms, section, table

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ISSUE = "2026-12"
MANY = 1_000_000
MAILS, CONNECTIONS, ROUNDS = 1_500, 4, 5
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
    return section("A whole send", _told(people), _table(found, people))


def _told(people: int) -> str:
    return f"""\
The starter's December issue, twelve editions. {people:,} readers: frozen, and every mail made whole and counted, to
nowhere, on one thread. The ledger's share is the time spent in it, less the time that reading the readers takes alone:
names and companies would have to be read without a ledger, too. Then {MAILS:,} mails over {CONNECTIONS} connections
into smtp-sink, medians of {ROUNDS} rounds in turn: a bare socket loop that replays one fixed mail of the same size
with the same pipelining; our session with each reader's own mail; and the whole way with the ledger. The server of the
tests runs without `fsync`."""


def _table(found: dict[str, Facts], people: int) -> str:
    def of(key: str, name: str) -> list[float]:
        return [each[key][name] for each in found.values()]

    def row(words: str, values: list[str], target: str = "") -> list[str]:
        return [words, *values, target]

    shares = [each * 100 for each in of("nowhere", "share")]
    filled, whole = of("relay", "filled"), of("relay", "whole")
    rows = [
        row(f"freeze {people:,}", [ms(each) for each in of("nowhere", "freeze")]),
        row("… and make every mail", [ms(each) for each in of("nowhere", "seconds")]),
        row("mails a second", [f"{people / each:,.0f}" for each in of("nowhere", "seconds")]),
        row("the ledger, readers included", [f"{each * 100:.0f} %" for each in of("nowhere", "inside")]),
        row("the ledger's share", [f"{each:.0f} %" for each in shares], at_most(25, *shares, unit=" %")),
        row("peak memory", [f"{each / 1e6:.0f} MB" for each in of("nowhere", "peak")], "≤ 200 MB"),
        row("a mail", [f"{each / 1000:.0f} kB" for each in of("relay", "size")]),
        row("bare socket, mails a second", [f"{each:,.0f}" for each in of("relay", "bare")]),
        row("each reader's own, of it", [f"{each:.2f} ×" for each in filled], at_least(0.95, min(filled))),
        row("with the ledger, of it", [f"{each:.2f} ×" for each in whole], at_least(0.8, min(whole))),
    ]
    return table(["", *found, "target"], rows)


def _measured(root: Path, server: Any, people: int) -> Facts:
    from newsletter.build.starter import write_starter

    found: Facts = {}
    for what, number in (("relay", MAILS), ("nowhere", people)):
        place = root / what
        write_starter(place)
        if server is not None:
            (place / "register-url").write_text(server.database())
        _do("people", place, number)
        _do("approve", place)
        found[what] = _do(what, place)
    return found


def _do(what: str, root: Path, *words: object) -> Facts:
    command = [sys.executable, __file__, "--do", what, str(root), *map(str, words)]
    url = root / "register-url"
    environment = {**os.environ, **({"NEWSLETTER_REGISTER": url.read_text()} if url.exists() else {})}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    facts: Facts = json.loads(done.stdout)
    print(root.parent.name, what, facts, file=sys.stderr, flush=True)
    return facts


def do_approve(root: Path) -> Facts:
    """Build and approve: not measured."""
    from newsletter.build.pipeline import Builder
    from newsletter.delivery.approving import Approving
    from newsletter.workspace import read_workspace

    Builder(root).build([ISSUE])
    register = _opened(root)
    Approving(read_workspace(root), register, ISSUE).approve(now=NOW, actor="bench")
    register.close()
    return {}


def do_nowhere(root: Path) -> Facts:
    """Freeze, and make every mail, on one lane."""
    from newsletter.delivery.sending import Crew
    from newsletter.delivery.starting import Starting
    from newsletter.workspace import read_workspace

    register = _opened(root)
    begin = time.perf_counter()
    where: Any = "nowhere"
    started = Starting(read_workspace(root), register, ISSUE, where).start(now=NOW, actor="bench")
    frozen = time.perf_counter() - begin
    with _office(root, register) as office:
        clock = _timed(office.ledger)
        begin = time.perf_counter()
        Crew(office, lanes=1, send_id=started.send_id, leaves=True).run()
        seconds = time.perf_counter() - begin
        assert office.nowhere.mails == started.size
    peak = _peak()
    reading = _reading(register)
    register.close()
    return {
        "freeze": frozen,
        "seconds": seconds,
        "inside": clock[0] / seconds,
        "share": max(0.0, clock[0] - reading) / seconds,
        "peak": peak,
        "size": started.size,
    }


def _reading(register: Any) -> float:
    """Seconds to read what a mail says of each reader, some hundreds at a time, by the bare driver."""
    words = """SELECT people.id, people.address, people.address_hash, people.smtputf8, people.name, people.first_name,
        companies.name, companies.contact FROM people LEFT JOIN companies ON companies.id = people.company_id
        WHERE people.id > {} ORDER BY people.id LIMIT 500"""
    fairy = register.engine.raw_connection()
    cursor = fairy.cursor()
    begin, last = time.perf_counter(), 0
    while True:
        cursor.execute(words.format(last))
        rows = cursor.fetchall()
        if not rows:
            break
        last = rows[-1][0]
    spent = time.perf_counter() - begin
    fairy.close()
    return spent


def _timed(ledger: Any) -> list[float]:
    """Sums up the time spent in the ledger."""
    spent = [0.0]

    def wrap(call: Any) -> Any:
        def timed(*words: Any, **named: Any) -> Any:
            begin = time.perf_counter()
            try:
                return call(*words, **named)
            finally:
                spent[0] += time.perf_counter() - begin

        return timed

    for name in ("take", "hold", "settle", "finish"):
        setattr(ledger, name, wrap(getattr(ledger, name)))
    return spent


def do_relay(root: Path) -> Facts:
    """Bare, filled, and whole, in turn."""
    from newsletter.delivery.smtp import Relay

    register = _opened(root)
    people = _people(register)
    rates: dict[str, list[float]] = {"bare": [], "filled": [], "whole": []}
    with a_sink() as port, _office(root, register) as office:
        office.relay = Relay(host="127.0.0.1", port=port, security="none", client_name="bench.example")
        size = len(_filler(root, register.key, people)(0))
        for turn in range(ROUNDS + 1):
            spent = {
                "bare": _bare(port, size, len(people)),
                "filled": _filled(root, register.key, office.relay, people),
                "whole": _whole(root, register, office),
            }
            for name, seconds in spent.items():
                if turn:
                    rates[name].append(len(people) / seconds)
    register.close()
    pairs = {name: median(a / b for a, b in zip(rates[name], rates["bare"], strict=True)) for name in rates}
    return {"size": size, "bare": median(rates["bare"]), "filled": pairs["filled"], "whole": pairs["whole"]}


def _bare(port: int, size: int, mails: int) -> float:
    import socket

    group = b"MAIL FROM:<nyt@kommune.example>\r\nRCPT TO:<p@firma.example>\r\nDATA\r\n"
    block = a_mail(0, size) + b".\r\n" + group

    def work(lane: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.recv(4096)
            line.sendall(b"EHLO bench.example\r\n")
            line.recv(4096)
            line.sendall(group)
            heard(line, 3)
            for _ in range(lane, mails, CONNECTIONS):
                line.sendall(block)
                heard(line, 4)

    return in_threads(work, CONNECTIONS)


def _people(register: Any) -> list[Any]:
    from sqlalchemy import select

    from newsletter.delivery.message import Reader
    from newsletter.store.tables import companies, people

    wanted = select(people, companies.c.name.label("company"), companies.c.contact).join(companies)
    wanted = wanted.where(~people.c.smtputf8)
    with register.read() as connection:
        return [
            Reader(
                address=row.address,
                name=row.name,
                first_name=row.first_name,
                company=row.company,
                contact=row.contact,
                person_id=row.id,
            )
            for row in connection.execute(wanted)
        ]


def _filler(root: Path, key: bytes, people: list[Any]) -> Any:
    """Fills the standard edition for a reader by their place."""
    from newsletter.delivery.letters import letter_of
    from newsletter.delivery.message import Identity, Template
    from newsletter.delivery.sealed import read_sealed
    from newsletter.workspace import read_workspace

    sealed = read_sealed(root, ISSUE)
    template = Template(letter_of(read_workspace(root), sealed), sealed.sheet("standard"), key)

    def fill(place: int) -> bytes:
        identity = Identity(send_id=1, address_hash=place.to_bytes(16, "big"))
        mail: bytes = template.fill(people[place], identity, NOW)
        return mail

    return fill


def _filled(root: Path, key: bytes, relay: Any, people: list[Any]) -> float:
    """Our session with each reader's own mail, and no ledger."""
    from newsletter.delivery.smtp import Envelope, Stuffed, open_session

    fill = _filler(root, key, people)

    def envelope(place: int, mail: bytes) -> Envelope:
        return Envelope(sender="nyt@kommune.example", recipient=people[place].address, size=len(mail))

    def work(lane: int) -> None:
        places = range(lane, len(people), CONNECTIONS)
        with open_session(relay, most=len(people)) as session:
            mail = Stuffed(fill(places[0]))
            turn = envelope(places[0], mail)
            for place in [*places[1:], None]:
                assert session.offer(turn) is None
                upcoming = None if place is None else Stuffed(fill(place))
                following = None if place is None or upcoming is None else envelope(place, upcoming)
                assert session.deliver(mail, following).taken
                if upcoming is not None and following is not None:
                    mail, turn = upcoming, following

    return in_threads(work, CONNECTIONS)


def _whole(root: Path, register: Any, office: Any) -> float:
    """A send of its own, from its first batch to its last."""
    from sqlalchemy import select

    from newsletter.delivery.approval import plan_of
    from newsletter.delivery.ledger import NewSend, freeze
    from newsletter.delivery.sealed import read_sealed
    from newsletter.delivery.sending import Crew
    from newsletter.store.tables import people

    sealed = read_sealed(root, ISSUE)
    with register.read() as connection:
        plan = plan_of(connection, ISSUE, sealed.digest)
        numbers = connection.scalars(select(people.c.id).where(~people.c.smtputf8)).all()
    new = NewSend(
        issue=ISSUE,
        kind="test",
        digest=sealed.digest,
        approved_by="bench",
        approved_at=NOW,
        send_at=NOW,
        transport="smtp",
        letter=plan.letter,
        sheets={"standard": sealed.sheet("standard")},
    )
    frozen = freeze(register, new, [(number, "standard") for number in numbers], now=NOW, batch_size=100)
    crew = Crew(office, lanes=CONNECTIONS, send_id=frozen.send_id, leaves=True)
    begin = time.perf_counter()
    crew.run()
    return time.perf_counter() - begin


def _office(root: Path, register: Any) -> Any:
    from newsletter.delivery.sending.opening import open_office
    from newsletter.settings import read_settings

    said = read_settings(root)
    delivery = said.delivery.model_copy(update={"rate": 10**9, "connections": CONNECTIONS, "per_domain": CONNECTIONS})
    settings = said.model_copy(update={"environment": "production", "delivery": delivery})

    def clock() -> datetime:
        return datetime.now(UTC)

    def tell(level: str, text: str) -> None:
        print(level, text, file=sys.stderr)

    return open_office(root, settings, register, environ={}, clock=clock, role="bench", tell=tell)


DO = {"people": do_people, "approve": do_approve, "nowhere": do_nowhere, "relay": do_relay}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=MANY, help=f"readers of the send to nowhere ({MANY:,})")
    parser.add_argument("--do", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.do:
        what, root, *words = asked.do
        print(json.dumps(DO[what](Path(root), *words)))
    else:
        print(measure(asked.people))


if __name__ == "__main__":
    main()
