"""Sending status mails when their time has come, for a process that goes on; after an outage up to a week later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from newsletter.delivery.notices import How, known
from newsletter.delivery.notices.telling import Telling
from newsletter.delivery.reporting.due import due
from newsletter.delivery.reporting.sending import send_status
from newsletter.problems import Refused
from newsletter.workspace import Reader

if TYPE_CHECKING:
    from newsletter.delivery.reporting.sending import Occasion
    from newsletter.store.register import Register
    from newsletter.workspace import Workspace

_FORMS = "status of {campaign}, {n} mail", "status of {campaign}, {n} mails"


class Statuses:
    """Looks again and again; what was put off goes out at a later look."""

    def __init__(self, root: Path, register: Register, *, tell: Callable[[str, str], None], **how: Unpack[How]) -> None:
        self._root, self._register, self._how, self._telling = root, register, how, Telling(tell)
        self._reader = Reader()
        self._done: set[str] = set()
        """Keys that this process has nothing more to do for."""

    def tick(self) -> None:
        """Send what is due. Raises Invalid when the workspace cannot be read."""
        workspace = self._reader.read(self._root)
        now = self._how["clock"]()
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
        if left and self._how["really"]:
            with self._register.read() as connection:
                self._done.update(known(connection, left))
        return [contact for key, contact in keys.items() if key not in self._done]

    def _send(self, workspace: Workspace, occasion: Occasion, to: list[str]) -> None:
        try:
            posted = send_status(workspace, self._register, occasion, to, **self._how)
        except Refused as error:
            self._telling.trouble(f"the status of {occasion.campaign} cannot be sent now: {error}")
            return
        self._done.update(each.key for each in posted if each.state not in ("deferred", "held"))
        self._telling.posted(_FORMS, posted, campaign=occasion.campaign)
