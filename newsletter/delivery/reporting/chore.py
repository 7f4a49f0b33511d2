"""Sending status mails when their time has come, for a process that goes on; after an outage up to a week later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.notices import known
from newsletter.delivery.reporting.due import due
from newsletter.delivery.reporting.sending import send_status
from newsletter.problems import Refused
from newsletter.workspace import Reader

if TYPE_CHECKING:
    from newsletter.delivery.notices import Posted
    from newsletter.delivery.reporting.sending import Occasion
    from newsletter.store.register import Register
    from newsletter.workspace import Workspace


class Statuses:
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
        self._reader = Reader()
        self._done: set[str] = set()
        """Keys that this process has nothing more to do for."""
        self._told = ""

    def tick(self) -> None:
        """Send what is due. Raises Invalid when the workspace cannot be read."""
        workspace = self._reader.read(self._root)
        now = self._clock()
        for occasion in due(workspace.campaigns, now, workspace.settings.zone):
            to = self._waiting(workspace, occasion)
            if to:
                self._send(workspace, occasion, to)

    def _waiting(self, workspace: Workspace, occasion: Occasion) -> list[str]:
        """Who has not had it yet."""
        campaign = workspace.campaigns[occasion.campaign]
        named = campaign.report.to if campaign.report else ()
        keys = {occasion.key(contact): contact for contact in named if contact in workspace.items["contact"]}
        left = keys.keys() - self._done
        if left and self._really:
            with self._register.read() as connection:
                self._done.update(known(connection, left))
        return [contact for key, contact in keys.items() if key not in self._done]

    def _send(self, workspace: Workspace, occasion: Occasion, to: list[str]) -> None:
        try:
            posted = send_status(
                workspace,
                self._register,
                occasion,
                to,
                environ=self._environ,
                clock=self._clock,
                really=self._really,
            )
        except Refused as error:
            self._tell_once(f"the status of {occasion.campaign} cannot be sent now: {error}")
            return
        self._done.update(each.key for each in posted if each.state not in ("deferred", "held"))
        self._say(occasion, posted)

    def _tell_once(self, text: str) -> None:
        if text != self._told:
            self._tell("error", text)
        self._told = text

    def _say(self, occasion: Occasion, posted: list[Posted]) -> None:
        new = Counter(each.state for each in posted if not each.again and each.state != "deferred")
        for state, number in sorted(new.items()):
            level = "info" if state in ("accepted", "written") else "warning"
            mails = "mail" if number == 1 else "mails"
            self._tell(level, f"status of {occasion.campaign}, {number} {mails}: {_WORDS[state]}")


_WORDS = {
    "accepted": "sent",
    "written": "written into build/outbox/notices/",
    "rejected": "the relay does not take them; look at their mail addresses in content/contacts/",
    "in_doubt": "perhaps sent: the relay did not answer; they are not sent again",
    "skipped": "not sent; look at delivery.allow in newsletter.yml and their mail addresses in content/contacts/",
}
