"""What is known of the way to a relay: after failures all lanes of a process wait together, longer each time."""

from __future__ import annotations

import threading
import time

_WAITS = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds between tries to reach the relay."""
_SILENT = 3
"""So many mails in a row without an answer to the final dot, and no more are sent: each would be in doubt."""
_SHUT = 5
"""So many closed connections (421) in a row, with no mail taken between them, are a refusal."""


class Circuit:
    """For many threads."""

    def __init__(self, waits: tuple[float, ...] = _WAITS) -> None:
        self._waits = waits
        self._failures = 0
        self._closings = 0
        self._silences = 0
        self._silent_at = 0.0
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def failures(self) -> int:
        """In a row."""
        return self._failures

    @property
    def wait(self) -> float:
        """Seconds until the next try; 0 when the way is free."""
        return max(0.0, self._until - time.monotonic())

    def failed(self, *, closed: bool = False) -> bool:
        """A connection failed, or the relay closed it (421); whether that makes it a refusal."""
        with self._lock:
            if self.wait and not closed:
                return False  # the others found the same at the same time
            self._closings += closed
            self._until = time.monotonic() + self._waits[min(self._failures, len(self._waits) - 1)]
            self._failures += 1
            return self._closings >= _SHUT

    def fell_silent(self, since: float) -> bool:
        """The relay did not answer to a mail's final dot; whether it is wiser to stop. `since`: when it was offered.

        Mails that were on their way when another fell silent tell nothing new: a relay that dies silences all lanes.
        """
        with self._lock:
            if since > self._silent_at:
                self._silences += 1
                self._silent_at = time.monotonic()
            return self._silences >= _SILENT

    def worked(self) -> None:
        """The relay took a mail."""
        if self._failures or self._silences:
            with self._lock:
                self._failures = self._closings = self._silences = 0
                self._until = 0.0
