"""Addresses never to write to, by keyed hash: they hold whatever is imported, until they expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, select

from newsletter.store.tables import suppressions
from newsletter.subscribers.inserts import insert_into
from newsletter.subscribers.terms import months_after

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.subscribers.act import Act

Reason = Literal["unsubscribed", "erased", "asked", "bounced", "complained"]
REASONS: dict[str, str] = {
    "unsubscribed": "they unsubscribed",
    "erased": "they were erased",
    "asked": "they asked not to be written to",
    "bounced": "mail to the address came back",
    "complained": "they reported a mail as unwanted",
}
"""Why an address is suppressed, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suppression:
    """Since when, until when and why an address is not written to."""

    reason: str
    at: datetime
    expires_at: datetime

    @property
    def words(self) -> str:
        """The reason, in words."""
        return REASONS[self.reason]


def suppression_of(connection: Connection, address_hash: bytes, now: datetime) -> Suppression | None:
    """The suppression that holds for an address."""
    wanted = select(suppressions).where(suppressions.c.address_hash == address_hash, suppressions.c.expires_at > now)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Suppression(reason=row.reason, at=row.at, expires_at=row.expires_at)


def keep_out(act: Act, address_hash: bytes, reason: Reason) -> Suppression:
    """Suppress the address from now on, for as long as the settings say; never shorter than it was before."""
    before = suppression_of(act.connection, address_hash, act.now)
    expires = months_after(act.now, act.privacy.keep_suppressions_months)
    after = Suppression(reason=reason, at=act.now, expires_at=max(expires, before.expires_at) if before else expires)
    values = {"reason": after.reason, "at": after.at, "expires_at": after.expires_at}
    insert = insert_into(act.connection, suppressions).values(address_hash=address_hash, **values)
    act.connection.execute(insert.on_conflict_do_update(index_elements=["address_hash"], set_=values))
    return after


def lift(act: Act, address_hash: bytes) -> bool:
    """End the suppression of an address; whether there was one."""
    ended = act.connection.execute(delete(suppressions).where(suppressions.c.address_hash == address_hash))
    return bool(ended.rowcount)
