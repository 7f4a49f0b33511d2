"""Refusals in the conversation itself: the ledger's rejected deliveries mean what bounces mean, and count alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from newsletter.delivery.bounces import ledger
from newsletter.delivery.bounces.judge import codes_in, judge
from newsletter.delivery.bounces.verdict import Kind, Recipient
from newsletter.delivery.bounces.work_in import Worked, draw_consequences
from newsletter.store.tables import deliveries, delivery_events, people, sends
from newsletter.subscribers.act import Act, acting
from newsletter.subscribers.people import find

if TYPE_CHECKING:
    from sqlalchemy import Row

    from newsletter.settings import Privacy
    from newsletter.store.register import Register

_RECENT = timedelta(days=14)
_AT_A_TIME = 200
_SOURCE = "smtp"


def work_refusals(register: Register, privacy: Privacy, *, now: datetime, actor: str) -> Worked:
    """Take in what servers refused while we sent, each once; some hundreds in a transaction."""
    worked = Worked()
    while True:
        with acting(register, privacy, now=now, actor=actor) as act:
            rows = _next(act)
            for row in rows:
                _one(act, row, worked)
        if len(rows) < _AT_A_TIME:
            return worked


def _next(act: Act) -> list[Row[tuple[object, ...]]]:
    """Rejected deliveries of the last weeks of which nothing is told yet."""
    same = and_(
        delivery_events.c.root_id == deliveries.c.root_id, delivery_events.c.address_hash == deliveries.c.address_hash
    )
    told = select(delivery_events.c.id).where(same).exists()
    recent = select(sends.c.id).where(or_(sends.c.ended_at.is_(None), sends.c.ended_at > act.now - _RECENT))
    wanted = select(deliveries).where(deliveries.c.root_id.in_(recent), deliveries.c.state == "rejected", ~told)
    return list(act.connection.execute(wanted.limit(_AT_A_TIME)).all())


def _one(act: Act, row: Row[tuple[object, ...]], worked: Worked) -> None:
    said = " ".join(filter(None, [str(row.smtp_code or ""), row.smtp_text or ""]))
    verdict = judge("", said)
    recipient = Recipient(address=None, verdict=verdict, status=codes_in(said).status or None, diagnostic=said)
    hashed = bytes(row.address_hash)
    delivery = ledger.Delivery(
        root_id=row.root_id, address_hash=hashed, person_id=row.person_id, state=row.state, is_sure=True
    )
    ledger.tell(act.connection, recipient, delivery, mark=_SOURCE, now=act.now)
    worked.kinds[recipient.kind.value] += 1
    key = act.connection.scalar(select(people.c.address_key).where(people.c.id == row.person_id))
    person = find(act.connection, key, lock=True) if key else None
    if person is not None and recipient.kind in (Kind.HARD, Kind.SOFT):
        draw_consequences(act, recipient, person, delivery, worked)
