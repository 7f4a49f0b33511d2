"""The engine: what it brings twice, late or in vain does no harm, and what it loses is brought again."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from ledger_kit import a_ledger, elsewhere, new_send, states
from procrastinate import App
from running_kit import a_workspace, begin, left, recipients, wait_for
from smtp_server import running as relay_running
from sqlalchemy import delete, select, text, update

from newsletter.delivery.ledger import Worker, cancel, freeze, pause, this_process
from newsletter.delivery.running.engine import Engine
from newsletter.delivery.running.queue import connector, make_queue
from newsletter.delivery.running.seats import Seats, share_of
from newsletter.delivery.running.sweep import AHEAD, TASK, sweep
from newsletter.delivery.sending import Crew
from newsletter.delivery.sending.opening import open_office
from newsletter.delivery.sending.seat import Seat
from newsletter.settings import read_settings
from newsletter.store.tables import batches, workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsletter.delivery.sending import Office
    from newsletter.store.register import Register

on_server = pytest.mark.parametrize("register", ["postgresql"], indirect=True)


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def relay(tmp_path: Path):
    with relay_running(tmp_path / "accepted.jsonl") as started:
        yield started


@pytest.fixture
def office(register: Register, tmp_path: Path, relay) -> Iterator[Office]:
    root = a_workspace(tmp_path / "workspace", relay.port)
    told: list[str] = []
    with open_office(
        root,
        read_settings(root),
        register,
        environ={},
        clock=clock,
        role="all",
        tell=lambda level, text: told.append(f"{level} {text}"),
    ) as office:
        office.told = told  # type: ignore[attr-defined]
        yield office
        office.stop.set()


def run_batches(office: Office, *pairs: tuple[int, int]) -> None:
    """All at once, each on a thread of its own."""
    crew = Crew(office, lanes=len(pairs))

    def work(pair: tuple[int, int]) -> None:
        with Seat(office) as seat:
            crew.run_batch(*pair, seat)

    threads = [threading.Thread(target=work, args=(pair,)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class TestAJobIsOnlyAHint:
    def test_the_same_batch_brought_four_times_at_once_is_sent_once(self, register: Register, office: Office, relay):
        send = begin(register, 40, batch_size=40)
        run_batches(office, *[(send.send_id, 1)] * 4)
        wait_for(lambda: not left(register))
        assert set(recipients(relay).values()) == {1}
        assert states(register) == {"accepted": 40}

    def test_batches_that_are_not_there_are_nothing_to_do(self, register: Register, office: Office, relay):
        send = begin(register, 2)
        run_batches(office, (send.send_id, 2), (send.send_id + 1, 1))
        assert states(register) == {"planned": 2}
        assert relay.accepted == []

    def test_a_job_that_comes_after_the_send_has_ended_sends_nothing(self, register: Register, office: Office, relay):
        send = begin(register, 3)
        run_batches(office, (send.send_id, 1))
        assert len(relay.accepted) == 3
        run_batches(office, (send.send_id, 1), (send.send_id, 1))
        assert len(relay.accepted) == 3

    def test_a_job_of_a_send_that_was_paused_or_cancelled_sends_nothing(
        self, register: Register, office: Office, relay
    ):
        send = begin(register, 3)
        pause(register, "2027-01", now=clock(), actor="Anne")
        run_batches(office, (send.send_id, 1))
        cancel(register, "2027-01", now=clock(), actor="Anne")
        run_batches(office, (send.send_id, 1))
        assert relay.accepted == []
        assert states(register) == {"skipped": 3}


def swept(register: Register, now: datetime | None = None) -> int:
    """One sweep; how many jobs it made."""

    async def once() -> int:
        async with app.open_async(), app.connector.pool.connection() as connection:
            return (await sweep(app, connection, now or clock())).deferred

    app = an_app(register)
    with asyncio.Runner() as runner:
        return runner.run(once())


def an_app(register: Register) -> Any:
    app = App(connector=connector(register))
    app.task(name=TASK)(lambda send_id, number: None)
    return app


def jobs(register: Register) -> list[str]:
    with register.read() as connection:
        found = "SELECT queueing_lock FROM procrastinate.procrastinate_jobs ORDER BY priority DESC, id"
        return list(connection.scalars(text(found)))


def change(register: Register, table: Any, **values: Any) -> None:
    with register.write() as connection:
        connection.execute(update(table).values(values))


@on_server
class TestSweep:
    @pytest.fixture(autouse=True)
    def queue(self, register: Register) -> None:
        make_queue(register)

    def test_a_second_pass_makes_no_second_job(self, register: Register):
        begin(register, 50)
        assert [swept(register), swept(register)] == [3, 0]

    def test_small_sends_do_not_wait_for_large_ones(self, register: Register):
        first = begin(register, 60).send_id
        with register.write() as connection:
            connection.execute(text("DELETE FROM people WHERE id NOT IN (SELECT person_id FROM deliveries)"))
        second = begin_again(register).send_id
        swept(register)
        assert jobs(register) == [f"{first}/1", f"{second}/1", f"{first}/2", f"{first}/3"]

    def test_batches_that_wait_get_a_job_when_their_time_comes(self, register: Register):
        begin(register, 20)
        change(register, batches, state="waiting", next_at=clock() + timedelta(minutes=5))
        assert swept(register) == 0
        assert swept(register, clock() + timedelta(minutes=6)) == 1

    @pytest.mark.parametrize("state", ["done", "working"])
    def test_batches_that_nobody_can_take_get_none(self, register: Register, state: str):
        begin(register, 20)
        worker = Worker(register, role="worker", clock=clock, process=elsewhere(1))
        worker.enlist()
        change(register, batches, state=state, owner=worker.name)
        assert swept(register) == 0

    def test_a_send_that_rests_gets_none(self, register: Register):
        begin(register, 20)
        pause(register, "2027-01", now=clock(), actor="Anne")
        assert swept(register) == 0

    def test_a_dead_workers_batch_gets_one_though_its_own_is_under_way(self, register: Register):
        begin(register, 20)
        swept(register)
        change_jobs(register, "status = 'doing'")
        worker = Worker(register, role="worker", clock=clock, process=elsewhere(1))
        worker.enlist()
        change(register, batches, state="working", owner=worker.name)
        assert swept(register) == 0
        change(register, workers, beat_at=clock() - timedelta(minutes=1))
        # the server of the tests may have started within this minute: then nobody was silent for so long
        wait_for(lambda: swept(register) == 1, seconds=20, every=0.5)

    def test_who_died_on_this_machine_is_struck_off_at_once(self, register: Register, tmp_path: Path):
        begin(register, 20)
        worker = Worker(register, role="worker", clock=clock, process=replace(this_process(), pid=9_999_999))
        worker.enlist()
        change(register, batches, state="working", owner=worker.name)
        assert swept(register) == 1
        with register.read() as connection:
            assert connection.scalars(select(workers.c.name)).all() == []

    def test_the_queue_never_grows_long(self, register: Register):
        begin(register, 1)
        with register.write() as connection:
            connection.execute(
                text("INSERT INTO batches (send_id, number, state) SELECT 1, n, 'open' FROM generate_series(2, 3000) n")
            )
        assert [swept(register), swept(register)] == [AHEAD, 0]

    def test_jobs_of_workers_that_have_gone_are_thrown_away(self, register: Register):
        begin(register, 20)
        swept(register)
        change_jobs(register, "status = 'doing', worker_id = NULL")
        with register.write() as connection:
            connection.execute(update(batches).values(state="done"))
        swept(register)
        assert jobs(register) == []


def begin_again(register: Register) -> Any:
    """A send of another issue to one of the same people."""
    return freeze(register, new_send(issue="2027-02"), [(1, "all")], now=clock(), batch_size=20)


def change_jobs(register: Register, how: str) -> None:
    with register.write() as connection:
        connection.execute(text("SET LOCAL search_path TO procrastinate"))
        connection.execute(text(f"UPDATE procrastinate_jobs SET {how}"))


@on_server
class TestEngine:
    @pytest.fixture
    def engine(self, register: Register, office: Office) -> Iterator[Engine]:
        make_queue(register)
        engine = Engine(register, office, lanes=4)
        thread = threading.Thread(target=engine.run)
        thread.start()
        yield engine
        office.stop.set()
        thread.join(20)
        assert not thread.is_alive()

    def test_it_survives_that_the_database_throws_everybody_out(
        self, register: Register, engine: Engine, office, relay
    ):
        begin(register, 200)
        engine.wake()
        wait_for(lambda: len(relay.accepted) > 20)
        throw_out(register)
        wait_for(lambda: not left(register))
        found = states(register)
        assert found["accepted"] + found["in_doubt"] == 200
        assert set(recipients(relay).values()) == {1}

    def test_it_survives_that_its_queue_is_thrown_away_and_made_anew(self, register: Register, engine: Engine, relay):
        begin(register, 40)
        engine.wake()
        wait_for(lambda: not left(register))
        with register.write() as connection:
            connection.execute(text("DROP SCHEMA procrastinate CASCADE"))
        make_queue(register)
        with register.write() as connection:
            connection.execute(text("UPDATE deliveries SET state = 'planned', token = NULL"))
            connection.execute(update(batches).values(state="open"))
            connection.execute(text("UPDATE sends SET state = 'sending'"))
        engine.wake()
        wait_for(lambda: not left(register))
        assert set(recipients(relay).values()) == {2}

    def test_what_is_done_leaves_nothing_in_the_queue(self, register: Register, engine: Engine):
        begin(register, 40)
        engine.wake()
        wait_for(lambda: not left(register))
        wait_for(lambda: jobs(register) == [])

    def test_a_bug_ends_the_process_aloud(self, register: Register, office: Office, monkeypatch):
        make_queue(register)
        monkeypatch.setattr(Crew, "run_batch", lambda *_: 1 / 0)
        begin(register, 1)
        with pytest.raises(ZeroDivisionError):
            Engine(register, office, lanes=1).run()

    def test_while_the_relay_is_out_of_reach_jobs_stay_in_the_queue(self, register: Register, engine, office, relay):
        relay.kill()
        begin(register, 200)
        engine.wake()
        wait_for(lambda: office.told)
        assert len(jobs(register)) > 3
        assert states(register) == {"planned": 200}


def throw_out(register: Register) -> None:
    """As a restart does, to all connections of the database but the one that says so."""
    url = register.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    register.engine.dispose()


class TestShares:
    @pytest.mark.parametrize("connections", [1, 2, 5, 16])
    @pytest.mark.parametrize("number", [1, 3, 8])
    def test_all_shares_together_are_all_connections(self, connections: int, number: int):
        names = [f"host-{each}" for each in range(number)]
        assert sum(share_of(name, names, connections) for name in names) == connections

    def test_who_is_not_known_yet_has_one(self):
        assert share_of("new", ["a", "b"], 8) == 1

    def test_places_are_kept_from_job_to_job_and_given_back_later(self, register: Register, office: Office):
        seats = Seats(office)
        with seats.one() as first:
            pass
        with seats.one() as second:
            assert second is first
        seats.trim()
        with seats.one() as third:
            assert third is first
        seats.share = 0
        seats.trim()
        with seats.one() as fourth:
            assert fourth is not first


def test_the_ledger_of_another_machine_is_not_ours(register: Register):
    """A guard of these tests: a worker elsewhere is believed while it beats."""
    send = begin(register, 2)
    theirs = a_ledger(register, clock, number=3)
    assert theirs.take(send.send_id, 1) is not None
    ours = a_ledger(register, clock)
    assert ours.take(send.send_id, 1) is None
    with register.write() as connection:
        connection.execute(delete(workers).where(workers.c.name == theirs.worker.name))
    assert ours.take(send.send_id, 1) is not None
    theirs.close()
    ours.close()
