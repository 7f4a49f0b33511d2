"""Taking an answer: who was invited says yes, no or perhaps for themselves, and has a seat or gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, update

from newsletter.campaigns.signups.seats import sign_off, sign_up
from newsletter.delivery.invitations.sent import note_invited
from newsletter.store.tables import invitations, sign_ups
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.people import find

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from newsletter.campaigns.signups.values import Terms
    from newsletter.delivery.answers.events import Events
    from newsletter.delivery.answers.replies import Answer
    from newsletter.subscribers.act import Act
    from newsletter.subscribers.people import Person

Became = Literal["signed-up", "waiting", "declined", "tentative", "older", "over", "look"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of an answer."""

    became: Became
    words: str = ""
    """For people, when nothing was done or they should look at it."""
    person_id: int | None = None
    address_hash: bytes | None = None


def take_answer(act: Act, answer: Answer, sender: str, events: Events) -> Taken:
    """Do what an answer says. `sender`: who wrote the mail; an answer for somebody else is for a person to look at."""
    terms = events.by_uid(answer.uid)
    if terms is None:
        return Taken(became="look", words="answers an event that is not in content/events")
    person = _person(act, answer.attendee)
    if _key(sender) != _key(answer.attendee):
        return Taken(became="look", words=f"somebody answers {terms.event} for somebody else")
    invitation = _invitation(act, terms, person) if person else None
    if person is None or invitation is None:
        return Taken(became="look", words=f"answers {terms.event} from an address that was not invited")
    became, words = _take(act, answer, terms, person, invitation)
    if answer.has_comment:
        words = "; ".join(filter(None, [words, "they wrote something with their answer"]))
    return Taken(became=became, words=words, person_id=person.id, address_hash=person.address_hash)


def _take(
    act: Act, answer: Answer, terms: Terms, person: Person, invitation: Row[tuple[object, ...]]
) -> tuple[Became, str]:
    if terms.cancelled or not terms.ours or act.now >= terms.end:
        return "over", f"{terms.event} is {'over' if act.now >= terms.end else 'cancelled'}"
    at = min(answer.stamp or act.now, act.now)
    if answer.sequence < invitation.sequence:
        return "older", f"answers {terms.event} as it was before it changed"
    if invitation.answered_at is not None and at < invitation.answered_at:
        return "older", f"they have answered {terms.event} again since"
    _write(act, answer, terms, person, at)
    if answer.said == "tentative":
        return "tentative", ""
    if answer.said == "declined":
        sign_off(act, terms, person.id)
        return "declined", ""
    return _seat(act, terms, person)


def _seat(act: Act, terms: Terms, person: Person) -> tuple[Became, str]:
    """A seat, or a place on the waiting list; who has some already keeps them."""
    mine = (sign_ups.c.event == terms.event) & (sign_ups.c.person_id == person.id)
    place = act.connection.scalar(select(sign_ups.c.state).where(mine))
    if place in (None, "cancelled"):
        if terms.sign_up_until and act.now >= terms.sign_up_until:
            return "look", f"says yes to {terms.event} after the last day to sign up"
        place = sign_up(act, terms, person.id, company_id=person.company_id, source="answer").place
    return ("waiting" if place == "waiting" else "signed-up"), ""


def _invitation(act: Act, terms: Terms, person: Person) -> Row[tuple[object, ...]] | None:
    note_invited(act.connection, terms.event, person.id, act.now)
    mine = (invitations.c.event == terms.event) & (invitations.c.person_id == person.id)
    return act.connection.execute(select(invitations).where(mine)).one_or_none()


def _write(act: Act, answer: Answer, terms: Terms, person: Person, at: datetime) -> None:
    mine = (invitations.c.event == terms.event) & (invitations.c.person_id == person.id)
    act.connection.execute(update(invitations).where(mine).values(answer=answer.said, answered_at=at))
    act.note("events answer", person.id, event=terms.event, answer=answer.said)


def _person(act: Act, address: str) -> Person | None:
    key = _key(address)
    return find(act.connection, key, lock=True) if key else None


def _key(address: str) -> str:
    try:
        return parse_address(address).key
    except ValueError:
        return ""
