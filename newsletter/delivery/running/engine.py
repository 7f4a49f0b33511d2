"""Many machines: procrastinate brings batches to the workers. Only with a register on PostgreSQL.

It may lose a job, bring it twice, or bring it long after the batch was done: the ledger says whether there is something
to do. So all that can be known of a send stands in the register, and this may be killed at any point, on any machine.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import psycopg_pool
from procrastinate import App
from procrastinate.exceptions import ProcrastinateException

from newsletter.delivery.running.gate import Gate, GatedJobs
from newsletter.delivery.running.queue import QUEUE, connector
from newsletter.delivery.running.seats import Seats, share_of
from newsletter.delivery.running.sweep import TASK, sweep
from newsletter.delivery.sending.crew import Crew
from newsletter.delivery.sending.heart import BEAT, beating

if TYPE_CHECKING:
    from newsletter.delivery.sending import Office
    from newsletter.store.register import Register

SWEEP = 2.0
"""Seconds between two sweeps of a process."""
_LOOK = 0.1
"""Seconds between looks whether it is time to stop."""
_AGAIN = 2.0
"""Seconds before the queue is tried again, when the database was away."""
for _name in ("procrastinate", "psycopg.pool"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what matters of it we tell ourselves
_TROUBLES = (ProcrastinateException, psycopg.Error, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed, OSError)


class Engine:
    """Works batches that the queue brings, and sees that the queue has all that can be taken.

    `lanes`: how many batches at a time; 0 only fills the queue.
    """

    def __init__(self, register: Register, office: Office, *, lanes: int) -> None:
        self._office = office
        self._lanes = lanes
        self._connector = connector(register)
        self._crew = Crew(office, lanes=lanes)
        self._seats = Seats(office)
        self._gate = Gate(lambda: bool(self._crew.circuit.wait))
        self._threads = ThreadPoolExecutor(max(1, lanes) + 1, thread_name_prefix="lane")
        self._woken = threading.Event()
        self._bug: BaseException | None = None

    def wake(self) -> None:
        """Something has begun: sweep at once."""
        self._woken.set()

    def run(self) -> None:
        """Until told to stop. Raises what a job raised that nobody expected, after all have ended."""
        with beating(self._office.worker):
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._run())
            self._threads.shutdown()
            self._seats.trim(everything=True)
        if self._bug is not None:
            raise self._bug

    async def _run(self) -> None:
        while not self._office.stop.is_set():
            session = asyncio.create_task(self._session())
            while not self._office.stop.is_set() and not (await asyncio.wait({session}, timeout=_LOOK))[0]:
                pass
            self._gate.close()
            session.cancel()
            try:
                with suppress(asyncio.CancelledError):
                    await session
            except* _TROUBLES as group:
                self._office.tell("warning", f"the queue cannot be reached: {_last(group)}")
                await self._rest(_AGAIN)

    async def _session(self) -> None:
        """As long as the database is there."""
        app = App(connector=self._connector)
        app.job_manager = GatedJobs(self._connector, self._gate)
        app.task(name=TASK, queue=QUEUE)(self._job)
        self._gate.open(self._lanes)
        async with app.open_async(), asyncio.TaskGroup() as group:
            group.create_task(self._sweeping(app))
            if self._lanes:
                group.create_task(self._working(app))

    async def _working(self, app: App) -> None:
        await app.run_worker_async(
            queues=[QUEUE],
            name=self._office.worker.name,
            concurrency=self._lanes,
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=SWEEP,
            update_heartbeat_interval=BEAT,
            stalled_worker_timeout=60.0,
        )
        raise ProcrastinateException("its worker has ended")

    async def _sweeping(self, app: App) -> None:
        """Again and again; while the database is away, it is told once."""
        is_away = False
        while True:
            self._woken.clear()
            try:
                await self._sweep(app)
                is_away = False
            except _TROUBLES as error:
                if not is_away:
                    self._office.tell("warning", f"the queue cannot be reached: {_last(error)}")
                is_away = True
            await self._rest(SWEEP)

    async def _sweep(self, app: App) -> None:
        async with self._connector.pool.connection() as connection:
            swept = await sweep(app, connection, self._office.clock())
        share = share_of(self._office.worker.name, swept.workers, self._office.connections)
        self._seats.share = self._gate.most = min(share, self._lanes)
        await asyncio.get_running_loop().run_in_executor(self._threads, self._seats.trim)

    async def _rest(self, seconds: float) -> None:
        for _ in range(int(seconds / _LOOK)):
            if self._woken.is_set() or self._office.stop.is_set():
                return
            await asyncio.sleep(_LOOK)

    async def _job(self, send_id: int, number: int) -> None:
        """One batch, on a thread. A bug of ours ends the process, as loudly as it would without an engine."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._work, send_id, number)
        except Exception as error:  # noqa: BLE001  raised by run
            self._bug = error
            self._office.stop.set()

    def _work(self, send_id: int, number: int) -> None:
        with self._seats.one() as seat:
            self._crew.run_batch(send_id, number, seat)


def _last(group: BaseException) -> str:
    """The innermost trouble, in one line."""
    error = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    cause = error.__cause__ or error
    return str(cause).strip().partition("\n")[0] or type(cause).__name__
