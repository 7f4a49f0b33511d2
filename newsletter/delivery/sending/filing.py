"""Batches whose mails become files: many at a time, and again without harm when a process was killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from newsletter.delivery.ledger import Outcome
from newsletter.delivery.sending.office import Mail, Office

if TYPE_CHECKING:
    from newsletter.delivery.ledger import Batch, Turn
    from newsletter.delivery.transports import Files

_WINDOW = 500


def file_batch(office: Office, batch: Batch, transport: Files) -> None:
    """Write a batch's mails. Raises what the ledger raises, and Refused when they cannot be written."""
    with transport.open() as filer:
        while not office.stop.is_set():
            turns = office.ledger.hold(batch, limit=_WINDOW)
            if not turns:
                return
            outcomes: list[Outcome] = []
            try:
                filer.write(_mails(office, batch, turns, outcomes))
            except BaseException:
                office.ledger.settle(batch, [Outcome(turn, "planned") for turn in turns])
                raise
            office.ledger.settle(batch, outcomes)


def _mails(office: Office, batch: Batch, turns: Sequence[Turn], outcomes: list[Outcome]) -> Iterator[tuple[str, bytes]]:
    """Each mail as it is written; what became of each turn is noted on the way."""
    for turn in turns:
        made = office.prepare(batch, turn)
        if isinstance(made, Mail):
            outcomes.append(Outcome(turn, "accepted"))
            yield made.identity, made.data
        else:
            outcomes.append(made)
