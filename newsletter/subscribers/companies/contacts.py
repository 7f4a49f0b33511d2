"""The fixed contact of each company, and who stands in: given to one company, or to all that a rule holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from newsletter.store.audit import note
from newsletter.store.tables import companies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

NOBODY = ""
"""As a contact: whoever it was, it is nobody now."""
_PART = 5_000
_FEW = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """How many companies were given a contact, and how many had it before."""

    changed: int
    unchanged: int


def without_contact() -> ColumnElement[bool]:
    """Companies that nobody is the fixed contact of."""
    return companies.c.contact.is_(None)


def set_contact(
    register: Register,
    chosen: ColumnElement[bool],
    *,
    contact: str | None = None,
    stand_in: str | None = None,
    now: datetime,
    actor: str,
) -> Given:
    """Give the chosen companies a contact, a stand-in, or both; what is None stays as it is.

    The audit log names a few companies by number and counts many.
    """
    told = {"contact": contact, "stand_in": stand_in}
    values: dict[str, Any] = {name: value or None for name, value in told.items() if value is not None}
    differs = or_(*(companies.c[name].is_distinct_from(value) for name, value in values.items()))
    with register.write() as connection:
        total = connection.scalar(select(func.count()).select_from(companies).where(chosen)) or 0
        changes = list(connection.scalars(select(companies.c.id).where(and_(chosen, differs)).order_by(companies.c.id)))
        for part in range(0, len(changes), _PART):
            ids = changes[part : part + _PART]
            connection.execute(update(companies).where(companies.c.id.in_(ids)).values(**values, updated_at=now))
        _log(connection, changes, values, now, actor)
    return Given(changed=len(changes), unchanged=total - len(changes))


def _log(connection: Connection, changes: list[int], values: dict[str, Any], now: datetime, actor: str) -> None:
    act: dict[str, Any] = {"now": now, "actor": actor, "action": "companies contact"}
    if len(changes) > _FEW:
        note(connection, **act, about="register", companies=len(changes), **values)
        return
    for number in changes:
        note(connection, **act, about="company", about_id=number, **values)
