"""Small hands for tests about people."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from register_kit import NOW
from sqlalchemy import select

from newsletter.problems import Refused
from newsletter.settings import Privacy
from newsletter.store.tables import consents, people
from newsletter.subscribers.act import Act, acting
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.consent import Basis, Entry, Standing
from newsletter.subscribers.people import Added, Details, add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from sqlalchemy import Connection

    from newsletter.store.register import Register

PRIVACY = Privacy.model_validate({})
WORDING = "Ja tak, send mig nyhedsbrevet. Jeg kan altid afmelde mig."


def said(on: date | None = None, source: str = "en formular") -> Basis:
    """Somebody's own consent."""
    return Basis(kind="consent", wording=WORDING, source=source, said_on=on or NOW.date())


OTHER = Basis(kind="other", reason="offentlig information")
NONE = Basis(kind="none")


@contextmanager
def act(register: Register, now: datetime = NOW) -> Iterator[Act]:
    """A transaction of somebody called Maja."""
    with acting(register, PRIVACY, now=now, actor="maja") as doing:
        yield doing


def join(
    register: Register,
    address: str,
    basis: Basis | None = None,
    *,
    now: datetime = NOW,
    details: Details | None = None,
    **flags: bool,
) -> Added:
    """Somebody comes."""
    with act(register, now) as doing:
        return add(doing, parse_address(address), details or Details(), basis or said(now.date()), **flags)


def standing(connection: Connection, person_id: int) -> Standing:
    """What the columns say."""
    row = connection.execute(select(people).where(people.c.id == person_id)).one()
    return Standing(state=row.state, basis=row.basis, subscribed_on=row.subscribed_on)


def log(connection: Connection, person_id: int) -> list[Entry]:
    """The person's log, oldest first."""
    rows = connection.execute(select(consents).where(consents.c.person_id == person_id).order_by(consents.c.id))
    return [
        Entry(
            person_id=row.person_id,
            kind=row.kind,
            basis=row.basis,
            source=row.source,
            at=row.at,
            wording_id=row.wording_id,
            reason=row.reason,
        )
        for row in rows
    ]


def refusal(doing: Callable[[], object]) -> str:
    """What is said instead, with its hint."""
    try:
        doing()
    except Refused as refused:
        return f"{refused.text}\n{refused.hint}"
    raise AssertionError("it was not refused")
