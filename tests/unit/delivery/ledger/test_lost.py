"""The register goes away, or is full: what was said is not forgotten, and nothing is sent twice."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import Counter
from dataclasses import replace

import pytest
from ledger_kit import Clock, a_ledger, accepted, elsewhere, frozen, new_send, send_all, some_people, states
from register_kit import NOW
from sqlalchemy import text

from newsletter.delivery.ledger import (
    Ledger,
    LedgerFull,
    LedgerLost,
    Outcome,
    Worker,
    alive,
    epoch,
    freeze,
    this_process,
)
from newsletter.delivery.ledger.life import SILENCE, seems_alive
from newsletter.problems import Refused


@pytest.fixture
def ledger(register):
    ledger = a_ledger(register, Clock())
    yield ledger
    ledger.close()


on_server = pytest.mark.parametrize("register", ["postgresql"], indirect=True)
"""A file has no connections to lose."""
on_file = pytest.mark.parametrize("register", ["sqlite"], indirect=True)
"""A server's disk and folder are not ours."""


def cut(register):
    """End all connections but our own, as a server that is restarted does."""
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))  # fmt: skip


class TestLost:
    @on_server
    def test_what_was_said_when_the_connection_went_is_kept(self, register, ledger):
        frozen(register, 4)
        batch = ledger.take()
        one, two, *_ = ledger.hold(batch)
        assert ledger.step(batch, [], one)
        cut(register)
        with pytest.raises(LedgerLost):
            ledger.step(batch, [accepted(one)], two)
        assert ledger.finish(batch) == "open"
        assert states(register) == {"accepted": 1, "planned": 3}
        assert len(send_all(ledger, ledger.take())) == 3

    @on_server
    def test_a_body_on_its_way_is_in_doubt(self, register, ledger):
        frozen(register, 2)
        batch = ledger.take()
        one, _ = ledger.hold(batch)
        ledger.step(batch, [], one)
        cut(register)
        with pytest.raises(LedgerLost):
            ledger.hold(batch)
        assert ledger.finish(batch) == "open"
        assert states(register) == {"in_doubt": 1, "planned": 1}

    @on_server
    def test_results_that_a_crash_took_back_are_said_again(self, register, ledger):
        frozen(register, 3)
        batch = ledger.take()
        one, two, three = ledger.hold(batch)
        ledger.step(batch, [], one)
        ledger.step(batch, [accepted(one)], two)
        with register.write() as connection:  # as after the crash: the window is there, what came after it is not
            connection.execute(text("UPDATE deliveries SET state = 'held', smtp_code = NULL"), {})
            connection.execute(text("UPDATE deliveries SET token = :token"), {"token": batch.token})
            connection.execute(text("DELETE FROM epochs"))
        cut(register)
        with pytest.raises(LedgerLost):
            ledger.step(batch, [accepted(two)], three)
        ledger.finish(batch)
        assert states(register) == {"accepted": 2, "planned": 1}

    def test_the_epoch_is_the_same_until_a_crash(self, register):
        assert epoch(register) == epoch(register)
        if register.is_sqlite:
            return
        before = epoch(register)
        cut(register)
        register.engine.dispose()
        assert epoch(register) == before
        with register.write() as connection:
            assert connection.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'epochs'")) == "u"
            connection.execute(text("DELETE FROM epochs"))  # as recovery from a crash does
        assert epoch(register) != before


class TestFull:
    @on_file
    def test_a_full_disk_loses_nothing(self, register, ledger):
        frozen(register, 200)
        batch = ledger.take()
        one, two, *rest = ledger.hold(batch, 200)
        assert ledger.step(batch, [], one)
        connection = ledger._door._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        long = [Outcome(turn, "rejected", 550, "x" * 300) for turn in rest]
        with pytest.raises(LedgerFull) as error:
            ledger.step(batch, [accepted(one), *long], two)
        assert isinstance(error.value, Refused)
        assert "disk is full" in error.value.text
        assert "free some space" in error.value.hint
        assert states(register) == {"dotted": 1, "held": 199}
        connection.execute("PRAGMA max_page_count = 1000000")
        assert ledger.finish(batch) == "open"
        assert states(register) == {"accepted": 1, "rejected": 198, "planned": 1}

    @on_file
    def test_a_register_that_may_only_be_read(self, register, ledger):
        frozen(register, 1)
        batch = ledger.take()
        ledger._door._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(LedgerFull, match="cannot be written"):
            ledger.hold(batch)


class TestWorkers:
    def test_who_is_elsewhere_lives_by_their_beats(self):
        assert [seems_alive(elsewhere(2), silence) for silence in (0, SILENCE, SILENCE + 1, -SILENCE, -3600)] == [
            True,
            True,
            False,
            True,
            False,
        ]

    def test_who_is_here_lives_by_being_seen(self):
        here = this_process()
        assert [seems_alive(here, silence) for silence in (0, 300, -300, 3600)] == [True, True, True, False]
        assert not seems_alive(replace(here, start="1"), 0)
        assert not seems_alive(replace(here, pid=2**22 + 1), 0)

    def test_we_live_until_we_leave(self, register):
        worker = Worker(register, role="worker", clock=Clock())
        with register.read() as connection:
            assert not alive(connection, worker.name, NOW)
        worker.beat()
        with register.read() as connection:
            assert alive(connection, worker.name, NOW)
        worker.leave()
        with register.read() as connection:
            assert not alive(connection, worker.name, NOW)

    def test_threads_share_a_send(self, register, ledger):
        frozen(register, 120, batch_size=10)
        sent: list[bytes] = []

        def lane():
            while batch := ledger.take():
                sent.extend(send_all(ledger, batch, 4))
                ledger.finish(batch)

        lanes = [threading.Thread(target=lane) for _ in range(4)]
        for each in lanes:
            each.start()
        for each in lanes:
            each.join()
        assert len(sent) == len(set(sent)) == 120
        assert states(register) == {"accepted": 120}


def race(folder, named, key, queue, dies):
    """A process that sends what it gets; or is killed in the middle of it."""
    os.environ.update(NEWSLETTER_REGISTER=named, NEWSLETTER_KEY=key)
    from conftest import _settings

    from newsletter.store.register import open_register

    register = open_register(folder, _settings())
    worker = Worker(register, role="worker", clock=Clock())
    worker.enlist()
    ledger = Ledger(register, worker, Clock())
    end = time.monotonic() + 30
    count = 0
    while time.monotonic() < end and states(register).keys() & {"planned", "held", "dotted"}:
        batch = ledger.take()
        if batch is None:
            time.sleep(0.05)
            continue
        while turns := ledger.hold(batch, 5):
            last = []
            for turn in turns:
                if ledger.step(batch, last, turn):
                    queue.put(turn.address_hash)
                    last = [accepted(turn)]
                    count += 1
                if dies and count == 3:
                    queue.close()
                    queue.join_thread()
                    os.kill(os.getpid(), 9)
            ledger.step(batch, last, None)
        ledger.finish(batch)
    worker.leave()
    ledger.close()
    register.close()


@pytest.mark.parametrize("dies", [False, True])
def test_two_processes_share_a_send(register, tmp_path, dies):
    ids = some_people(register, 120)
    freeze(register, new_send(), [(one, "all") for one in ids], now=NOW, batch_size=10)
    spawn = multiprocessing.get_context("spawn")
    queues = [spawn.Queue(), spawn.Queue()]
    named = str(register.path) if register.is_sqlite else os.environ["NEWSLETTER_REGISTER"]
    words = [
        (tmp_path / "register", named, register.key.hex(), queue, dies and at == 0) for at, queue in enumerate(queues)
    ]
    racers = [spawn.Process(target=race, args=each) for each in words]
    for racer in racers:
        racer.start()
    sent: list[bytes] = []
    while any(racer.is_alive() for racer in racers) or not all(queue.empty() for queue in queues):
        for queue in queues:
            while not queue.empty():
                sent.append(queue.get())
        time.sleep(0.02)
    for racer in racers:
        racer.join()
    for queue in queues:
        queue.close()
    assert len(sent) == len(set(sent)) == 120
    doubt = int(racers[0].exitcode == -9)  # the other may have been so quick that nothing was left to die with
    assert states(register) == Counter(accepted=120 - doubt) + Counter(in_doubt=doubt)
