"""Starting what is due, every few seconds. Killed between two looks, or running twice, it starts nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import exc

from newsletter.delivery.ledger import AlreadySent
from newsletter.delivery.schedule import Due, Steady, due, missed
from newsletter.delivery.schedule.book import LOOP
from newsletter.delivery.starting import Starting
from newsletter.problems import Invalid, Refused
from newsletter.workspace import read_workspace

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.delivery.starting import Where
    from newsletter.store.register import Register

Tell = Callable[[str, str], None]


class Scheduler:
    """Looks after planned sends of a workspace."""

    def __init__(self, root: Path, register: Register, zone: ZoneInfo, where: Where, tell: Tell) -> None:
        self._root, self._register, self._zone, self._where = root, register, zone, where
        self._tell = tell
        self._steady = Steady()
        self._told: set[tuple[int, str]] = set()

    def tick(self, now: datetime, ran: float) -> int:
        """Start what is due, and tell what was missed; how many were started. `ran`: seconds of a clock that only runs.

        Nothing is done while the machine's clock has just leapt.
        """
        if not self._steady.look(now, ran):
            self._tell_once(
                0, "warning", "this machine's clock has leapt: nothing is started before it runs true again"
            )
            return 0
        with self._register.write() as connection:
            late = missed(connection, self._zone, now)
        for each in late:
            self._tell("error", f"{each.issue} was to go out at {each.wall:%Y-%m-%d %H:%M} and did not: {_CURE}")
        with self._register.read() as connection:
            ready = due(connection, self._zone, now)
        return sum(self._start(each, now) for each in ready)

    def _start(self, each: Due, now: datetime) -> bool:
        try:
            starting = Starting(read_workspace(self._root), self._register, each.issue, self._where)
            started = starting.start(now=now, actor=LOOP, send_at=each.send_at, planned=each.id)
        except AlreadySent:
            return False  # another process was quicker: what has a send is not due
        except exc.OperationalError as error:
            if "serialize" not in str(error):
                raise
            return False  # the same, at the same moment: the next look finds how it ended
        except (Refused, Invalid) as error:
            until = each.until.astimezone(self._zone)
            self._tell_once(
                each.id, "error", f"{each.issue} cannot go out: {error}\n    it is tried until {until:%H:%M}"
            )
            return False
        if started.is_new:
            self._tell("info", f"{each.issue} goes out to {started.size} readers")
        return started.is_new

    def _tell_once(self, number: int, level: str, text: str) -> None:
        if (number, text) not in self._told:
            self._told.add((number, text))
            self._tell(level, text)


_CURE = "newsletter schedule ISSUE --at … plans it anew, newsletter send ISSUE --really sends it now"
