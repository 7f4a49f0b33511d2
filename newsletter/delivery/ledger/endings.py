"""How a batch ends: what is left is counted, what hangs is settled; and how it is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from newsletter.delivery.ledger.limits import pauses
from newsletter.delivery.ledger.values import Batch

if TYPE_CHECKING:
    from newsletter.delivery.ledger.doors import Hand
    from newsletter.delivery.ledger.writing import Writer

Rest = Literal["done", "waiting", "open"]
_BUSY = timedelta(seconds=1)
"""How long a batch rests, all that is left of which is for domains that are busy."""


def mend(hand: Hand, writer: Writer, batch: Batch, now: datetime) -> bool:
    """Write again what may have been lost, and give back what was held unknown to me. Whether the batch is mine still.

    Whose body may be on its way stays as it is.
    """
    keys = {"send": batch.send_id, "batch": batch.number}
    hand.row(hand.words.lock_send, keys)
    fence, _ = hand.row(hand.words.lock_batch, keys) or (None, None)
    if batch.told:
        writer.write(hand, batch, batch.told, now)
    if fence != batch.fence:
        if writer.late(hand, batch, batch.told, now):
            reopen(hand, batch.send_id, batch.number)
        return False
    _settle(hand, hand.words.give_back, batch, [key for key in _in_hand(hand, batch) if key not in batch.open_dots])
    hand.run(hand.words.refresh, {**keys, "epoch": hand.epoch, "fence": batch.fence})
    return True


def finish(hand: Hand, writer: Writer, batch: Batch, now: datetime) -> Rest:
    """End my time with a batch. What was held goes back; what was dotted and has no result is in doubt."""
    if not mend(hand, writer, batch, now):
        return "open"
    _settle(hand, hand.words.doubt, batch, _in_hand(hand, batch))
    state = hand.row(hand.words.lock_send, {"send": batch.send_id})[0]
    return rest(hand, batch.send_id, batch.number, state, now=now, pause=_pause(hand, batch, now))


def rest(
    hand: Hand, send_id: int, number: int, send_state: str, *, now: datetime, pause: datetime | None = None
) -> Rest:
    """Put a batch down: done, or open, or waiting for a time. The send is done when all its batches are.

    Whom it invited is written down with it: no batch ends without, whoever was killed in it.
    """
    keys = {"send": send_id, "batch": number}
    if send_state == "cancelled":
        hand.run(hand.words.give_up, {**keys, "now": hand.moment(now)})
    hand.run(hand.words.invited, {**keys, "now": hand.moment(now)})
    left = {state: at for state, _, at in hand.rows(hand.words.left, keys)}
    to, at = _rest(hand, left, pause)
    hand.run(hand.words.rest, {**keys, "state": to, "next": None if at is None else hand.moment(at)})
    if to == "done":
        hand.run(hand.words.ended, {"send": send_id, "now": hand.moment(now)})
    return to


def reopen(hand: Hand, send_id: int, number: int) -> None:
    """Let a batch be taken again, since something in it is planned again."""
    hand.run(hand.words.reopen, {"send": send_id, "batch": number})
    hand.run(hand.words.unended, {"send": send_id})


def _rest(hand: Hand, left: Mapping[str, Any], pause: datetime | None) -> tuple[Rest, datetime | None]:
    if not left:
        return "done", None
    deferred = hand.when(left["deferred"]) if left.get("deferred") else None
    if set(left) == {"deferred"}:
        return "waiting", deferred
    if set(left) <= {"planned", "deferred"} and pause is not None:
        return "waiting", min(pause, deferred) if deferred else pause
    return "open", None


def _pause(hand: Hand, batch: Batch, now: datetime) -> datetime | None:
    """When the first of the domains that all had to wait for is to be had again; None when nobody waits for one."""
    if not batch.waits_for:
        return None
    known = pauses(hand, batch.relay or batch.transport, now)
    return min((known.get(domain, now + _BUSY) for domain in batch.waits_for), default=None)


def _in_hand(hand: Hand, batch: Batch) -> list[bytes]:
    values = {"send": batch.send_id, "batch": batch.number, "token": batch.token}
    return [bytes(row[0]) for row in hand.rows(hand.words.in_hand, values)]


def _settle(hand: Hand, statement: str, batch: Batch, hashes: list[bytes]) -> None:
    for key in hashes:
        hand.run(statement, {"root": batch.root_id, "hash": key, "token": batch.token})
