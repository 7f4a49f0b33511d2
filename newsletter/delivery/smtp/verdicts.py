"""What an answer means for the mail: enhanced code first, then the SMTP code, then the words.

One table, read from the top; the first row that fits says it. A refusal is the address's fault only where it is told
to be: what concerns us, our server, our wording or our settings is `sender`, stops the send and punishes nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newsletter.delivery.smtp.replies import Reply, Stage

Verdict = Literal["accepted", "rejected", "deferred", "sender"]

_WAITS = (5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60, 12 * 60 * 60)
"""Seconds between tries: greylisting lets go after minutes, a full mailbox after days (RFC 6647, RFC 5321 § 4.5.4)."""

_NOBODY = re.compile(
    r"(user|mailbox|recipient|account|address|alias|addressee)\b.{0,40}\b"
    r"(unknown|not found|unavailable|inactive|disabled|does ?n[o']t exist|not exist|invalid|not known|no longer|closed)"
    r"|(no such|unknown|invalid|non-?existent|bad destination|no valid)\b.{0,20}"
    r"\b(user|mailbox|recipient|account|address)"
    r"|not our customer|doesn't have an? .{0,20}account",
    re.IGNORECASE,
)
_FULL = re.compile(r"(mailbox|quota|inbox)\b.{0,30}\b(full|exceeded|limit)|over ?quota|quota exceeded", re.IGNORECASE)
_THAT_ONE = re.compile(
    r"recipient address rejected(?!.*\b(spf|dkim|dmarc|spam|reputation|listed|blocked))", re.IGNORECASE
)
_US = re.compile(
    r"relay(ing)?\b.{0,30}\b(denied|prohibited|not (permitted|allowed))|(unable|not (permitted|allowed)) to relay"
    r"|rcpthosts|authentication (is )?required|not authenticated|must authenticate"
    r"|spam|virus|malware|phish|unsolicited|bulk mail|reputation|dmarc|\bspf\b|dkim|reverse dns|\bptr\b"
    r"|black ?list|block ?list|\brbl\b|dnsbl|\blisted (at|in|by|on)\b|spamhaus|spamcop|barracuda|blocked|banned"
    r"|message (size|too)|too (large|big)|content (rejected|not accepted)|policy",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """Fits when all that it names fits."""

    verdict: Verdict
    stages: tuple[Stage, ...] = ()
    enhanced: str = ""
    """Regular expression of the whole enhanced code; a lone `-` stands for none, or one that says nothing."""
    codes: tuple[int, ...] = ()
    words: re.Pattern[str] | None = None

    def fits(self, reply: Reply, stage: Stage) -> bool:
        """Whether the row speaks of this answer."""
        return (
            (not self.stages or stage in self.stages)
            and (not self.codes or reply.code in self.codes)
            and (not self.enhanced or re.fullmatch(self.enhanced, _telling(reply)) is not None)
            and (self.words is None or self.words.search(reply.text) is not None)
        )


_TABLE = (
    # The conversation itself, or who we say we are: never a matter of one address.
    _Row(verdict="sender", stages=("connect", "data")),
    _Row(verdict="rejected", enhanced=r"5\.6\.7"),
    _Row(verdict="sender", stages=("mail",)),
    # Enhanced codes that say it.
    _Row(verdict="rejected", stages=("rcpt",), enhanced=r"5\.7\.[01]", words=_THAT_ONE),
    _Row(verdict="rejected", enhanced=r"5\.7\.(13|17|1[23]\d)"),
    _Row(verdict="sender", enhanced=r"5\.7\.\d+|5\.1\.[78]|5\.2\.3|5\.3\.4|5\.6\.\d+"),
    _Row(verdict="rejected", enhanced=r"5\.[124]\.\d+"),
    # Codes: 530-538 want a sign-in, 50x and 555 do not understand us, 552 is too big or too full.
    _Row(verdict="sender", codes=(500, 502, 503, 504, 521, 523, 530, 534, 535, 538, 555, 571)),
    _Row(verdict="rejected", codes=(501, 551, 556), stages=("rcpt",)),
    # Words.
    _Row(verdict="rejected", words=_FULL),
    _Row(verdict="rejected", words=_NOBODY),
    _Row(verdict="sender", words=_US),
    _Row(verdict="sender", enhanced=r"5\.[35]\.\d+"),
    # Nothing said: before the body it was about the address, after it about the mail, which all get alike.
    _Row(verdict="rejected", stages=("rcpt",)),
    _Row(verdict="sender"),
)


def verdict(reply: Reply, stage: Stage | None = None) -> Verdict:
    """What the answer means for the mail; `stage` is the answer's own when left out."""
    if reply.taken:
        return "accepted"
    if reply.code < 500 or (reply.enhanced or "").startswith("4."):  # noqa: PLR2004  the class of the code
        return "deferred"
    return next(row.verdict for row in _TABLE if row.fits(reply, stage or reply.stage))


def waits(attempt: int) -> float:
    """Seconds from try number `attempt` (from 1) to the next; the caller knows when to give up."""
    return float(_WAITS[min(max(attempt, 1), len(_WAITS)) - 1])


def _telling(reply: Reply) -> str:
    """The enhanced code, or nothing when it is one of those that only say `something`."""
    return "" if reply.enhanced in (None, "5.0.0") else str(reply.enhanced)
