"""Why one address gets what it gets: its segments, and if it may not be written to, every reason for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from newsletter.store.tables import companies, consents, people
from newsletter.subscribers.audience import SUBJECTS, membership
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.sql import compile_rule
from newsletter.subscribers.suppressions import suppression_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Code = Literal[
    "unknown-address", "suppressed", "unsubscribed", "pending", "no-basis", "company-protected", "company-not-active"
]
_AT_A_TIME = 200
"""Rules in one statement: a database reads only so long a one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing that stands in the way."""

    code: Code
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """What holds for one address."""

    is_known: bool
    segments: tuple[str, ...] = ()
    basis: str = ""
    """In words, when it may be written to."""
    reasons: tuple[Reason, ...] = ()
    """Why it may not; none when it may."""

    @property
    def is_reachable(self) -> bool:
        """Whether the address may be written to."""
        return not self.reasons


def why(  # noqa: PLR0917
    connection: Connection, address_key: str, address_hash: bytes, names: Sequence[str], book: Book, now: datetime
) -> Why:
    """What holds for an address. Everything is looked up by index."""
    wanted = select(
        people, companies.c.state.label("company_state"), companies.c.protected, membership().label("member")
    )
    row = connection.execute(wanted.select_from(SUBJECTS).where(people.c.address_key == address_key)).one_or_none()
    reasons = tuple(_reasons(connection, row, address_hash, now))
    if row is None:
        return Why(is_known=False, reasons=reasons)
    segments = tuple(_segments(connection, row.id, names, book)) if row.member else ()
    return Why(is_known=True, segments=segments, basis=_basis(row), reasons=reasons)


def _basis(row: Row[Any]) -> str:
    if row.state != "subscribed":
        return ""
    ground = "their own consent" if row.basis == "consent" else "a documented reason other than consent"
    return f"{ground} of {row.subscribed_on}" if row.subscribed_on else ground


def _segments(connection: Connection, person: int, names: Sequence[str], book: Book) -> Iterator[str]:
    for start in range(0, len(names), _AT_A_TIME):
        some = names[start : start + _AT_A_TIME]
        truths = [compile_rule(book.rule_of(name), book) for name in some]
        row = connection.execute(select(*truths).select_from(SUBJECTS).where(people.c.id == person)).one()
        yield from (name for name, truth in zip(some, row, strict=True) if truth)


def _reasons(connection: Connection, row: Row[Any] | None, address_hash: bytes, now: datetime) -> Iterator[Reason]:
    if row is None:
        yield Reason(code="unknown-address", text="nobody in the register has this address")
    if suppression := suppression_of(connection, address_hash, now):
        until = f"{suppression.expires_at:%Y-%m-%d}"
        yield Reason(code="suppressed", text=f"the address is suppressed until {until}: {suppression.words}")
    if row is not None:
        yield from _of_consent(connection, row)
        yield from _of_company(row)


def _of_consent(connection: Connection, row: Row[Any]) -> Iterator[Reason]:
    if row.state == "unsubscribed":
        yield Reason(code="unsubscribed", text=f"they unsubscribed{_on_day(connection, row.id, 'withdrawn')}")
    if row.state == "pending":
        since = _on_day(connection, row.id, "requested")
        yield Reason(code="pending", text=f"they asked for it{since} and have not confirmed it yet")
    if row.state == "none":
        yield Reason(code="no-basis", text="they never agreed to anything, and no other basis is written down")


def _of_company(row: Row[Any]) -> Iterator[Reason]:
    if row.company_state not in (None, "active"):
        known = {"closing": "is being closed", "ceased": "has ceased"}
        yield Reason(code="company-not-active", text=f"their company {known[row.company_state]}")
    if row.protected and not (row.state == "subscribed" and row.basis == "consent"):
        text = "their company is protected from advertising, and they have not given their own consent"
        yield Reason(code="company-protected", text=text)


def _on_day(connection: Connection, person: int, kind: str) -> str:
    said = select(consents.c.at).where(consents.c.person_id == person, consents.c.kind == kind)
    at = connection.scalar(said.order_by(consents.c.id.desc()).limit(1))
    return f" on {at:%Y-%m-%d}" if at else ""
