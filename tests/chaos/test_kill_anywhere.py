"""Nobody twice, nobody lost, whatever is killed when: the short form of `make chaos`."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from chaos_count import count
from chaos_database import programs
from chaos_hands import Senders
from chaos_result import CONNECTIONS
from chaos_run import Chaos
from chaos_workshop import begin, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from chaos_result import Result
    from chaos_workshop import Work

READERS, KILLS = 150, 8


def chaos(folder: Path, database: str, **words: object) -> Result:
    """Run it; the test fails with all that is wrong."""
    if database == "postgresql" and programs() is None:
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    result = Chaos(folder, database, **{"readers": READERS, "kills": KILLS, **words}).run()
    assert result.problems() == []
    return result


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_at_random_points(tmp_path: Path, database: str) -> None:
    result = chaos(tmp_path, database, seed=7, rough=True, settle=True)
    assert sum(result.kills.values()) >= KILLS // 2
    assert result.count is not None
    assert result.count.states["rejected"]
    assert result.count.states["skipped"]
    assert result.settled is not None
    assert set(result.settled.states) == {"accepted", "rejected", "skipped"}


def test_the_ledger_alone_without_an_engine(tmp_path: Path) -> None:
    chaos(tmp_path, "postgresql", seed=8, bare=True, readers=120, kills=6)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_told_to_stop_nobody_is_in_doubt(tmp_path: Path, database: str) -> None:
    result = chaos(tmp_path, database, seed=9, readers=60, kills=4, only="sender, SIGTERM")
    assert result.count is not None
    assert result.count.in_doubt == 0


def test_told_to_stop_while_the_database_is_away(tmp_path: Path) -> None:
    """It waits for a database that is started again, and writes down what it knows."""
    result = chaos(tmp_path, "postgresql", seed=12, readers=60, kills=3, only="PostgreSQL, and")
    assert result.count is not None
    assert result.count.in_doubt <= CONNECTIONS


def test_killed_while_it_begins(tmp_path: Path) -> None:
    """The audience is frozen whole, or not at all; then the same command begins it, once."""
    random = Random(10)
    work = prepare(tmp_path / "workspace", register=None, readers=READERS, port=25, connections=1)
    beginners = Senders(work.root, "--begin")
    try:
        for _ in range(10):
            pid = beginners.start()
            time.sleep(random.random() * 0.5)
            beginners.kill(pid)
            assert [len(found) for found in planned(work)] in ([0, 0], [1, READERS])
        pid = beginners.start()
        beginners.wait(pid)
        assert not beginners.fallen(), beginners.said()
    finally:
        beginners.close()
    assert [len(found) for found in planned(work)] == [1, READERS]


def planned(work: Work) -> tuple[list[Any], list[Any]]:
    """The sends of a register, and the rows of their readers."""
    with closing(sqlite3.connect(work.root / "subscribers" / "register.sqlite", timeout=30)) as file:
        sends, rows = (file.execute(f"SELECT state FROM {table}").fetchall() for table in ("sends", "deliveries"))
    assert {*rows} <= {("planned",)}
    return sends, rows


@pytest.mark.parametrize("only", ["sender, SIGKILL", "the machine"])
def test_a_careless_ledger_is_found_out(tmp_path: Path, only: str) -> None:
    """A harness that finds nothing must be able to: here the dead sender's mails are simply sent again."""
    found = Chaos(tmp_path, "sqlite", readers=60, kills=4, seed=11, words=["--careless"], only=only).run().count
    assert found is not None
    assert found.doubled


def test_the_count_sees_what_is_wrong(tmp_path: Path) -> None:
    work = begin(tmp_path / "workspace", register=None, readers=30, port=25, connections=1)
    log = tmp_path / "relay.jsonl"
    mail = '{"recipients": ["reader0@firma0.example"], "message_id": "<1@x>"}\n'
    log.write_text(mail * 2, "utf-8")
    found = count(work, log)
    assert found.doubled == ("<1@x>", "reader0@firma0.example")
    assert len(found.lost) == 30
    assert found.unknown == ("reader0@firma0.example",)
    assert {text.partition(":")[0] for text in found.problems(bound=0)} == {
        "doubled",
        "lost",
        "unknown",
        "the send is sending",
    }
