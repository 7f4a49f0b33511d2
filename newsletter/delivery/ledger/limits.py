"""What a relay bears, shared by all workers: mails a minute, connections, and domains that asked us to wait."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.delivery.ledger.life import Process, seems_alive

if TYPE_CHECKING:
    from newsletter.delivery.ledger.doors import Hand

BURST = 1.0
"""Seconds' worth of mails that may go at once, at least one."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 4 * 3600.0
"""Seconds; a pause doubles with each failure."""
ABSURD = timedelta(days=2)
"""No wait is longer: a time beyond it was written by a clock that was wrong."""


def refilled(tokens: float, seconds: float, rate: float) -> float:
    """What is in a bucket so many seconds later, at `rate` mails a minute. A clock set back fills nothing in."""
    room = max(1.0, rate / 60 * BURST)
    return min(room, tokens + max(0.0, seconds) * rate / 60)


def taken(tokens: float, wanted: int, rate: float) -> tuple[int, float]:
    """How many of the wanted mails may go now, and how many seconds until the next may."""
    granted = max(0, min(wanted, math.floor(tokens + 1e-9)))
    short = max(0.0, 1 - (tokens - granted))
    return granted, 0.0 if granted >= wanted else short * 60 / rate


def take_tokens(hand: Hand, relay: str, wanted: int, rate: float, now: datetime) -> tuple[int, float]:
    """Take some of the relay's tokens; how many, and seconds to wait when there were too few."""
    row = hand.row(hand.words.bucket, {"relay": relay})
    tokens, passed = (1.0, 0.0) if row is None else row
    passed = passed if isinstance(passed, float) else (now - hand.when(passed)).total_seconds()
    full = refilled(tokens, passed, rate)
    granted, wait = taken(full, wanted, rate)
    hand.run(hand.words.fill, {"relay": relay, "tokens": full - granted, "now": hand.moment(now)})
    return granted, wait


def claim_lane(hand: Hand, *, relay: str, most: int, owner: str, given: Container[int], now: datetime) -> int | None:
    """A connection to the relay that nobody has, or that a dead worker had; None when all are taken.

    `given`: those that threads of the owner have.
    """
    owners: dict[int, str] = {lane: name or "" for lane, name in hand.rows(hand.words.lanes, {"relay": relay})}
    for lane in range(most):
        before = owners.get(lane, "")
        if lane in given or (before not in {"", owner} and is_alive(hand, before, now)):
            continue
        values = {"relay": relay, "lane": lane, "owner": owner, "epoch": hand.epoch, "before": before}
        if hand.run(hand.words.claim, values) == 1:
            return lane
    return None


def is_alive(hand: Hand, name: str, now: datetime) -> bool:
    """Whether a worker still works, as far as can be known from here."""
    row = hand.row(hand.words.worker, {"name": name})
    if row is None:
        return False
    host, pid, heard = row
    silence = float(heard) if not isinstance(heard, str) else (now - hand.when(heard)).total_seconds()
    return seems_alive(Process.of(host, pid), silence)


def pause_domain(hand: Hand, relay: str, domain: str, now: datetime, seconds: float | None) -> datetime:
    """Let a domain be for a while, longer with each failure unless `seconds` are given; until when."""
    keys: dict[str, Any] = {"relay": relay, "domain": domain}
    row = hand.row(hand.words.failures, keys)
    failures = (row[0] if row else 0) + 1
    wait = seconds if seconds is not None else min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 20))
    until = now + timedelta(seconds=min(wait, ABSURD.total_seconds()))
    hand.run(hand.words.pause, {**keys, "until": hand.moment(until), "failures": failures})
    return until


def pauses(hand: Hand, relay: str, now: datetime) -> Mapping[str, datetime]:
    """The domains to be let be, and until when."""
    values = {"relay": relay, "now": hand.moment(now), "absurd": hand.moment(now + ABSURD)}
    return {domain: hand.when(until) for domain, until in hand.rows(hand.words.pauses, values)}


def rests(hand: Hand, relay: str) -> frozenset[str]:
    """The domains whose failures are remembered, whether or not they rest now."""
    return frozenset(domain for (domain,) in hand.rows(hand.words.rests, {"relay": relay}))
