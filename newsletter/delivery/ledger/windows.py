"""A window: some whose turn it is, marked as held before anybody speaks to a server."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsletter.delivery.ledger.limits import ABSURD
from newsletter.delivery.ledger.values import Batch, Halted, Replaced, Turn, domain_of

if TYPE_CHECKING:
    from newsletter.delivery.ledger.doors import FileHand, Hand
    from newsletter.delivery.ledger.server import ServerHand


def file_window(hand: FileHand, batch: Batch, limit: int, skip: Collection[str], now: datetime) -> list[Turn]:
    """SQLite: hold some. Raises Replaced and Halted."""
    values = _values(hand, batch, now)
    _check(batch, hand.row(hand.words.standing, values))
    turns, held, unwanted, passed = [], [], [], set()
    at, token = values["now"], batch.token
    stream = iter(hand.stream(hand.words.candidates, values))
    for row in stream:
        if not row[11]:
            unwanted.append((at, row[0]))
            continue
        if skip and (domain := domain_of(row[5])) in skip:
            passed.add(domain)
            continue
        turns.append(Turn._make((*row[1:6], bool(row[6]), *row[7:11])))
        held.append((token, row[0]))
        if len(turns) == limit:
            break
    if unwanted or passed or next(stream, None) is not None:
        hand.many(hand.words.skip, unwanted)
        hand.many(hand.words.hold, held)
    elif turns:
        hand.run(hand.words.hold_all, values | {"token": token})
    batch.waits_for = () if turns else tuple(sorted(passed))
    return turns


def server_window(hand: ServerHand, batch: Batch, limit: int, skip: Collection[str], now: datetime) -> list[Turn]:
    """PostgreSQL: hold some, in one statement unless some of them are no longer wanted. Raises Replaced and Halted."""
    turns: list[Turn] = []
    values = _values(hand, batch, now) | {"fence": batch.fence, "token": batch.token, "domains": list(skip) or None}
    while True:
        wanted = limit - len(turns)
        rows = hand.rows(hand.words.window, values | {"most": wanted})
        _check(batch, (batch.fence, *rows[0][:2]) if rows else None)
        turns += [Turn._make(row[3:]) for row in rows if row[2]]
        if len(turns) == limit or len(rows) < wanted or rows[0][3] is None:
            break
    batch.waits_for = tuple(skip) if skip and not turns else ()
    return turns


def _check(batch: Batch, standing: Any) -> None:
    if standing is None or standing[0] != batch.fence:
        batch.why = "replaced"
        raise Replaced
    if standing[1] != "sending":
        batch.why = "halted"
        raise Halted(standing[1], standing[2])


def _values(hand: Hand, batch: Batch, now: datetime) -> dict[str, Any]:
    return {
        "send": batch.send_id,
        "batch": batch.number,
        "now": hand.moment(now),
        "absurd": hand.moment(now + ABSURD),
    }
