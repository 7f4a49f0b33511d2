"""Freezing an audience: one row for each address, cut into batches, in one transaction.

Rows are in the order of editions and of people, so that a batch needs few editions, and reads its people quickly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc, func, insert, select, text, update

from newsletter.delivery.ledger.sheets import write_sheets
from newsletter.delivery.ledger.values import AlreadySent, Frozen, NewSend
from newsletter.store.audit import note
from newsletter.store.tables import batches, sends
from newsletter.subscribers.questions import prepare

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

People = Iterable[tuple[int, str]] | Callable[["Connection"], Iterable[tuple[int, str]]]
"""Numbers of people, each with the name of an edition; or what gives them, asked with the connection."""
BATCH_SIZE = 500
_AT_ONCE = 20_000
_TABLE = "CREATE TEMPORARY TABLE chosen (person_id INTEGER NOT NULL, edition VARCHAR NOT NULL)"
_ALREADY = """DELETE FROM chosen WHERE EXISTS (SELECT 1 FROM people JOIN deliveries
    ON deliveries.root_id = :root AND deliveries.address_hash = people.address_hash
    WHERE people.id = chosen.person_id)"""
_ORDERED = """CREATE TEMPORARY TABLE ordered AS SELECT person_id, edition,
    row_number() OVER (ORDER BY edition, person_id) AS place FROM chosen"""
_ORDERED_FILE = "CREATE TEMPORARY TABLE ordered AS SELECT person_id, edition FROM chosen ORDER BY edition, person_id"
"""SQLite numbers the rows as they come, and needs little memory for it."""
_ROWS = """INSERT INTO deliveries (root_id, address_hash, send_id, person_id, batch, edition, state, attempt)
    SELECT :root, people.address_hash, :send, people.id, 1 + (ordered.{place} - 1) / :size, ordered.edition,
        'planned', 0
    FROM ordered CROSS JOIN people WHERE people.id = ordered.person_id ORDER BY ordered.{place}
    ON CONFLICT DO NOTHING"""
_LATEST = "see `newsletter status`; whoever subscribed since gets it by a late send"


def freeze(
    register: Register, new: NewSend, people: People, *, now: datetime, actor: str = "", batch_size: int = BATCH_SIZE
) -> Frozen:
    """Put a send into the ledger, all of it or nothing, and into the audit log that `actor` began it.

    Raises AlreadySent when the issue has one. A late send leaves out who has a row under its parent.
    """
    with _transaction(register) as connection:
        send_id, root_id = _send(connection, new, now)
        write_sheets(connection, send_id, new.sheets)
        _choose(connection, people(connection) if callable(people) else people, new.sheets)
        already = connection.execute(text(_ALREADY), {"root": root_id}).rowcount if root_id != send_id else 0
        count = -(-_count(connection) // batch_size)
        _batches(connection, send_id, count)
        size = _rows(connection, {"root": root_id, "send": send_id, "size": batch_size})
        _begin(connection, send_id, size, now)
        _note(connection, new, send_id, size=size, now=now, actor=actor)
    _analyse(register)
    return Frozen(send_id=send_id, size=size, batches=count, already=already)


@contextmanager
def _transaction(register: Register) -> Iterator[Connection]:
    """One moment for all that is read: PostgreSQL has to be told."""
    if register.is_sqlite:
        with register.write() as connection:
            yield connection
        return
    with register.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            prepare(connection)
            yield connection


def _send(connection: Connection, new: NewSend, now: datetime) -> tuple[int, int]:
    """The send's row; its number, and the number its people's keys are made with."""
    number = 1 if new.kind == "issue" else _next_number(connection, new)
    row = {
        "issue": new.issue,
        "kind": new.kind,
        "number": number,
        "parent_id": new.parent_id,
        "digest": new.digest,
        "audience_size": 0,
        "state": "sending",
        "approved_by": new.approved_by,
        "approved_at": new.approved_at,
        "send_at": new.send_at,
        "transport": new.transport,
        "letter": new.letter.to_json(),
        "started_at": now,
    }
    try:
        send_id = connection.execute(insert(sends).values(row).returning(sends.c.id)).scalar_one()
    except (exc.IntegrityError, exc.OperationalError) as error:
        if isinstance(error, exc.OperationalError) and "serialize" not in str(error):
            raise
        raise AlreadySent(f"{new.issue} has been sent already, or is on its way", _LATEST) from error
    return send_id, new.parent_id if new.kind == "late" and new.parent_id else send_id


def _next_number(connection: Connection, new: NewSend) -> int:
    of_kind = (sends.c.issue == new.issue) & (sends.c.kind == new.kind)
    return 1 + (connection.scalar(select(func.max(sends.c.number)).where(of_kind)) or 0)


def _choose(connection: Connection, people: Iterable[tuple[int, str]], sheets: Mapping[str, Any]) -> None:
    """Put down who is chosen, some at a time. Raises ValueError for an edition that the send does not have."""
    connection.execute(text(_TABLE))
    put = _put_file if connection.dialect.name == "sqlite" else _put_server
    stream = iter(people)
    while some := list(islice(stream, _AT_ONCE)):
        unknown = {edition for _, edition in some}.difference(sheets)
        if unknown:
            raise ValueError(f"the send has no edition {min(unknown)!r}")
        put(connection, some)


def _put_file(connection: Connection, some: list[tuple[int, str]]) -> None:
    connection.connection.driver_connection.executemany("INSERT INTO chosen VALUES (?, ?)", some)  # type: ignore[union-attr]


def _put_server(connection: Connection, some: list[tuple[int, str]]) -> None:
    """COPY (PostgreSQL): one block of text; names of editions may hold anything."""
    names = {name: _escaped(name) for name in {edition for _, edition in some}}
    block = "".join(f"{person}\t{names[edition]}\n" for person, edition in some)
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor, cursor.copy("COPY chosen FROM STDIN") as copy:
        copy.write(block)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _count(connection: Connection) -> int:
    return connection.scalar(text("SELECT count(*) FROM chosen")) or 0


def _rows(connection: Connection, values: dict[str, int]) -> int:
    """Everybody's row; how many."""
    is_file = connection.dialect.name == "sqlite"
    connection.execute(text(_ORDERED_FILE if is_file else _ORDERED))
    if not is_file:
        connection.execute(text("ANALYZE ordered"))
    size = connection.execute(text(_ROWS.format(place="rowid" if is_file else "place")), values).rowcount
    connection.execute(text("DROP TABLE ordered"))
    connection.execute(text("DROP TABLE chosen"))
    return size


def _batches(connection: Connection, send_id: int, count: int) -> None:
    if count:
        rows = [{"send_id": send_id, "number": number, "state": "open", "fence": 0} for number in range(1, count + 1)]
        connection.execute(insert(batches), rows)


def _begin(connection: Connection, send_id: int, size: int, now: datetime) -> None:
    """The size is known; a send to nobody is done at once."""
    values: dict[str, Any] = {"audience_size": size}
    if not size:
        values |= {"state": "done", "ended_at": now}
    connection.execute(update(sends).where(sends.c.id == send_id).values(values))


def _note(connection: Connection, new: NewSend, send_id: int, *, size: int, now: datetime, actor: str) -> None:
    if actor:
        facts = {"issue": new.issue, "kind": new.kind, "readers": size, "transport": new.transport}
        note(connection, now=now, actor=actor, action="send", about="send", about_id=send_id, **facts)


def _analyse(register: Register) -> None:
    """Tell PostgreSQL's planner what is in the tables now: else it guesses, and each message is slow."""
    if register.is_sqlite:
        return
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE deliveries, batches"))
