"""The conversation with a mail relay: opened by the standard library, led by ourselves where it must be quick."""

from newsletter.delivery.smtp.body import Stuffed, stuffed
from newsletter.delivery.smtp.commands import Envelope, Extensions
from newsletter.delivery.smtp.opening import open_session
from newsletter.delivery.smtp.relay import Relay, Timeouts
from newsletter.delivery.smtp.replies import Reply
from newsletter.delivery.smtp.session import Session
from newsletter.delivery.smtp.troubles import AfterDot, BeforeDot, Trouble
from newsletter.delivery.smtp.verdicts import Verdict, verdict, waits

__all__ = [
    "AfterDot",
    "BeforeDot",
    "Envelope",
    "Extensions",
    "Relay",
    "Reply",
    "Session",
    "Stuffed",
    "Timeouts",
    "Trouble",
    "Verdict",
    "open_session",
    "stuffed",
    "verdict",
    "waits",
]
