"""Nowhere: for measuring. Counts and forgets."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from newsletter.delivery.transports.kinds import Mails


@dataclass
class Nowhere:
    """Takes every mail and keeps none; knows how many and how much it were, over all lanes."""

    mails: int = 0
    bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """For people and for the register."""
        return "nowhere"

    @property
    def repeatable(self) -> Literal[True]:
        """Counting twice harms nobody."""
        return True

    def open(self) -> _Counter:
        """For one lane."""
        return _Counter(self)

    def add(self, mails: int, size: int) -> None:
        """Count so many mails of so many bytes together."""
        with self._lock:
            self.mails += mails
            self.bytes += size


class _Counter:
    def __init__(self, nowhere: Nowhere) -> None:
        self._nowhere = nowhere

    def write(self, mails: Mails) -> int:
        sizes = [len(data) for _, data in mails]
        self._nowhere.add(len(sizes), sum(sizes))
        return len(sizes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass
