"""How many jobs this process fetches: as many as it may have connections, and none while the relay is out of reach.

What is not fetched stays in the queue for others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

if TYPE_CHECKING:
    from procrastinate.connector import BaseConnector
    from procrastinate.jobs import Job, Status

_LOOK = 0.2


class Gate:
    """For one event loop. `is_shut` says whether to let nobody in just now."""

    def __init__(self, is_shut: Callable[[], bool]) -> None:
        self.most = 1
        self._is_shut = is_shut
        self._inside = 0
        self._is_open = False
        self._changed = asyncio.Event()

    def open(self, most: int) -> None:
        """Let so many in, from none."""
        self.most = min(self.most, most)
        self._inside = 0
        self._is_open = True

    def close(self) -> None:
        """Let nobody in any more."""
        self._is_open = False
        self._changed.set()

    async def enter(self) -> bool:
        """Wait until there is room; False when the gate was closed."""
        while self._is_open and (self._inside >= self.most or self._is_shut()):
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _LOOK)
        self._inside += self._is_open
        return self._is_open

    def leave(self) -> None:
        """There is room for one more."""
        self._inside -= 1
        self._changed.set()


class GatedJobs(JobManager):
    """procrastinate's jobs; each goes through the gate."""

    def __init__(self, connector: BaseConnector, gate: Gate) -> None:
        super().__init__(connector)
        self._gate = gate

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """A job, when there is one and room for it."""
        if not await self._gate.enter():
            return None
        job = None
        try:
            job = await super().fetch_job(queues, worker_id)
        finally:
            if job is None:
                self._gate.leave()
        return job

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """End a job. One that somebody has thrown away meanwhile, or that cannot be reached, is thrown away later."""
        try:
            with suppress(ConnectorException):
                await super().finish_job(job, status, delete_job)
        finally:
            self._gate.leave()
