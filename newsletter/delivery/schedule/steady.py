"""Whether the machine's clock can be trusted just now: a clock that has leapt may leap back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

TOLERANCE, PATIENCE = 30.0, 120.0
"""Seconds: how far the clock may stray between two looks, and how long it must then run true."""


@dataclass
class Steady:
    """Holds the clock against one that only runs (`time.monotonic`).

    Nothing is started and nothing called missed while the clock has leapt in the last two minutes. A machine that slept
    looks the same, and waits two minutes too.
    """

    _told: datetime | None = None
    _ran: float = 0.0
    _leapt: float | None = None

    def look(self, now: datetime, ran: float) -> bool:
        """Whether `now` can be trusted; `ran` is the reading, in seconds, of the clock that only runs."""
        if self._told is not None and abs((now - self._told).total_seconds() - (ran - self._ran)) > TOLERANCE:
            self._leapt = ran
        self._told, self._ran = now, ran
        return self._leapt is None or ran - self._leapt >= PATIENCE
