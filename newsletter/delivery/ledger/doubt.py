"""Settling who is in doubt: by a relay's log, or by a person's word. Nothing else sends a mail again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import case, exists, select, update

from newsletter.delivery.ledger.control import durably
from newsletter.delivery.ledger.counts import Doubt, doubts
from newsletter.delivery.ledger.relaylog import read_log
from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import batches, deliveries, sends

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.store.register import Register

Word = Literal["accepted", "resend"]
"""A person's: it has arrived, or: send it again, though it may have arrived."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of those in doubt: addresses by outcome, and who is in doubt still."""

    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    resent: tuple[str, ...]
    left: tuple[str, ...]


def reconcile(
    register: Register,
    issue: str,
    *,
    now: datetime,
    actor: str,
    log: Iterable[str] = (),
    words: Mapping[str, Word] | None = None,
    rest: Word | None = None,
) -> Settled:
    """Settle who is in doubt, in all sends of an issue.

    `log`: lines of the relay's log. `words`: address → a person's word, which comes before the log's. `rest`: the word
    for all others. Raises Refused for an unknown issue, for addresses that are not in doubt, and for a resend of a
    cancelled send.
    """
    given = {address.casefold(): word for address, word in (words or {}).items()}
    lines = list(log)
    told: list[tuple[str, str]] = []
    with durably(register) as connection:
        found = [(send, doubts(connection, send.id)) for send in _sends(connection, issue)]
        _check(issue, [doubt for _, unsure in found for doubt in unsure], given)
        for send, unsure in found:
            proven = read_log(lines, send.root_id) if unsure else {}
            for doubt in unsure:
                word = given.get(doubt.address.casefold()) or proven.get(doubt.address_hash) or rest
                if word is not None:
                    _settle(connection, send, doubt, word, now)
                    _note(connection, send, word, now, actor)
                told.append((word or "left", doubt.address))
            if any(word == "resend" for word, _ in told):
                _open_again(connection, send.id)
    return _told(told)


def _sends(connection: Connection, issue: str) -> Sequence[Any]:
    """All sends of an issue, locked, each with the number that its keys are made with."""
    root = case((sends.c.kind == "late", sends.c.parent_id), else_=sends.c.id).label("root_id")
    wanted = select(sends.c.id, sends.c.issue, sends.c.state, root).where(sends.c.issue == issue)
    found = connection.execute(wanted.order_by(sends.c.id).with_for_update(key_share=True)).all()
    if not found:
        raise Refused(f"{issue} has not been sent", "see `newsletter status` for what has")
    return found


def _check(issue: str, unsure: Iterable[Doubt], given: Mapping[str, Word]) -> None:
    """A word about somebody who is not in doubt is a mistake: nothing is done."""
    known = {doubt.address.casefold() for doubt in unsure}
    strange = sorted(given.keys() - known)
    if strange:
        are = "is" if len(strange) == 1 else "are"
        text = f"{', '.join(strange)} {are} not in doubt for {issue}"
        raise Refused(text, f"`newsletter status {issue}` lists those who are")


def _settle(connection: Connection, send: Row[Any], doubt: Doubt, word: str, now: datetime) -> None:
    if word == "resend" and send.state == "cancelled":
        text = f"{send.issue} is cancelled: nothing of it is sent again"
        raise Refused(text, "say who got it, and leave the others in doubt")
    values: dict[str, Any] = {"state": word, "at": now, "token": None}
    if word == "resend":
        values |= {"state": "planned", "attempt": deliveries.c.attempt + 1, "next_at": None}
    one = (deliveries.c.root_id == send.root_id) & (deliveries.c.address_hash == doubt.address_hash)
    connection.execute(update(deliveries).where(one, deliveries.c.state == "in_doubt").values(values))


def _note(connection: Connection, send: Row[Any], word: str, now: datetime, actor: str) -> None:
    note(connection, now=now, actor=actor, action="reconcile", about="send", about_id=send.id, word=word)


def _open_again(connection: Connection, send_id: int) -> None:
    """Batches that have something planned again, and the send that was done."""
    planned = exists().where(
        deliveries.c.send_id == batches.c.send_id,
        deliveries.c.batch == batches.c.number,
        deliveries.c.state == "planned",
    )
    ended = (batches.c.send_id == send_id) & (batches.c.state == "done")
    values = {"state": "open", "owner": None, "epoch": None, "next_at": None}
    connection.execute(update(batches).where(ended, planned).values(values))
    done = (sends.c.id == send_id) & (sends.c.state == "done")
    left = exists().where(batches.c.send_id == send_id, batches.c.state != "done")
    connection.execute(update(sends).where(done, left).values(state="sending", ended_at=None))


def _told(told: Sequence[tuple[str, str]]) -> Settled:
    def of(word: str) -> tuple[str, ...]:
        return tuple(address for said, address in told if said == word)

    return Settled(accepted=of("accepted"), rejected=of("rejected"), resent=of("resend"), left=of("left"))
