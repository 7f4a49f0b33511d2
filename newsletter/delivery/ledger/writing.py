"""Writing down what became of turns: the same on both databases, each in its own way of saying many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from newsletter.delivery.ledger.limits import ABSURD
from newsletter.delivery.ledger.values import FINAL, Batch, Outcome, Turn

if TYPE_CHECKING:
    from newsletter.delivery.ledger.doors import FileHand, Hand
    from newsletter.delivery.ledger.server import ServerHand

_LONGEST = 300
"""Characters of a server's answer that are kept."""


class Writer(Protocol):
    """Writes what became of turns."""

    def step(self, hand: Any, batch: Batch, told: Sequence[Outcome], dot: Turn | None, now: datetime) -> bool:
        """Write what became of turns, and the dot of the next. Whether the dot is made."""

    def write(self, hand: Any, batch: Batch, told: Sequence[Outcome], now: datetime) -> None:
        """Write what became of turns that are mine."""

    def late(self, hand: Any, batch: Batch, told: Sequence[Outcome], now: datetime) -> int:
        """Write what became of turns that were put into doubt meanwhile; how many."""


class FileWriter:
    """SQLite: one statement a row."""

    def step(self, hand: FileHand, batch: Batch, told: Sequence[Outcome], dot: Turn | None, now: datetime) -> bool:
        """Write what became of turns, and the dot of the next. Whether the dot is made."""
        if told:
            self.write(hand, batch, told, now)
        if dot is None:
            return True
        return hand.run(hand.words.dot, dot_values(hand, batch, dot, now)) == 1

    def write(self, hand: FileHand, batch: Batch, told: Sequence[Outcome], now: datetime) -> None:
        """Write what became of turns that are mine."""
        rows = self._rows(hand, batch, told, now)
        final = [row for row in rows if row[0] in FINAL]
        if final:
            hand.many(hand.words.over, final)
        if len(final) < len(rows):
            hand.many(hand.words.again, [row for row in rows if row[0] not in FINAL])

    def late(self, hand: FileHand, batch: Batch, told: Sequence[Outcome], now: datetime) -> int:
        """Write what became of turns that were put into doubt meanwhile; how many."""
        rows = self._rows(hand, batch, [each for each in told if each.state in {"planned", "deferred"}], now)
        return max(0, hand.many(hand.words.late, rows).rowcount) if rows else 0

    def _rows(self, hand: FileHand, batch: Batch, told: Sequence[Outcome], now: datetime) -> list[tuple[Any, ...]]:
        at, relay, root, token = hand.moment(now), batch.relay or batch.transport, batch.root_id, batch.token
        return [
            (
                state,
                code,
                clean(text) if text else None,
                relay,
                at,
                hand.moment(next_time(now, wait)) if state == "deferred" else None,
                1 if state == "deferred" else 0,
                token if state == "in_doubt" else None,
                root,
                turn[0],
                token,
            )
            for turn, state, code, text, wait in told
        ]


class ServerWriter:
    """PostgreSQL: one statement for all."""

    def step(self, hand: ServerHand, batch: Batch, told: Sequence[Outcome], dot: Turn | None, now: datetime) -> bool:
        """Write what became of turns, and the dot of the next. Whether the dot is made."""
        if len(told) > 1:
            self.write(hand, batch, told, now)
            told = ()
        if dot is None and not told:
            return True
        values = dot_values(hand, batch, dot, now) | _pair(batch, told[0] if told else None, dot, now)
        written = [row[0] for row in hand.rows(hand.words.pair, values)]
        return dot is None or dot.address_hash in written

    def write(self, hand: ServerHand, batch: Batch, told: Sequence[Outcome], now: datetime) -> None:
        """Write what became of turns that are mine."""
        hand.run(hand.words.results, dot_values(hand, batch, None, now) | _columns(batch, told, now))

    def late(self, hand: ServerHand, batch: Batch, told: Sequence[Outcome], now: datetime) -> int:
        """Write what became of turns that were put into doubt meanwhile; how many."""
        late = [each for each in told if each.state in {"planned", "deferred"}]
        if not late:
            return 0
        return hand.run(hand.words.late_ones, dot_values(hand, batch, None, now) | _columns(batch, late, now))


def accept_all(hand: Hand, batch: Batch, count: int, now: datetime) -> bool:
    """Accept all that are held, if there are as many as that."""
    values = {"send": batch.send_id, "batch": batch.number, "token": batch.token}
    if hand.row(hand.words.all_held, values)[0] != count:
        return False
    return (
        hand.run(hand.words.accept_all, values | {"relay": batch.relay or batch.transport, "now": hand.moment(now)})
        == count
    )


def dot_values(hand: Hand, batch: Batch, dot: Turn | None, now: datetime) -> dict[str, Any]:
    """What the statement of a dot wants to know; nobody has an empty hash."""
    return {
        "root": batch.root_id,
        "send": batch.send_id,
        "token": batch.token,
        "hash": dot[0] if dot else b"",
        "now": hand.moment(now),
    }


def next_time(now: datetime, wait: float | None) -> datetime:
    """When to try again."""
    return now + min(timedelta(seconds=max(0.0, wait or 0.0)), ABSURD)


def clean(text: str) -> str:
    """A server's answer as both databases can keep it, and no longer than anybody reads."""
    short = text[:_LONGEST]
    if short.isascii() and "\0" not in short:
        return short
    return short.replace("\0", "").encode("utf-8", "replace").decode()


def _columns(batch: Batch, told: Sequence[Outcome], now: datetime) -> dict[str, Any]:
    return {
        "relay": batch.relay or batch.transport,
        "hashes": [each.turn.address_hash for each in told],
        "states": [each.state for each in told],
        "codes": [each.code for each in told],
        "texts": [clean(each.text) if each.text else None for each in told],
        "nexts": [next_time(now, each.wait_seconds) if each.state == "deferred" else None for each in told],
    }


def _pair(batch: Batch, told: Outcome | None, dot: Turn | None, now: datetime) -> dict[str, Any]:
    _, state, code, text, wait = told or (None, None, None, None, None)
    return {
        "relay": batch.relay or batch.transport,
        "both": [turn.address_hash for turn in (told and told.turn, dot) if turn],
        "dot": dot.address_hash if dot else b"",
        "state": state,
        "code": code,
        "text": clean(text) if text else None,
        "next": next_time(now, wait) if state == "deferred" else None,
        "tried": state == "deferred",
        "ends": state in FINAL,
    }
