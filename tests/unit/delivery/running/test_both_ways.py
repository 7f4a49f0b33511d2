"""One machine with a file, many with a server: whatever works the batches, the counts are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledger_kit import state_of_send, states
from running_kit import a_workspace, begin, left, recipients, running, wait_for
from smtp_server import Rule, Script
from smtp_server import running as relay_running

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.store.register import Register

PEOPLE, CONNECTIONS = 300, 4
SLOW = Script(rules=(Rule("dot", do="also", reply="", delay=0.02),))


@pytest.fixture
def relay(tmp_path: Path):
    with relay_running(tmp_path / "accepted.jsonl", SLOW) as started:
        yield started


def test_two_processes_send_to_each_reader_once(register: Register, tmp_path: Path, relay):
    root = a_workspace(tmp_path / "workspace", relay.port, CONNECTIONS)
    with running(root, count=2) as processes:
        send = begin(register, PEOPLE)
        wait_for(lambda: not left(register))
        assert [each.stop() for each in processes] == [0, 0]
    assert states(register) == {"accepted": PEOPLE}
    assert state_of_send(register, send.send_id) == "done"
    assert set(recipients(relay).values()) == {1}
    assert len(recipients(relay)) == PEOPLE
    assert "Traceback" not in (root / "run.log").read_text("utf-8")


def test_one_of_two_is_killed_and_the_other_does_its_work(register: Register, tmp_path: Path, relay):
    root = a_workspace(tmp_path / "workspace", relay.port, CONNECTIONS)
    begin(register, PEOPLE)
    with running(root, count=2) as (first, second):
        wait_for(lambda: len(relay.accepted) > PEOPLE // 4)
        first.kill()
        wait_for(lambda: not left(register))
        assert second.stop() == 0
    counted, found = recipients(relay), states(register)
    assert set(counted.values()) == {1}
    assert found["accepted"] + found["in_doubt"] == PEOPLE
    assert found["in_doubt"] <= CONNECTIONS
    assert len(counted) >= found["accepted"]
