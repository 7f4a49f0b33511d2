"""Hosts that cannot see each other's processes: what a dead one had in hand goes on at another within seconds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from ledger_kit import states
from running_kit import a_workspace, begin, left, recipients, running, wait_for
from smtp_server import Rule, Script
from smtp_server import running as relay_running
from sqlalchemy import select

from newsletter.delivery.ledger.life import SILENCE
from newsletter.delivery.running.engine import SWEEP
from newsletter.delivery.sending.heart import BEAT
from newsletter.store.tables import batches, workers

if TYPE_CHECKING:
    from pathlib import Path

    from postgresql import Server
    from running_kit import Process

    from newsletter.store.register import Register

A_HOST = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--")
PEOPLE, CONNECTIONS = 240, 4
SLOW = Script(rules=(Rule("dot", do="also", reply="", delay=0.06),))


@pytest.fixture
def relay(tmp_path: Path):
    with relay_running(tmp_path / "accepted.jsonl", SLOW) as started:
        yield started


def must_have_hosts() -> None:
    if os.geteuid() or not shutil.which("unshare") or subprocess.run([*A_HOST, "true"], check=False).returncode:
        pytest.skip("name spaces need root and util-linux")


def inside(host: Process) -> int:
    """The process within a host."""
    found = subprocess.run(["pgrep", "-P", str(host.process.pid)], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[0])


def owners(register: Register) -> set[str]:
    with register.read() as connection:
        found = connection.scalars(select(batches.c.owner).where(batches.c.state == "working")).all()
    return {each for each in found if each}


def started(register: Register) -> list[str]:
    with register.read() as connection:
        return list(connection.scalars(select(workers.c.name).order_by(workers.c.started_at)))


@pytest.mark.parametrize("register", ["postgresql"], indirect=True)
class TestHosts:
    def test_a_dead_hosts_batches_are_worked_by_another_within_seconds(self, register: Register, tmp_path: Path, relay):
        must_have_hosts()
        root = a_workspace(tmp_path / "workspace", relay.port, CONNECTIONS)
        with running(root, "--role", "worker", within=A_HOST) as (first,):
            wait_for(lambda: started(register))
            name = started(register)[0]
            with running(root, "--role", "worker", within=A_HOST) as (second,):
                wait_for(lambda: len(started(register)) == 2)
                begin(register, PEOPLE)
                wait_for(lambda: len(owners(register)) == 2 and len(relay.accepted) > PEOPLE // 4)
                first.kill()
                took = wait_for(lambda: name not in owners(register))
                wait_for(lambda: not left(register))
                second.kill()
        assert took <= SILENCE + BEAT + SWEEP + 1
        counted, found = recipients(relay), states(register)
        assert set(counted.values()) == {1}
        assert found["accepted"] + found["in_doubt"] == PEOPLE
        assert found["in_doubt"] <= CONNECTIONS

    def test_a_host_that_only_slept_finds_itself_replaced(self, register: Register, tmp_path: Path, relay):
        must_have_hosts()
        root = a_workspace(tmp_path / "workspace", relay.port, CONNECTIONS)
        with running(root, "--role", "worker", within=A_HOST) as (first,):
            wait_for(lambda: started(register))
            name = started(register)[0]
            with running(root, "--role", "worker", within=A_HOST):
                wait_for(lambda: len(started(register)) == 2)
                begin(register, PEOPLE)
                wait_for(lambda: len(owners(register)) == 2 and len(relay.accepted) > PEOPLE // 8)
                asleep = inside(first)
                os.kill(asleep, signal.SIGSTOP)
                wait_for(lambda: name not in owners(register))
                os.kill(asleep, signal.SIGCONT)
                wait_for(lambda: not left(register))
                # what it had on the line when it fell asleep is told by itself, late
                wait_for(lambda: states(register) == {"accepted": PEOPLE})
        assert recipients(relay) == dict.fromkeys(recipients(relay), 1)
        assert len(recipients(relay)) == PEOPLE

    def test_a_database_that_is_started_again_costs_nothing(
        self, register: Register, server: Server, tmp_path: Path, relay
    ):
        root = a_workspace(tmp_path / "workspace", relay.port, CONNECTIONS)
        with running(root, count=2) as processes:
            begin(register, PEOPLE)
            wait_for(lambda: len(relay.accepted) > PEOPLE // 4)
            register.close()
            server._run("pg_ctl", "restart", "--mode=fast", "--wait", "--log", str(server.folder / "log"))
            wait_for(lambda: not left(register))
            assert [each.stop() for each in processes] == [0, 0]
        assert states(register) == {"accepted": PEOPLE}
        assert set(recipients(relay).values()) == {1}
        assert "Traceback" not in (root / "run.log").read_text("utf-8")

    def test_workers_share_the_connections(self, register: Register, tmp_path: Path, relay):
        root = a_workspace(tmp_path / "workspace", relay.port, CONNECTIONS)
        with running(root, count=2):
            wait_for(lambda: len(started(register)) == 2)
            begin(register, PEOPLE)
            wait_for(lambda: len(owners(register)) == 2)
            with register.read() as connection:
                working = select(batches.c.owner).where(batches.c.state == "working")
                held = list(connection.scalars(working))
            assert max(held.count(each) for each in held) <= CONNECTIONS // 2 + 1
