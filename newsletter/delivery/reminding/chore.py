"""Reminding in the morning of every working day, for a process that goes on; after an outage later on the same day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from newsletter.delivery.notices import How
from newsletter.delivery.notices.telling import Telling
from newsletter.delivery.reminding.sending import remind
from newsletter.problems import Invalid, Refused
from newsletter.settings import read_settings
from newsletter.workdays import is_workday

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.store.register import Register

_FORMS = "{n} reminder to consultants", "{n} reminders to consultants"


class Reminders:
    """Looks again and again; what was put off goes out at a later look."""

    def __init__(self, root: Path, register: Register, *, tell: Callable[[str, str], None], **how: Unpack[How]) -> None:
        self._root, self._register, self._how, self._telling = root, register, how, Telling(tell)
        self._done: date | None = None
        """The day whose reminders have all gone out."""

    def tick(self) -> None:
        """Remind, when it is time. newsletter.yml is read anew: it says who is away."""
        try:
            self._look(read_settings(self._root))
        except (Refused, Invalid) as error:
            self._telling.trouble(f"consultants cannot be reminded now: {error}")

    def _look(self, settings: Settings) -> None:
        wall = self._how["clock"]().astimezone(settings.zone)
        today = wall.date()
        if self._done == today or not is_workday(today) or wall.time() < settings.service.remind_at:
            return
        posted = remind(self._root, settings, self._register, **self._how)
        if not any(each.state in ("deferred", "held") for each in posted):
            self._done = today
        self._telling.posted(_FORMS, posted)
