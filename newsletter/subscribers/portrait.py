"""One person as the people who look after the list see them: who, where, how they stand, and the log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import select

from newsletter.store.tables import companies, consents, wordings
from newsletter.subscribers.people import known
from newsletter.subscribers.suppressions import suppression_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register


class CompanyFacts(TypedDict):
    """The person's company."""

    cvr: str | None
    name: str
    state: str
    protected: bool


class SuppressionFacts(TypedDict):
    """Why and until when the address is not written to."""

    reason: str
    words: str
    at: str
    expires_at: str


class ConsentFacts(TypedDict):
    """One line of the log."""

    kind: str
    basis: str
    at: str
    source: str
    reason: str | None
    wording: str | None
    actor: str


class Portrait(TypedDict):
    """One person; the same facts for people and for programs."""

    address: str
    name: str | None
    role: str | None
    language: str
    company: CompanyFacts | None
    state: str
    basis: str | None
    subscribed_on: str | None
    standing: str
    suppressed: SuppressionFacts | None
    consents: list[ConsentFacts]


def portrait(register: Register, address_key: str, now: datetime) -> Portrait:
    """Who has this address. Raises Refused for an unknown one."""
    with register.read() as connection:
        person = known(connection, address_key)
        standing = person.standing
        return {
            "address": person.address,
            "name": person.name,
            "role": person.role,
            "language": person.language,
            "company": _company(connection, person.company_id),
            "state": standing.state,
            "basis": standing.basis,
            "subscribed_on": standing.subscribed_on.isoformat() if standing.subscribed_on else None,
            "standing": standing.words,
            "suppressed": _suppression(connection, person.address_hash, now),
            "consents": _consents(connection, person.id),
        }


def _company(connection: Connection, company_id: int | None) -> CompanyFacts | None:
    row = connection.execute(select(companies).where(companies.c.id == company_id)).one_or_none()
    if row is None:
        return None
    return {"cvr": row.cvr, "name": row.name, "state": row.state, "protected": row.protected}


def _suppression(connection: Connection, address_hash: bytes, now: datetime) -> SuppressionFacts | None:
    found = suppression_of(connection, address_hash, now)
    if found is None:
        return None
    return {
        "reason": found.reason,
        "words": found.words,
        "at": found.at.isoformat(),
        "expires_at": found.expires_at.isoformat(),
    }


def _consents(connection: Connection, person_id: int) -> list[ConsentFacts]:
    wanted = select(consents, wordings.c.digest).outerjoin(wordings).where(consents.c.person_id == person_id)
    return [
        {
            "kind": row.kind,
            "basis": row.basis,
            "at": row.at.isoformat(),
            "source": row.source,
            "reason": row.reason,
            "wording": row.digest,
            "actor": row.actor,
        }
        for row in connection.execute(wanted.order_by(consents.c.id))
    ]
