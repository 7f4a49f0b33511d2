"""Several machines: one is cut off, one counts as dead and lives, the database crashes, the scheduler is killed."""

from __future__ import annotations

import signal
import time
from random import Random
from typing import TYPE_CHECKING

import pytest
from chaos_count import count
from chaos_database import programs
from chaos_hosts import SILENCE, Hosts, why_not
from chaos_workshop import plan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: apt install postgresql"),
]
CONNECTIONS = 4
WORKER = ("--role", "worker")
_TAKEN_OVER = "SELECT coalesce(sum(greatest(fence - 1, 0)), 0) > {} FROM batches"

_STUCK = """SELECT count(*) > 0 FROM pg_stat_activity
    WHERE state = 'idle in transaction' AND clock_timestamp() - state_change > interval '1 second'"""


def a_send(folder: Path, readers: int = 160) -> Hosts:
    return Hosts(folder, readers=readers, connections=CONNECTIONS)


def check(hosts: Hosts, bound: int) -> None:
    """The same count as after any other kill; all who were told to stop did."""
    codes = hosts.stop()
    assert count(hosts.work, hosts.relay.log).problems(bound) == []
    assert set(codes.values()) <= {0, -signal.SIGKILL}, hosts.said()


def owner(hosts: Hosts, number: int) -> str:
    """The name under which a machine's worker is known."""
    (name,) = hosts.ask(f"SELECT name FROM workers ORDER BY started_at LIMIT 1 OFFSET {number - 1}")[0]
    return str(name)


def test_a_machine_is_cut_off_and_comes_back(tmp_path: Path) -> None:
    with a_send(tmp_path) as hosts:
        hosts.start(1, *WORKER)
        hosts.until_taken(20)
        cut = owner(hosts, 1)
        hosts.start(2, *WORKER)
        hosts.until_taken(60)
        hosts.cut(1)
        hosts.until(f"SELECT count(*) = 0 FROM batches WHERE owner = '{cut}'")
        hosts.mend(1)  # it goes on where it was: a zombie
        hosts.until_done()
        assert hosts.ask(_TAKEN_OVER.format(0))[0][0], "nothing was taken over"
        check(hosts, CONNECTIONS)


def test_a_machine_counts_as_dead_and_lives(tmp_path: Path) -> None:
    with a_send(tmp_path) as hosts:
        hosts.start(1, "--mute", *WORKER)
        hosts.until_taken(20)
        hosts.start(2, *WORKER)
        hosts.until_done()
        assert hosts.ask(_TAKEN_OVER.format(0))[0][0], "nothing was taken over"
        check(hosts, CONNECTIONS * 4)


def test_a_machine_stands_still_for_a_while(tmp_path: Path) -> None:
    with a_send(tmp_path) as hosts:
        hosts.start(1, *WORKER)
        hosts.until_taken(20)
        hosts.start(2, *WORKER)
        hosts.until_taken(50)
        hosts.signal("1", signal.SIGSTOP)
        time.sleep(2 * SILENCE)
        hosts.signal("1", signal.SIGCONT)
        hosts.until_done()
        check(hosts, CONNECTIONS)


def test_the_database_crashes(tmp_path: Path) -> None:
    with a_send(tmp_path) as hosts:
        for number in (1, 2):
            hosts.start(number, *WORKER)
        for mails in (20, 60, 100):
            hosts.until_taken(mails)
            hosts.cluster.crash()
            time.sleep(0.3)
            hosts.cluster.start()
        hosts.until_done()
        check(hosts, 3 * 20 * CONNECTIONS)


def test_a_machine_burns_down(tmp_path: Path) -> None:
    with a_send(tmp_path) as hosts:
        for number in (1, 2):
            hosts.start(number, *WORKER)
        hosts.until_taken(60)
        hosts.cut(1)
        hosts.signal("1", signal.SIGKILL)
        hosts.until_done()
        check(hosts, CONNECTIONS)


def test_a_machine_is_gone_in_the_middle_of_a_transaction(tmp_path: Path) -> None:
    """What it had locked must not keep the others waiting until PostgreSQL notices, which takes hours."""
    with a_send(tmp_path, readers=80) as hosts:
        hosts.start(1, "--bare", "--stuck")
        hosts.until(_STUCK)
        hosts.cut(1)
        hosts.signal("1", signal.SIGKILL)
        hosts.start(2, "--bare")
        hosts.until_done()
        check(hosts, CONNECTIONS)


def test_the_scheduler_is_killed(tmp_path: Path) -> None:
    """Four of them, three killed while the send begins: it begins once."""
    random = Random(4)
    with Hosts(tmp_path, readers=120, connections=CONNECTIONS, begins=False) as hosts:
        names = [hosts.start(1 + number % 2, "--role", "scheduler", name=f"s{number}") for number in range(4)]
        hosts.until("SELECT count(*) = 4 FROM workers")
        for number in (1, 2):
            hosts.start(number, *WORKER)
        plan(hosts.work)
        for name in names[:3]:
            time.sleep(random.random() * 0.4)
            hosts.signal(name, signal.SIGKILL)
        hosts.until_done()
        assert hosts.ask("SELECT count(*) FROM sends") == [(1,)]
        assert hosts.ask("SELECT state FROM schedules") == [("started",)]
        check(hosts, 0)
