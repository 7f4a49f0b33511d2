"""Pausing, resuming and cancelling a send while it runs. Workers see it before their next body."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import batches, deliveries, sends

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.store.register import Register

_STATES = {
    "approved": "has not begun",
    "sending": "is going out",
    "paused": "is paused",
    "stopped": "is stopped",
    "done": "has gone out",
    "cancelled": "is cancelled",
}


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A send that was paused, resumed or cancelled."""

    send_id: int
    issue: str
    before: str
    state: str
    skipped: int = 0
    """Who will not get it any more."""
    under_way: int = 0
    """Mails that workers have in their hands at this moment."""


def pause(register: Register, issue: str, *, now: datetime, actor: str, reason: str | None = None) -> Changed:
    """Let the send of an issue rest, until it is resumed. Raises Refused when there is none that goes out."""
    with durably(register) as connection:
        send = _send(connection, issue, {"sending"}, "only a send that is going out can be paused")
        _set(connection, send.id, state="paused", reason=reason or f"paused by {actor}")
        _note(connection, send, "pause", now, actor)
        return _changed(connection, send, "paused")


def resume(register: Register, issue: str, *, now: datetime, actor: str) -> Changed:
    """Go on with a send that was paused, or that a relay's refusal stopped. Raises Refused for any other."""
    with durably(register) as connection:
        send = _send(connection, issue, {"paused", "stopped"}, "only a send that is paused or stopped can be resumed")
        is_over = not connection.scalar(_left(send.id))
        state = "done" if is_over else "sending"
        _set(connection, send.id, reason=None, state=state, ended_at=now if is_over else None)
        _note(connection, send, "resume", now, actor)
        return _changed(connection, send, state)


def cancel(register: Register, issue: str, *, now: datetime, actor: str) -> Changed:
    """End a send: who has not had it will not get it. What is under way ends as it ends. Raises Refused when it ended.

    A cancelled send cannot be resumed.
    """
    with durably(register) as connection:
        send = _send(connection, issue, {"sending", "paused", "stopped"}, "a send that has ended cannot be cancelled")
        _set(connection, send.id, state="cancelled", ended_at=now, reason=f"cancelled by {actor}")
        mine = batches.c.send_id == send.id
        idle = batches.c.state.in_(("open", "waiting"))
        connection.execute(update(batches).where(mine, idle).values(state="done", next_at=None))
        planned = (deliveries.c.send_id == send.id) & deliveries.c.state.in_(("planned", "deferred"))
        skipped = connection.execute(update(deliveries).where(planned).values(state="skipped", at=now)).rowcount
        _note(connection, send, "cancel", now, actor, skipped=skipped)
        return _changed(connection, send, "cancelled", skipped)


@contextmanager
def durably(register: Register) -> Iterator[Connection]:
    """A transaction that stays done though the machine loses its power; SQLite has to be told."""
    if not register.is_sqlite:
        with register.write() as connection:
            yield connection
        return
    with register.engine.connect().execution_options(newsletter_writes=True) as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous = FULL")
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute("PRAGMA synchronous = NORMAL")


def newest(connection: Connection, issue: str, among: Collection[str] | None = None) -> Any:
    """The newest send of an issue, tests left out; `among`: the newest in one of these states. Locked."""
    wanted = select(sends.c.id, sends.c.issue, sends.c.kind, sends.c.state, sends.c.parent_id)
    wanted = wanted.where(sends.c.issue == issue, sends.c.kind != "test")
    if among is not None:
        wanted = wanted.where(sends.c.state.in_(among))
    newest_first = wanted.order_by(sends.c.id.desc()).limit(1).with_for_update(key_share=True)
    return connection.execute(newest_first).one_or_none()


def _send(connection: Connection, issue: str, states: Collection[str], rule: str) -> Any:
    send = newest(connection, issue, states)
    if send is not None:
        return send
    last = newest(connection, issue)
    if last is None:
        raise Refused(f"{issue} has not been sent", "see `newsletter status` for what has")
    raise Refused(f"{issue} {_STATES[last.state]}: {rule}", f"see `newsletter status {issue}`")


def _set(connection: Connection, send_id: int, **values: Any) -> None:
    connection.execute(update(sends).where(sends.c.id == send_id).values(values))


def _left(send_id: int) -> Any:
    mine = (batches.c.send_id == send_id) & (batches.c.state != "done")
    return select(func.count()).select_from(batches).where(mine)


def _note(connection: Connection, send: Row[Any], action: str, now: datetime, actor: str, **detail: Any) -> None:
    facts = {"issue": send.issue, "before": send.state, **detail}
    note(connection, now=now, actor=actor, action=action, about="send", about_id=send.id, **facts)


def _changed(connection: Connection, send: Row[Any], state: str, skipped: int = 0) -> Changed:
    held = (deliveries.c.send_id == send.id) & deliveries.c.state.in_(("held", "dotted"))
    under_way = connection.scalar(select(func.count()).select_from(deliveries).where(held)) or 0
    return Changed(
        send_id=send.id, issue=send.issue, before=send.state, state=state, skipped=skipped, under_way=under_way
    )
