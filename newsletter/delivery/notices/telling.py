"""What a chore tells of its mails, for who reads the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from newsletter.speech import counted

if TYPE_CHECKING:
    from newsletter.delivery.notices.values import Posted

_WORDS = {
    "accepted": "sent",
    "written": "written into build/outbox/notices/",
    "rejected": "the relay does not take them; look at their mail addresses in content/contacts/",
    "in_doubt": "perhaps sent: the relay did not answer; they are not sent again",
    "skipped": "not sent; look at delivery.allow in newsletter.yml and their mail addresses in content/contacts/",
}


class Telling:
    """Says what is new: a chore looks again and again, and the log must stay short."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._told = ""

    def trouble(self, text: str) -> None:
        """Say it, unless it was the last trouble that was said."""
        if text != self._told:
            self._tell("error", text)
        self._told = text

    def posted(self, forms: tuple[str, str], posted: Iterable[Posted], **more: str) -> None:
        """How many mails ended how; `forms` names one and several, as `counted` wants them."""
        new = Counter(each.state for each in posted if not each.again and each.state != "deferred")
        for state, number in sorted(new.items()):
            level = "info" if state in ("accepted", "written") else "warning"
            self._tell(level, f"{counted(forms, number, **more)}: {_WORDS[state]}")
