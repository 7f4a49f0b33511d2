"""How many mails are under way to each domain, over all connections of this process; and which ask us to wait."""

from __future__ import annotations

import threading
from collections import Counter

_TRIES = 3
"""So many refusals in a row for the time being, and a domain is left alone for a while."""


class Domains:
    """Lets so many mails to a domain be under way at a time. For many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: Counter[str] = Counter()
        self._put_off: Counter[str] = Counter()
        self._changed = threading.Condition()

    def enter(self, domain: str) -> bool:
        """Begin a mail to this domain, if there is room; `leave` when it is over."""
        with self._changed:
            if self._under_way[domain] >= self._most:
                return False
            self._under_way[domain] += 1
            return True

    def leave(self, domain: str, *, is_put_off: bool | None = None) -> int:
        """A mail to this domain is over; how often in a row it was put off. None says nothing about the domain."""
        with self._changed:
            self._under_way[domain] -= 1
            if not self._under_way[domain]:
                del self._under_way[domain]
            if is_put_off:
                self._put_off[domain] += 1
            elif is_put_off is not None:
                self._put_off.pop(domain, None)
            self._changed.notify_all()
            return self._put_off[domain]

    def wants_a_rest(self, failures: int) -> bool:
        """Whether so many in a row are enough to leave a domain alone."""
        return failures >= _TRIES

    def wait(self, seconds: float) -> None:
        """Until a mail is over somewhere, or so long."""
        with self._changed:
            self._changed.wait(seconds)
