"""What can go wrong with a relay, told apart by what it means for the mail at hand."""

from __future__ import annotations

from newsletter.delivery.smtp.replies import Reply


class Trouble(Exception):
    """No conversation came about: in words for people, with a cure.

    `sender_side` says that trying again is no use before somebody has changed something; `code` is the relay's, if any.
    """

    def __init__(self, reason: str, hint: str = "", *, sender_side: bool = False, code: int | None = None) -> None:
        super().__init__(f"{reason}\n    {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint
        self.sender_side = sender_side
        self.code = code


class BeforeDot(Exception):
    """The connection is gone and the relay certainly did not take the mail. `reply` holds its 421, when it said so."""

    def __init__(self, reason: str, reply: Reply | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reply = reply


class AfterDot(Exception):
    """The connection is gone and nobody knows whether the relay took the mail: no answer came to its final dot."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
