"""What passes in and out of the ledger: a batch, the turns in it, what became of them, and what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from newsletter.delivery.letter import Letter, Sheet
from newsletter.problems import Refused

State = Literal["accepted", "rejected", "deferred", "skipped", "in_doubt", "planned"]
"""What can become of a turn. planned: certainly not sent, somebody may take it again."""
FINAL = frozenset({"accepted", "rejected", "skipped"})
UNDER_WAY = ("held", "dotted")
Why = Literal["replaced", "halted", "changed"]


class Replaced(Exception):
    """Somebody else works this batch now: stop with it."""


class Halted(Exception):
    """The send was paused, stopped or cancelled: stop with its batch."""

    def __init__(self, state: str, reason: str | None) -> None:
        super().__init__(f"{state}: {reason}" if reason else state)
        self.state = state
        self.reason = reason


class AlreadySent(Refused):
    """The issue has a send already."""


class LedgerLost(Exception):
    """The register cannot be reached just now. Nothing was done, or it cannot be known: ask again later."""


class LedgerFull(Refused):
    """The register cannot be written: a full disk, or a folder that may only be read. Nothing was lost."""


class Turn(NamedTuple):
    """Somebody whose turn it is: the row's keys, and what a mail to them needs."""

    address_hash: bytes
    person_id: int
    edition: str
    attempt: int
    """How often a server has said `later`."""
    address: str
    smtputf8: bool
    name: str | None
    first_name: str | None
    company: str | None
    contact: str | None
    """A short name in content/contacts/."""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return domain_of(self.address)


class Outcome(NamedTuple):
    """What became of a turn, with the server's answer."""

    turn: Turn
    state: State
    code: int | None = None
    text: str | None = None
    wait_seconds: float | None = None
    """For deferred: until the next attempt."""


@dataclass(eq=False, kw_only=True)
class Batch:
    """A batch that is mine. It remembers what it told the ledger, so that a lost connection loses nothing."""

    send_id: int
    root_id: int
    number: int
    fence: int
    token: str
    issue: str
    transport: str
    started_at: datetime
    relay: str = ""
    """Who is written down as the one that answered; set by who sends."""
    why: Why | None = None
    """Why the last step was refused."""
    told: list[Outcome] = field(default_factory=list)
    """What was said since the last durable window: a crash of the database can lose it."""
    in_hand: int = 0
    """How many of the turns that were held have no result yet."""
    open_dots: dict[bytes, None] = field(default_factory=dict)
    """Those whose body may be on its way."""
    is_shaken: bool = False
    """Whether the connection was lost since the last window."""
    waits_for: tuple[str, ...] = ()
    """Domains for which all that is left has to wait."""

    @property
    def key(self) -> tuple[int, int, int]:
        """The send, the number and the fence."""
        return self.send_id, self.number, self.fence

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Remember what became of turns."""
        self.told.extend(outcomes)
        self.in_hand -= len(outcomes)
        if self.open_dots:
            for outcome in outcomes:
                self.open_dots.pop(outcome.turn.address_hash, None)


@dataclass(frozen=True, kw_only=True)
class NewSend:
    """A send that was approved and is to begin."""

    issue: str
    kind: Literal["issue", "late", "resend", "test"] = "issue"
    digest: str
    """Of the manifest."""
    approved_by: str
    approved_at: datetime
    send_at: datetime
    transport: str
    letter: Letter
    sheets: Mapping[str, Sheet]
    """By name of the edition; may be made as they are asked for."""
    parent_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A send in the ledger: so many people, in so many batches; so many were left out, who have it already."""

    send_id: int
    size: int
    batches: int
    already: int


def domain_of(address: str) -> str:
    """The part after the last @, in small letters."""
    return address.rpartition("@")[2].lower()
