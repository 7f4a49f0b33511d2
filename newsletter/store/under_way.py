"""Whether anything is being sent from a register right now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.problems import Refused
from newsletter.store.tables import deliveries, sends, workers

if TYPE_CHECKING:
    from sqlalchemy import Connection

UNDER_WAY = ("sending", "paused", "stopped")
"""States of a send that has begun and is not over."""
_IN_HAND = ("held", "dotted")
_HEARD = timedelta(seconds=60)
"""Who was heard of within this may be at work."""


def refuse_under_way(connection: Connection, now: datetime) -> None:
    """Raise Refused, with all reasons, while a send is not over or somebody works at sending."""
    reasons = [*_sends(connection), *_in_hand(connection), *_workers(connection, now)]
    if reasons:
        text = "\n".join(["a register cannot be moved while a send is under way:", *(f"  {each}" for each in reasons)])
        hint = "let the sends end, or cancel them; stop `newsletter run` everywhere; then run the command again"
        raise Refused(text, hint)


def _sends(connection: Connection) -> list[str]:
    found = select(sends.c.issue, sends.c.state).where(sends.c.state.in_(UNDER_WAY)).order_by(sends.c.id)
    return [f"the send of {issue} is {state}" for issue, state in connection.execute(found)]


def _in_hand(connection: Connection) -> list[str]:
    found = select(func.count()).select_from(deliveries).where(deliveries.c.state.in_(_IN_HAND))
    number = connection.scalar(found) or 0
    return [f"{number} {'mail is' if number == 1 else 'mails are'} in a worker's hands"] if number else []


def _workers(connection: Connection, now: datetime) -> list[str]:
    found = select(workers.c.host, workers.c.pid).where(workers.c.beat_at > now - _HEARD).order_by(workers.c.name)
    return [f"`newsletter run` is at work on {host} (process {pid})" for host, pid in connection.execute(found)]
