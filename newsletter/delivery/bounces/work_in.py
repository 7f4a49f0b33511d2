"""Working a mail that came back into the register: one transaction a mail, and the same mail again changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from newsletter.delivery.answers.replies import Answer, Unclear
from newsletter.delivery.bounces import ledger
from newsletter.delivery.bounces.classify import Sighting, classify
from newsletter.delivery.bounces.table import NOT_SAID
from newsletter.delivery.bounces.thresholds import MOST_SOFT, is_final, soft_in_a_row
from newsletter.delivery.bounces.verdict import Kind, Recipient, Verdict
from newsletter.store.tables import people
from newsletter.subscribers.act import Act, acting
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.people import Person, find, suppress, unsubscribe
from newsletter.subscribers.suppressions import suppression_of

if TYPE_CHECKING:
    from newsletter.delivery.answers.events import Events
    from newsletter.delivery.answers.taking import Taken
    from newsletter.delivery.bounces.ledger import Delivery
    from newsletter.settings import Privacy
    from newsletter.store.register import Register

_LEFT = Recipient(address=None, verdict=Verdict(kind=Kind.UNKNOWN, reason="unsubscribe", status=""))
_ANSWERED = Recipient(address=None, verdict=Verdict(kind=Kind.UNKNOWN, reason="answer", status=""))
_FAILED = (Kind.HARD, Kind.SOFT, Kind.SENDER)


@dataclass(kw_only=True, slots=True)
class Worked:
    """What became of a mail, or of many: how many of each kind, and what they changed."""

    mails: int = 0
    again: int = 0
    """Mails that were worked in before."""
    kinds: Counter[str] = field(default_factory=Counter)
    suppressed: int = 0
    unsubscribed: int = 0
    settled: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """What calendars answered to invitations → how many."""
    unmatched: int = 0
    """What concerns no delivery and nobody in the register."""
    look_at: list[str] = field(default_factory=list)
    """Mails for a person to read, by their names in the mailbox."""
    ignored: list[str] = field(default_factory=list)
    """Answers that changed nothing, by their names, with the reason."""

    def add(self, other: Worked) -> None:
        """Count another one in."""
        for name in ("mails", "again", "suppressed", "unsubscribed", "settled", "unmatched"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.kinds += other.kinds
        self.answers += other.answers
        self.look_at += other.look_at
        self.ignored += other.ignored


def work_in(
    register: Register,
    privacy: Privacy,
    data: bytes,
    name: str,
    *,
    now: datetime,
    actor: str,
    events: Events | None = None,
) -> Worked:
    """One mail. `name`: what it is called where it lies, for who must look at it. `events`: what can be answered."""
    sighting, mark = classify(data), ledger.mark_of(data)
    with acting(register, privacy, now=now, actor=actor) as act:
        if ledger.is_seen(act.connection, mark):
            return Worked(mails=1, again=1)
        worked = Worked(mails=1)
        if sighting.wants_out:
            _leave(act, register.key, sighting, mark, worked)
        elif sighting.answer:
            _count(_answer(act, sighting, mark, events), name, worked)
        else:
            _take_in(act, sighting, mark, worked)
    if worked.kinds[Kind.UNKNOWN.value]:
        worked.look_at.append(name)
    return worked


def _answer(act: Act, sighting: Sighting, mark: str, events: Events | None) -> Taken:
    """Somebody's calendar answers an invitation."""
    from newsletter.delivery.answers.taking import Taken, take_answer

    answer = sighting.answer
    if isinstance(answer, Answer) and events is not None:
        taken = take_answer(act, answer, sighting.sender, events)
    else:
        taken = Taken(became="look", words=answer.why if isinstance(answer, Unclear) else "answers an invitation")
    ledger.tell(act.connection, _ANSWERED, None, taken.address_hash, mark=mark, now=act.now)
    return taken


def _count(taken: Taken, name: str, worked: Worked) -> None:
    worked.answers[taken.became] += 1
    if taken.words:
        told = worked.ignored if taken.became in ("older", "over") else worked.look_at
        told.append(f"{name}: {taken.words}")


def _take_in(act: Act, sighting: Sighting, mark: str, worked: Worked) -> None:
    ours = ledger.by_traces(act.connection, sighting.traces)
    recipients = [_concerned(act, sighting, ours)] if ours else sighting.recipients
    is_ours = len(recipients) == 1  # each mail of ours has one recipient: a list without our sign is none of ours
    for recipient in recipients:
        person = _person(act, recipient, ours)
        delivery = ours or (ledger.by_person(act.connection, person.id, act.now) if person and is_ours else None)
        hashed = person.address_hash if person else None
        ledger.tell(act.connection, recipient, delivery, hashed, mark=mark, now=act.now)
        worked.kinds[recipient.kind.value] += 1
        worked.unmatched += delivery is None and person is None and recipient.kind in _FAILED
        if delivery:
            worked.settled += _settle(act, delivery, recipient)
        if person:
            draw_consequences(act, recipient, person, delivery, worked)


def _concerned(act: Act, sighting: Sighting, ours: Delivery) -> Recipient:
    """Of several recipients the one that our delivery went to; the first when it was passed on to others."""
    named = (each for each in sighting.recipients if each.address and _hash(act, each.address) == ours.address_hash)
    return next(named, sighting.recipients[0])


def _settle(act: Act, delivery: Delivery, recipient: Recipient) -> bool:
    state = ledger.settle(act.connection, delivery, recipient, act.now)
    if state:
        act.note("bounces settle", delivery.person_id, send=delivery.root_id, state=state)
    return state is not None


def draw_consequences(
    act: Act, recipient: Recipient, person: Person, delivery: Delivery | None, worked: Worked
) -> None:
    """What a kind means for the person; sender-side refusals, delays, receipts and automatic answers mean nothing."""
    if recipient.kind is Kind.COMPLAINT:
        suppress(act, person.address_key, "complained")
        worked.unsubscribed += person.standing.state != "unsubscribed"
        worked.suppressed += 1
    if delivery is None or recipient.kind not in (Kind.HARD, Kind.SOFT):
        return
    count = soft_in_a_row(act.connection, person.id, act.now)
    bounced = update(people).where(people.c.id == person.id)
    act.connection.execute(bounced.values(soft_bounces=count, bounced_at=act.now))
    hard = recipient.kind is Kind.HARD and is_final(act.connection, person.address_hash, recipient.verdict)
    known = suppression_of(act.connection, person.address_hash, act.now)
    if (hard or count >= MOST_SOFT) and known is None:
        suppress(act, person.address_key, "bounced")
        worked.suppressed += 1


def _leave(act: Act, key: bytes, sighting: Sighting, mark: str, worked: Worked) -> None:
    """Who asks by mail to leave, leaves: by the token that we gave them, else by the address they write from."""
    person = _asking(act, key, sighting)
    ledger.tell(act.connection, _LEFT, None, person.address_hash if person else None, mark=mark, now=act.now)
    if person is None:
        worked.kinds[Kind.UNKNOWN.value] += 1
        return
    worked.kinds["unsubscribe"] += 1
    worked.unsubscribed += unsubscribe(act, person.address_key, "mail to the unsubscribe address")


def _asking(act: Act, key: bytes, sighting: Sighting) -> Person | None:
    from newsletter.delivery.message.tokens import read_token

    number = read_token(key, sighting.token) if sighting.token else None
    if number is not None:
        return _numbered(act, number)
    return _known(act, sighting.sender)


def _person(act: Act, recipient: Recipient, delivery: Delivery | None) -> Person | None:
    if delivery is not None:
        return _numbered(act, delivery.person_id) if delivery.person_id is not None else None
    return None if recipient.verdict is NOT_SAID and recipient.address is None else _known(act, recipient.address or "")


def _numbered(act: Act, person_id: int) -> Person | None:
    key = act.connection.scalar(select(people.c.address_key).where(people.c.id == person_id))
    return None if key is None else find(act.connection, key, lock=True)


def _known(act: Act, address: str) -> Person | None:
    try:
        return find(act.connection, parse_address(address).key, lock=True)
    except ValueError:
        return None


def _hash(act: Act, address: str) -> bytes | None:
    try:
        return act.hash_of(parse_address(address).key)
    except ValueError:
        return None
