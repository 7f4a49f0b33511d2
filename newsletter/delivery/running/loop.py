"""The loop: lanes, the scheduler and the reader of bounces, side by side until told to stop."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.problems import Invalid, Refused

if TYPE_CHECKING:
    from newsletter.delivery.sending import Office


@dataclass(frozen=True, kw_only=True)
class Chore:
    """Something that is done again and again."""

    name: str
    every: float
    """Seconds between two times."""
    do: Callable[[], object]


class Loop:
    """Runs `work` (lanes, or an engine) and the chores beside it; ends when the office is told to stop.

    A chore that fails is told, once while it fails in the same way, and done again at its next time; when `work` ends,
    all ends.
    """

    def __init__(self, office: Office, work: Callable[[], None] | None, chores: Sequence[Chore]) -> None:
        self._office = office
        self._work = work
        self._chores = chores
        self._bug: BaseException | None = None
        self._told: dict[str, str] = {}

    def run(self) -> None:
        """Until told to stop. Raises what `work` raised."""
        threads = [threading.Thread(target=self._again, args=(chore,), name=chore.name) for chore in self._chores]
        if self._work is not None:
            threads.append(threading.Thread(target=self._working, name="work"))
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):  # a signal is heard between two joins
            for thread in threads:
                thread.join(0.2)
        if self._bug is not None:
            raise self._bug

    def once(self) -> None:
        """Each chore once, in order; then leave."""
        for chore in self._chores:
            chore.do()

    def _again(self, chore: Chore) -> None:
        told = ""
        while not self._office.stop.is_set():
            began = time.monotonic()
            trouble = _done(chore)
            if trouble and trouble != told:
                self._office.tell("error", trouble)
            told = trouble
            self._office.rest(max(0.0, chore.every - (time.monotonic() - began)))

    def _working(self) -> None:
        assert self._work is not None
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001  told by who called run
            self._bug = error
        finally:
            self._office.stop.set()


def _done(chore: Chore) -> str:
    """Do it; what went wrong, in words without any row or address of anybody's."""
    from sqlalchemy import exc

    try:
        chore.do()
    except exc.DBAPIError as error:
        return f"{chore.name}: the register: {str(error.orig).strip().partition(chr(10))[0]}"
    except (Refused, Invalid) as error:
        return f"{chore.name}: {error}"
    except Exception as error:  # noqa: BLE001  the next time may go well; the others go on meanwhile
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        return f"{chore.name}: a mistake of ours: {type(error).__name__} at {place}"
    return ""
