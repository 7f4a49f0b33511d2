"""Sends and their people for the tests of the ledger."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from register_kit import NOW, a_person
from sqlalchemy import delete, func, select, update

from newsletter.delivery.ledger import Ledger, NewSend, Outcome, Process, Worker, freeze
from newsletter.delivery.letter import Letter, Sheet
from newsletter.store.tables import deliveries, people, sends, workers

if TYPE_CHECKING:
    from newsletter.delivery.ledger import Batch, Frozen, Turn
    from newsletter.store.register import Register

LETTER = Letter(
    issue="2027-01",
    title="Nyt til virksomheder",
    language="da",
    zone="Europe/Copenhagen",
    sender_name="Virksomhedsservice",
    sender_address="nyt@kommune.example",
    return_address="nyt@kommune.example",
    list_id="nyt.kommune.example",
    public_url="https://nyt.kommune.example",
    unsubscribe_address="nyt@kommune.example",
    subject="Nyt i januar",
)
SHEETS = {name: Sheet(name=name, html=f"<p>{name}</p>", text=name) for name in ("all", "some")}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **words: float) -> None:
        self.now += timedelta(**words)


def new_send(issue: str = "2027-01", **words: Any) -> NewSend:
    values = {
        "digest": "0" * 64,
        "approved_by": "Anne",
        "approved_at": NOW,
        "send_at": NOW,
        "transport": "smtp",
        "letter": LETTER,
        "sheets": SHEETS,
    }
    return NewSend(issue=issue, **{**values, **words})


def some_people(register: Register, count: int, domain: str = "firma.example", **columns: Any) -> list[int]:
    """Subscribed people with a consent of their own."""
    values = {"state": "subscribed", "basis": "consent", **columns}
    with register.write() as connection:
        return [a_person(connection, register, f"p{number}@{domain}", **values) for number in range(count)]


def frozen(register: Register, count: int, *, batch_size: int = 500, **words: Any) -> Frozen:
    """A send to so many new people."""
    ids = some_people(register, count)
    return freeze(register, new_send(**words), [(one, "all") for one in ids], now=NOW, batch_size=batch_size)


def elsewhere(number: int) -> Process:
    """A process of a machine that is not this one."""
    return Process(machine=f"other-{number}/boot/0.0", pid=number, start="1")


def a_ledger(register: Register, clock: Clock, number: int | None = None, **words: Any) -> Ledger:
    """The ledger of this process, or of one on another machine."""
    process = None if number is None else elsewhere(number)
    worker = Worker(register, role="worker", clock=clock, process=process)
    worker.enlist()
    ledger = Ledger(register, worker, clock, **words)
    ledger.worker = worker  # type: ignore[attr-defined]
    return ledger


def lose(register: Register, ledger: Ledger) -> None:
    """Nothing has been heard of the ledger's worker for a long time; a server counts from its own start, so it goes."""
    mine = workers.c.name == ledger.worker.name
    with register.write() as connection:
        if register.is_sqlite:
            connection.execute(update(workers).where(mine).values(beat_at=NOW - timedelta(hours=1)))
        else:
            connection.execute(delete(workers).where(mine))


def states(register: Register, send_id: int | None = None) -> Counter[str]:
    """How many rows are in each state."""
    count = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    if send_id is not None:
        count = count.where(deliveries.c.send_id == send_id)
    with register.read() as connection:
        return Counter(dict(connection.execute(count).all()))


def state_of_send(register: Register, send_id: int) -> str:
    with register.read() as connection:
        return connection.execute(select(sends.c.state).where(sends.c.id == send_id)).scalar_one()


def rows(register: Register) -> dict[str, Any]:
    """The rows of all deliveries, by address."""
    found = select(deliveries, people.c.address).join(people, people.c.id == deliveries.c.person_id)
    with register.read() as connection:
        return {row.address: row for row in connection.execute(found)}


def accepted(turn: Turn) -> Outcome:
    return Outcome(turn, "accepted", 250, "2.0.0 Ok: queued as 4F2")


def send_all(ledger: Ledger, batch: Batch, limit: int = 20) -> list[bytes]:
    """Work a batch as a lane does, every server saying yes; whom it sent to."""
    sent: list[bytes] = []
    while turns := ledger.hold(batch, limit):
        last: list[Outcome] = []
        for turn in turns:
            if ledger.step(batch, last, turn):
                sent.append(turn.address_hash)
                last = [accepted(turn)]
            else:
                last = []
        ledger.step(batch, last, None)
    return sent
