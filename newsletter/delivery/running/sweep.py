"""The sweep: every batch that somebody can take, by the ledger's own word, has a job in the queue.

Every process sweeps, every few seconds; one at a time does. A job is nothing but a hint, so none is ever mended: those
of workers that have gone are thrown away, and what has no job gets one. Jobs have no `lock`: that is the ledger's
fence, and a dead worker's job must not stand in the way of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.delivery.ledger.life import SILENCE, Process, process_is_gone, seems_alive
from newsletter.delivery.ledger.limits import ABSURD
from newsletter.delivery.running.queue import QUEUE

if TYPE_CHECKING:
    import psycopg
    from procrastinate import App
    from procrastinate.jobs import Job

TASK = "run_batch"
AHEAD = 2_000
"""Jobs in the queue at most: it stays quick, and what begins later need not wait for all that was there before."""
_FORGOTTEN = 60.0
"""Seconds without a beat after which jobs of procrastinate's workers are thrown away."""
_LOCK = 8246373
_ALIVE = """SELECT name FROM workers WHERE role IN ('all', 'worker')
    AND clock_timestamp() - beat_at < make_interval(secs => %s) ORDER BY name"""
_WORKING = """SELECT batches.send_id, batches.number, workers.name, workers.host, workers.pid,
    extract(epoch FROM clock_timestamp() - greatest(workers.beat_at, pg_postmaster_start_time()))::float8
    FROM batches LEFT JOIN workers ON workers.name = batches.owner WHERE batches.state = 'working'"""
_READY = """SELECT batches.send_id, batches.number FROM batches JOIN sends ON sends.id = batches.send_id
    WHERE sends.state = 'sending' AND (batches.state = 'open' OR (batches.state = 'waiting'
        AND (next_at IS NULL OR next_at <= %(now)s OR next_at > %(absurd)s)))
    AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo'
        AND queueing_lock = batches.send_id || '/' || batches.number)
    ORDER BY batches.number, batches.send_id LIMIT %(room)s"""
_TODO = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'"


class Swept(NamedTuple):
    """What a sweep saw and did."""

    workers: tuple[str, ...]
    """Names of those who work."""
    deferred: int
    """How many jobs it made."""


async def sweep(app: App, connection: psycopg.AsyncConnection[Any], now: datetime) -> Swept:
    """Sweep once, in a transaction of the connection. While another sweeps, only look who works."""
    async with connection.transaction():
        names = await (await connection.execute(_ALIVE, [SILENCE])).fetchall()
        workers = tuple(row[0] for row in names)
        lock = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])).fetchone()
        if lock is None or not lock[0]:
            return Swept(workers, 0)
        jobs = [_job(app, *each) for each in await _wanted(connection, now)]
        if jobs:
            await app.job_manager.batch_defer_jobs_async(jobs, connection=connection)
    await _throw_away(app)
    return Swept(workers, len(jobs))


async def _wanted(connection: psycopg.AsyncConnection[Any], now: datetime) -> Sequence[tuple[int, int]]:
    """Batches that can be taken and have no job: a dead worker's first, then of each send its first."""
    waiting = {row[0] for row in await (await connection.execute(_TODO)).fetchall()}
    orphans = [each for each in await _orphans(connection) if key_of(*each) not in waiting]
    room = AHEAD - len(waiting) - len(orphans)
    if room <= 0:
        return orphans
    values = {"now": now, "absurd": now + ABSURD, "room": room}
    return orphans + await (await connection.execute(_READY, values)).fetchall()


async def _orphans(connection: psycopg.AsyncConnection[Any]) -> list[tuple[int, int]]:
    """Batches of workers that are dead. Who died on this machine is struck off, so that all machines know at once."""
    found: list[tuple[int, int]] = []
    gone: set[str] = set()
    for send_id, number, name, host, pid, silence in await (await connection.execute(_WORKING)).fetchall():
        process = None if name is None else Process.of(host, pid)
        if process is not None and seems_alive(process, silence):
            continue
        found.append((send_id, number))
        if process is not None and process_is_gone(process):
            gone.add(name)
    if gone:
        await connection.execute("DELETE FROM workers WHERE name = ANY(%s)", [sorted(gone)])
    return found


def key_of(send_id: int, number: int) -> str:
    """The name of a batch in the queue, where it waits at most once."""
    return f"{send_id}/{number}"


def _job(app: App, send_id: int, number: int) -> Job:
    """Of each send its first batches come first: a small send does not wait for all of a large one."""
    key = key_of(send_id, number)
    deferrer = app.configure_task(TASK, queue=QUEUE, queueing_lock=key, priority=-number)
    return deferrer.make_new_job(send_id=send_id, number=number)


async def _throw_away(app: App) -> None:
    """Jobs of procrastinate's workers that have gone: nobody will end them."""
    from procrastinate.jobs import Status

    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=_FORGOTTEN):
        if job.id is not None:
            await app.job_manager.finish_job_by_id_async(job.id, Status.ABORTED, delete_job=True)
