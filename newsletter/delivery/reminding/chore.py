"""Reminding in the morning of every working day, for a process that goes on; after an outage later on the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.reminding.sending import remind
from newsletter.problems import Invalid, Refused
from newsletter.settings import read_settings
from newsletter.workdays import is_workday

if TYPE_CHECKING:
    from newsletter.delivery.notices import Posted
    from newsletter.settings import Settings
    from newsletter.store.register import Register


class Reminders:
    """Looks again and again; what was put off goes out at a later look."""

    def __init__(
        self,
        root: Path,
        register: Register,
        *,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
        tell: Callable[[str, str], None],
        really: bool,
    ) -> None:
        self._root, self._register = root, register
        self._environ, self._clock, self._tell, self._really = environ, clock, tell, really
        self._done: date | None = None
        """The day whose reminders have all gone out."""
        self._told = ""

    def tick(self) -> None:
        """Remind, when it is time. newsletter.yml is read anew: it says who is away."""
        try:
            self._look(read_settings(self._root))
        except (Refused, Invalid) as error:
            self._tell_once(f"consultants cannot be reminded now: {error}")

    def _look(self, settings: Settings) -> None:
        wall = self._clock().astimezone(settings.zone)
        today = wall.date()
        if self._done == today or not is_workday(today) or wall.time() < settings.service.remind_at:
            return
        posted = remind(
            self._root, settings, self._register, environ=self._environ, clock=self._clock, really=self._really
        )
        if not any(each.state in ("deferred", "held") for each in posted):
            self._done = today
        self._say(posted)

    def _tell_once(self, text: str) -> None:
        if text != self._told:
            self._tell("error", text)
        self._told = text

    def _say(self, posted: list[Posted]) -> None:
        new = Counter(each.state for each in posted if not each.again and each.state != "deferred")
        for state, number in sorted(new.items()):
            level = "info" if state in ("accepted", "written") else "warning"
            self._tell(level, f"{number} {'reminder' if number == 1 else 'reminders'} to consultants: {_WORDS[state]}")


_WORDS = {
    "accepted": "sent",
    "written": "written into build/outbox/notices/",
    "rejected": "the relay does not take them; look at their mail addresses in content/contacts/",
    "in_doubt": "perhaps sent: the relay did not answer; they are not sent again",
    "skipped": "not sent; look at delivery.allow in newsletter.yml and their mail addresses in content/contacts/",
}
