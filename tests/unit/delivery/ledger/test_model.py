"""Workers that die, come back, are declared dead; pauses, crashes of the machine: against what a relay really took."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from ledger_kit import Clock, a_ledger, accepted, lose, new_send, send_all, some_people
from register_kit import NOW
from sqlalchemy import delete, insert, select, update

from newsletter.delivery.ledger import Halted, Outcome, Replaced, cancel, freeze, pause, reconcile, resume
from newsletter.problems import Refused
from newsletter.store.tables import (
    audit,
    batches,
    deliveries,
    people,
    relay_lanes,
    send_editions,
    sends,
    workers,
)

PEOPLE, BATCH, WINDOW = 9, 4, 3
LONG = int(os.environ.get("NEWSLETTER_LONG_TESTS", "0"))
"""How many sends the model plays; a few when nobody says."""
ACT = {"actor": "Anne", "now": NOW}
WORKER = st.integers(0, 2)


@dataclass
class Lane:
    """A worker with one lane."""

    ledger: Any
    batch: Any = None
    queue: list[Any] = field(default_factory=list)
    results: list[Outcome] = field(default_factory=list)
    in_flight: Any = None

    def forget(self) -> None:
        self.batch, self.in_flight = None, None
        self.queue, self.results = [], []


class Sending(RuleBasedStateMachine):
    """A send of a few batches."""

    def __init__(self, register):
        super().__init__()
        self.register = register
        self.clock = Clock()
        self.numbers = iter(range(10, 10_000))
        self.took: Counter[bytes] = Counter()
        self.resent: Counter[bytes] = Counter()
        self.snapshot: dict[Any, list[Any]] = {}
        self.crashes = 0

    @initialize(mails=st.tuples(*[st.integers(0, 3)] * 3), waits=st.tuples(*[st.booleans()] * 3))
    def begin(self, mails, waits):
        with self.register.write() as connection:
            for table in (deliveries, batches, send_editions, sends, audit, workers, relay_lanes, people):
                connection.execute(delete(table))
        ids = some_people(self.register, PEOPLE)
        self.send = freeze(self.register, new_send(), [(one, "all") for one in ids], now=NOW, batch_size=BATCH).send_id
        self.lanes = [Lane(self.fresh()) for _ in range(3)]
        self.remember()
        for at in range(3):
            self.works(at, mails[at], waits[at])

    def fresh(self):
        """A ledger whose durable commits are noted: a crash of the machine brings back what was at the last of them."""
        ledger = a_ledger(self.register, self.clock, next(self.numbers))
        act, ask = ledger._door.act, getattr(ledger._door, "ask", None)

        def noted(work, *, durable):
            found = act(work, durable=durable)
            if durable:
                self.remember()
            return found

        ledger._door.act = noted
        if ask is not None:
            hold = ledger.hold

            def held(*words):
                turns = hold(*words)
                self.remember()
                return turns

            ledger.hold = held
        return ledger

    def remember(self):
        with self.register.read() as connection:
            self.snapshot = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in (sends, batches, deliveries)
            }

    def rows(self):
        with self.register.read() as connection:
            return list(connection.execute(select(deliveries)))

    # What a lane does

    @rule(at=WORKER)
    def take(self, at):
        lane = self.lanes[at]
        if lane.batch is None:
            lane.batch = lane.ledger.take()

    @rule(at=WORKER)
    def hold(self, at):
        lane = self.lanes[at]
        if lane.batch is None or lane.queue or lane.in_flight:
            return
        try:
            lane.queue = lane.ledger.hold(lane.batch, WINDOW)
        except (Replaced, Halted):
            self.finish(at)

    @rule(at=WORKER)
    def offer(self, at):
        lane = self.lanes[at]
        if not lane.queue or lane.in_flight:
            return
        turn = lane.queue.pop(0)
        results, lane.results = lane.results, []
        made = lane.ledger.step(lane.batch, results, turn)
        if made:
            with self.register.read() as connection:
                state = connection.scalar(select(sends.c.state).where(sends.c.id == self.send))
                person = connection.scalar(select(people.c.state).where(people.c.id == turn.person_id))
            assert (state, person) == ("sending", "subscribed")
            lane.in_flight = turn
        elif lane.batch.why != "changed":
            lane.queue = []

    @rule(at=WORKER, says=st.sampled_from(["yes", "yes", "no", "later", "nothing, but took it", "nothing"]))
    def answer(self, at, says):
        lane = self.lanes[at]
        turn, lane.in_flight = lane.in_flight, None
        if turn is None:
            return
        if says in {"yes", "nothing, but took it"}:
            self.took[turn.address_hash] += 1
        lane.results.append({
            "yes": accepted(turn),
            "no": Outcome(turn, "rejected", 550, "no"),
            "later": Outcome(turn, "deferred", 451, "later", 60),
        }.get(says, Outcome(turn, "in_doubt", None, "no answer")))  # fmt: skip

    @rule(at=WORKER, mails=st.integers(1, 3), waits=st.booleans())
    def works(self, at, mails, waits):
        """Some mails without a mishap, and perhaps another body on its way."""
        for _ in range(mails):
            self.take(at)
            self.hold(at)
            self.offer(at)
            self.answer(at, "yes")
        if waits:
            self.take(at)
            self.hold(at)
            self.offer(at)

    @rule(at=WORKER, mails=st.integers(2, 4))
    def works_more(self, at, mails):
        """The same, so that it happens more often."""
        self.works(at, mails, waits=True)

    @rule(at=WORKER)
    def flush(self, at):
        lane = self.lanes[at]
        if lane.batch is not None and lane.results:
            results, lane.results = lane.results, []
            lane.ledger.step(lane.batch, results, None)

    @rule(at=WORKER)
    def settle(self, at):
        """As for the outbox: written at once, noted afterwards."""
        lane = self.lanes[at]
        if lane.batch is None or lane.in_flight or not lane.queue:
            return
        given, lane.queue = lane.queue, []
        lane.results += [Outcome(turn, "planned") for turn in given]
        results, lane.results = lane.results, []
        lane.ledger.settle(lane.batch, results)

    @rule(at=WORKER)
    def finish(self, at):
        lane = self.lanes[at]
        if lane.batch is None or lane.in_flight:
            return
        lane.ledger.step(lane.batch, lane.results, None)
        lane.ledger.finish(lane.batch)
        lane.forget()

    # What befalls it

    @rule(at=WORKER, took=st.booleans())
    def die(self, at, took):
        lane = self.lanes[at]
        if lane.in_flight is not None and took:
            self.took[lane.in_flight.address_hash] += 1
        lose(self.register, lane.ledger)
        lane.ledger.close()
        self.lanes[at] = Lane(self.fresh())

    @rule(at=WORKER)
    def seems_dead(self, at):
        lose(self.register, self.lanes[at].ledger)

    @rule(at=WORKER)
    def beat(self, at):
        self.lanes[at].ledger.worker.beat()

    @precondition(lambda self: self.crashes < 2)
    @rule(luck=st.integers(0, 3), took=st.booleans())
    def machine_dies(self, luck, took):
        """All workers end, and what was not durable may be gone."""
        self.crashes += 1
        for at in range(3):
            self.die(at, took)
        if luck:
            with self.register.write() as connection:
                for table in (deliveries, batches):
                    connection.execute(delete(table))
                for table in (batches, deliveries):
                    connection.execute(insert(table), self.snapshot[table])
                state = next(row for row in self.snapshot[sends] if row["id"] == self.send)
                connection.execute(update(sends).where(sends.c.id == self.send).values(state))
        with self.register.write() as connection:
            had = batches.c.epoch.is_not(None)
            connection.execute(update(batches).where(had).values(epoch=f"crash {self.crashes}"))
        self.remember()

    @rule()
    def time_passes(self):
        self.clock.on(minutes=1)

    @rule(act=st.sampled_from([pause, *[resume] * 5]))
    def rests(self, act):
        try:
            act(self.register, "2027-01", **ACT)
        except Refused:
            return
        self.remember()

    @rule(sure=st.integers(0, 9))
    def ends(self, sure):
        if sure:
            return
        try:
            cancel(self.register, "2027-01", **ACT)
        except Refused:
            return
        self.remember()

    @rule(number=st.integers(0, PEOPLE - 1))
    def unsubscribes(self, number):
        with self.register.write() as connection:
            one = people.c.address == f"p{number}@firma.example"
            connection.execute(update(people).where(one).values(state="unsubscribed"))
            person = connection.execute(select(people.c.id).where(one)).scalar_one()
            open_rows = (deliveries.c.person_id == person) & deliveries.c.state.in_(("planned", "deferred"))
            connection.execute(update(deliveries).where(open_rows).values(state="skipped"))
        self.remember()

    @precondition(lambda self: any(row.state == "in_doubt" for row in self.rows()))
    @rule(data=st.data())
    def resend(self, data):
        row = data.draw(st.sampled_from([row for row in self.rows() if row.state == "in_doubt"]))
        with self.register.read() as connection:
            address = connection.execute(select(people.c.address).where(people.c.id == row.person_id)).scalar_one()
        try:
            reconcile(self.register, "2027-01", words={address: "resend"}, **ACT)
        except Refused:
            return
        self.resent[bytes(row.address_hash)] += 1
        self.remember()

    # What holds

    @invariant()
    def nobody_gets_it_twice_and_nobody_is_lost(self):
        if not hasattr(self, "send"):
            return
        rows = self.rows()
        assert len(rows) == PEOPLE
        with self.register.read() as connection:
            unsafe = {
                row.number for row in connection.execute(select(batches)) if (row.epoch or "").startswith("crash")
            }
        for row in rows:
            key = bytes(row.address_hash)
            assert self.took[key] <= 1 + self.resent[key], f"{self.took[key]} copies"
            if row.state == "accepted" and not self.resent[key]:
                assert self.took[key] == 1
            if self.took[key] > self.resent[key]:
                lives = {"dotted", "accepted", "in_doubt", *(["held"] if row.batch in unsafe else [])}
                assert row.state in lives, f"taken, yet {row.state}"

    def teardown(self):
        """A last worker goes through it all: then everybody has an end."""
        if not hasattr(self, "send"):
            return
        for at, lane in enumerate(self.lanes):
            self.die(at, took=False)
            lane.ledger.close()
            self.lanes[at].ledger.close()
        self.rests(resume)
        self.clock.on(hours=1)
        last = self.fresh()
        while batch := last.take():
            for key in send_all(last, batch):
                self.took[key] += 1
            last.finish(batch)
        self.nobody_gets_it_twice_and_nobody_is_lost()
        assert {row.state for row in self.rows()} <= {"accepted", "rejected", "skipped", "in_doubt"}
        with self.register.read() as connection:
            assert connection.scalar(select(sends.c.state)) in {"done", "cancelled"}
            assert {row.state for row in connection.execute(select(batches))} <= {"done"}
        last.close()


def test_at_most_once_whatever_happens(register):
    few = settings(max_examples=LONG or (20 if register.is_sqlite else 5), stateful_step_count=40, deadline=None)
    run_state_machine_as_test(lambda: Sending(register), settings=few)
