"""Taking a batch: a dead worker's first, then of each send in turn, the one that is due or the first that is open."""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.delivery.ledger.endings import rest
from newsletter.delivery.ledger.limits import ABSURD, is_alive
from newsletter.delivery.ledger.values import Batch

if TYPE_CHECKING:
    from newsletter.delivery.ledger.doors import Hand


class Found(NamedTuple):
    """A batch that could be taken, and who had it when."""

    send: int
    number: int
    fence: int
    owner: str | None
    epoch: str | None
    state: str


class Taker:
    """Takes batches for one worker."""

    def __init__(self, owner: str, mine: Container[tuple[int, int, int]]) -> None:
        self._owner = owner
        self._mine = mine
        """Batches that this process works at this moment."""
        self._last = 0

    def take(self, hand: Hand, send_id: int | None, number: int | None, now: datetime) -> Batch | None:
        """The next batch, mine from now on; its leftovers are settled."""
        values = {"now": hand.moment(now), "absurd": hand.moment(now + ABSURD)}
        for found in self._found(hand, send_id, number, values, now):
            batch = self._own(hand, found, now)
            if batch is not None:
                self._last = batch.send_id
                return batch
        return None

    def _found(
        self, hand: Hand, send_id: int | None, number: int | None, values: dict[str, Any], now: datetime
    ) -> Iterator[Found]:
        if send_id is not None and number is not None:
            yield from self._one(hand, send_id, number, values, now)
            return
        yield from self._orphans(hand, send_id, now)
        for send in self._in_turn(hand, send_id):
            for statement in (hand.words.waiting, hand.words.opened):
                row = hand.row(statement, {**values, "send": send})
                if row is not None:
                    yield Found._make((send, *row))

    def _one(self, hand: Hand, send_id: int, number: int, values: dict[str, Any], now: datetime) -> Iterator[Found]:
        row = hand.row(hand.words.one_batch, {**values, "send": send_id, "batch": number})
        if row is not None:
            found = Found._make((send_id, *row))
            if found.state != "working" or self._is_orphan(hand, found, {}, now):
                yield found

    def _orphans(self, hand: Hand, send_id: int | None, now: datetime) -> Iterator[Found]:
        """Batches of workers that are dead, and of mine those that I have dropped."""
        known: dict[str, bool] = {}
        for row in hand.rows(hand.words.working):
            found = Found._make((*row, "working"))
            if send_id in {None, found.send} and self._is_orphan(hand, found, known, now):
                yield found

    def _is_orphan(self, hand: Hand, found: Found, known: dict[str, bool], now: datetime) -> bool:
        owner = found.owner or ""
        if owner == self._owner:
            return (found.send, found.number, found.fence) not in self._mine
        if owner not in known:
            known[owner] = is_alive(hand, owner, now)
        return not known[owner]

    def _in_turn(self, hand: Hand, send_id: int | None) -> list[int]:
        """The sends that go out, each time another first."""
        sends = [row[0] for row in hand.rows(hand.words.sending) if send_id in {None, row[0]}]
        return [*(each for each in sends if each > self._last), *(each for each in sends if each <= self._last)]

    def _own(self, hand: Hand, found: Found, now: datetime) -> Batch | None:
        """Make a batch mine, unless somebody was quicker; a batch of a send that rests is only settled."""
        keys = {"send": found.send, "batch": found.number}
        mine = {**keys, "fence": found.fence, "owner": self._owner, "epoch": hand.epoch}
        if hand.run(hand.words.own, mine) != 1:
            return None
        if found.state == "working":
            hand.run(hand.words.left_dotted, keys)
            hand.run(hand.words.left_held if found.epoch == hand.epoch else hand.words.left_unknown, keys)
        issue, transport, started_at, state, root_id = hand.row(hand.words.facts, keys)
        if state != "sending":
            rest(hand, found.send, found.number, state, now=now)
            return None
        return Batch(
            send_id=found.send,
            root_id=root_id,
            number=found.number,
            fence=found.fence + 1,
            token=secrets.token_hex(8),
            issue=issue,
            transport=transport,
            started_at=hand.when(started_at) if started_at else now,
        )
