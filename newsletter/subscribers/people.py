"""People come, confirm, and go. Who said no stays out until they ask themselves to come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select, update

from newsletter.problems import Refused
from newsletter.store.tables import companies, consents, deliveries, people
from newsletter.subscribers.act import Act
from newsletter.subscribers.consent import NOTHING, Basis, Entry, Standing, is_news, record, wording_id
from newsletter.subscribers.inserts import insert_into
from newsletter.subscribers.suppressions import REASONS, keep_out, lift, suppression_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.subscribers.addresses import Address

KeptOut = Literal["asked", "bounced", "complained"]
NOT_KNOWN = "nobody in the register has this address"
CHECK_SPELLING = "check the spelling, letter by letter; the register gives no list of addresses that are near"
_ASK = "if they asked themselves to come back, say so with --again, and give their new consent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody with an address."""

    id: int
    address: str
    address_key: str
    address_hash: bytes
    name: str | None
    role: str | None
    language: str
    company_id: int | None
    standing: Standing
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """What we know of a person beside the address; nothing stands for: as it was."""

    name: str | None = None
    role: str | None = None
    language: str | None = None
    company_id: int | None = None

    def columns(self) -> dict[str, Any]:
        """What was told, as columns."""
        told = {"name": self.name, "role": self.role, "language": self.language, "company_id": self.company_id}
        if self.name:
            told["first_name"] = self.name.split()[0]
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What became of somebody who was added."""

    person_id: int
    is_new: bool
    standing: Standing
    came_back: bool
    is_protected: bool
    """Their company is advertising-protected: only their own consent counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class No:
    """Since when, and why, an address is not written to."""

    since: datetime
    why: str

    @property
    def day(self) -> date:
        """The day of it."""
        return self.since.date()


def find(connection: Connection, address_key: str, *, lock: bool = False) -> Person | None:
    """The person with this address. `lock`: nobody else changes them until the transaction ends."""
    wanted = select(people).where(people.c.address_key == address_key)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else _person(row)


def known(connection: Connection, address_key: str, *, lock: bool = False) -> Person:
    """The person with this address. Raises Refused for an unknown one, and names nobody near."""
    person = find(connection, address_key, lock=lock)
    if person is None:
        raise Refused(NOT_KNOWN, CHECK_SPELLING)
    return person


def company_with(connection: Connection, cvr: str) -> int:
    """The number of a company in the register. Raises Refused for an unknown one."""
    found = connection.scalar(select(companies.c.id).where(companies.c.cvr == cvr))
    if found is None:
        raise Refused(
            f"no company in the register has the CVR number {cvr}", "import it with `newsletter companies import`"
        )
    return int(found)


def no_of(act: Act, address_hash: bytes, person: Person | None) -> No | None:
    """The no that holds for an address: an unexpired suppression, or that its person unsubscribed."""
    suppression = suppression_of(act.connection, address_hash, act.now)
    if suppression is not None:
        return No(since=suppression.at, why=suppression.words)
    if person is None or person.standing.state != "unsubscribed":
        return None
    last = select(consents.c.at).where(consents.c.person_id == person.id).order_by(consents.c.id.desc()).limit(1)
    return No(since=act.connection.scalars(last).one(), why=REASONS["unsubscribed"])


def add(
    act: Act, address: Address, details: Details, basis: Basis, *, pending: bool = False, again: bool = False
) -> Added:
    """Somebody comes, or is there and gives a better basis. Raises Refused for who said no, unless they come back.

    `pending`: they asked for it and have yet to confirm. `again`: they asked themselves to come back.
    """
    person, address_hash = find(act.connection, address.key, lock=True), act.hash_of(address.key)
    no = no_of(act, address_hash, person)
    _check(act, basis, no, pending=pending, again=again)
    person_id = _write(act, address, address_hash, details, person)
    if person_id is None:  # somebody else was quicker by a hair
        return add(act, address, details, basis, pending=pending, again=again)
    if no or _says_more(person, basis, pending=pending):
        _agree(act, person_id, basis, pending=pending)
    if no:
        _come_back(act, address_hash, no, pending=pending)
    changed = sorted(details.columns()) if person else []
    act.note("subscribers add", person_id, new=person is None, basis=basis.kind, again=no is not None, changed=changed)
    after = known(act.connection, address.key)
    return Added(
        person_id=person_id,
        is_new=person is None,
        standing=after.standing,
        came_back=no is not None,
        is_protected=_is_protected(act.connection, after.company_id),
    )


def enter(act: Act, address: Address, details: Details) -> tuple[int, bool]:
    """Somebody has to do with us, and has agreed to nothing: their number, and whether they are new.

    A no that holds for the address goes on holding.
    """
    person = find(act.connection, address.key, lock=True)
    if person is not None:
        return person.id, False
    number = _write(act, address, act.hash_of(address.key), details, None)
    return (number, True) if number is not None else enter(act, address, details)


def confirm(act: Act, address_key: str) -> bool:
    """They answered our mail: who was pending is subscribed; False when they were before. Raises Refused for others."""
    person = known(act.connection, address_key, lock=True)
    if person.standing.state == "subscribed":
        return False
    if person.standing.state != "pending":
        raise Refused("nobody waits for a confirmation at this address", "ask them to sign up again")
    asked = _last_word(act.connection, person.id)
    days = act.privacy.keep_pending_days
    if asked.recorded_at < act.now - timedelta(days=days):
        text = f"they asked on {asked.recorded_at.date()} and did not confirm within {days} days"
        raise Refused(text, "ask them to sign up again")
    entry = Entry(person_id=person.id, kind="confirmed", wording_id=asked.wording_id, source=asked.source, at=act.now)
    record(act.connection, [entry], act.now, act.actor)
    lift(act, person.address_hash)  # they came back: a request after a no is taken only from themselves
    act.note("subscribers confirm", person.id)
    return True


def unsubscribe(act: Act, address_key: str, source: str) -> bool:
    """They want no more mail: at once, and for as long as the settings say. False when they had said so before."""
    person = known(act.connection, address_key, lock=True)
    first = _withdraw(act, person, source)
    if first or suppression_of(act.connection, person.address_hash, act.now) is None:
        keep_out(act, person.address_hash, "unsubscribed")
        act.note("subscribers unsubscribe", person.id)
    return first


def suppress(act: Act, address_key: str, reason: KeptOut) -> bool:
    """Never write to an address, known or not; whether somebody has it. A bounce takes back no consent."""
    person, address_hash = find(act.connection, address_key, lock=True), act.hash_of(address_key)
    if person is not None and reason != "bounced":
        _withdraw(act, person, source=f"suppressed: {reason}")
    keep_out(act, address_hash, reason)
    act.note("subscribers suppress", person.id if person else None, reason=reason)
    return person is not None


def _check(act: Act, basis: Basis, no: No | None, *, pending: bool, again: bool) -> None:
    if basis.is_of_the_future(act.now):
        raise Refused(f"{basis.said_on} has not come yet", "give the day on which they said yes")
    if pending and basis.kind != "consent":
        raise Refused("only a consent waits for a confirmation", "leave --pending out, or give --basis consent")
    if no is None:
        return
    if not again:
        raise Refused(f"this address is not to be written to: {no.why} on {no.day}", _ASK)
    if basis.kind != "consent" or basis.said_on is None:
        raise Refused(f"{no.why} on {no.day}: only their own consent brings them back", "give --basis consent")
    if basis.said_on < no.day:
        text = f"this consent of {basis.said_on} is older than their no of {no.day}"
        raise Refused(text, "only a consent given after it brings them back")


def _write(act: Act, address: Address, address_hash: bytes, details: Details, person: Person | None) -> int | None:
    """The person's row; its number, or nothing when another process has made one just now."""
    told = {**details.columns(), "updated_at": act.now}
    if person is not None:
        act.connection.execute(update(people).where(people.c.id == person.id).values(told))
        return person.id
    row = {
        "address": address.written,
        "address_key": address.key,
        "address_hash": address_hash,
        "smtputf8": address.needs_smtputf8,
        "created_at": act.now,
        **told,
    }
    added = insert_into(act.connection, people).values(row).on_conflict_do_nothing().returning(people.c.id)
    number: int | None = act.connection.scalar(added)
    return number


def _says_more(person: Person | None, basis: Basis, *, pending: bool) -> bool:
    """Whether it is to be written down. A request takes nothing from who is subscribed: anybody can type an address."""
    before = person.standing if person else NOTHING
    return before.state != "subscribed" if pending else is_news(before.state, before.basis, basis)


def _agree(act: Act, person_id: int, basis: Basis, *, pending: bool) -> None:
    wording = wording_id(act.connection, basis.wording, act.now) if basis.wording else None
    entry = basis.entry(person_id, wording, act.now, "requested" if pending else "given")
    record(act.connection, [entry], act.now, act.actor)


def _come_back(act: Act, address_hash: bytes, no: No, *, pending: bool) -> None:
    """Lift the suppression; for who has yet to confirm it stays until then."""
    if not pending:
        lift(act, address_hash)
    elif suppression_of(act.connection, address_hash, act.now) is None:
        assert no.why == REASONS["unsubscribed"]
        keep_out(act, address_hash, "unsubscribed")


def _withdraw(act: Act, person: Person, source: str) -> bool:
    """The log, the columns, and mails that were planned; False when it was so already."""
    if person.standing.state == "unsubscribed":
        return False
    entry = Entry(
        person_id=person.id, kind="withdrawn", basis=person.standing.basis or "consent", source=source, at=act.now
    )
    record(act.connection, [entry], act.now, act.actor)
    planned = deliveries.c.state.in_(("planned", "deferred"))
    act.connection.execute(
        update(deliveries).where(deliveries.c.person_id == person.id, planned).values(state="skipped")
    )
    return True


def _last_word(connection: Connection, person_id: int) -> Row[Any]:
    return connection.execute(
        select(consents).where(consents.c.person_id == person_id).order_by(consents.c.id.desc()).limit(1)
    ).one()


def _is_protected(connection: Connection, company_id: int | None) -> bool:
    return bool(connection.scalar(select(companies.c.protected).where(companies.c.id == company_id)))


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        address=row.address,
        address_key=row.address_key,
        address_hash=row.address_hash,
        name=row.name,
        role=row.role,
        language=row.language,
        company_id=row.company_id,
        standing=Standing(state=row.state, basis=row.basis, subscribed_on=row.subscribed_on),
        created_at=row.created_at,
    )
