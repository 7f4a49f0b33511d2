"""The heart of a process that sends: it says every few seconds that it is alive, so that nobody takes its batches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery.ledger import Worker

BEAT = 2.0
"""Seconds; several of them fit into the silence after which a worker counts as dead."""
_PATIENCE = 5.0


@contextmanager
def beating(worker: Worker) -> Iterator[None]:
    """While this lasts the worker is heard of, except while the register is away."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT):
            try:
                worker.beat()
            except Exception:  # noqa: BLE001, S112  the register may be away: the lanes tell of it
                continue

    heart = threading.Thread(target=beat, name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join(_PATIENCE)
