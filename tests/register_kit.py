"""Companies and people for the tests' registers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from newsletter.store.tables import companies, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""When the tests happen."""


def a_company(connection: Connection, **columns: Any) -> int:
    """A company in the register; its number."""
    values = {"name": "Eksempel ApS", "source": "manual", "updated_at": NOW, **columns}
    return connection.execute(insert(companies).values(**values).returning(companies.c.id)).scalar_one()


def a_person(connection: Connection, register: Register, address: str, **columns: Any) -> int:
    """A person in the register, without any consent unless `state` says so; their number."""
    key = address.casefold()
    values = {"address": address, "address_key": key, "address_hash": register.hash_of(key), **columns}
    values = {"created_at": NOW, "updated_at": NOW, **values}
    return connection.execute(insert(people).values(**values).returning(people.c.id)).scalar_one()
