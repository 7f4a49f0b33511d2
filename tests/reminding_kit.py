"""A small unit: Anna, Bo and the entry, companies, and what they were promised."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from register_kit import a_company
from sqlalchemy import insert
from support import put

from newsletter.store.tables import enquiries, follow_ups

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.store.register import Register

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TUESDAY = date(2027, 1, 5)
SECRET = "Ring til Mette om hendes fleksjob"
"""What stands behind a follow-up, and in no mail."""


def morning(text: str = "2027-01-05 07:30") -> datetime:
    """A moment by the clock on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


def two_consultants(root: Path) -> Path:
    """Anna and Bo in content/contacts/."""
    for name in ("Anna", "Bo"):
        lines = f"title: {name} Eksempel\nsummary: Konsulent.\nrole: Konsulent\nemail: {name.lower()}@kommune.example"
        put(root, f"content/contacts/{name.lower()}.md", f"---\n{lines}\n---\nHej.\n")
    return root


def a_follow_up(
    register: Register, due: str, consultant: str = "anna", company: str = "Byg ApS", **columns: Any
) -> int:
    """An open follow-up; its number."""
    with register.write() as connection:
        firm = a_company(connection, name=company)
        usual = {"what": SECRET, "created_at": morning("2026-12-01 09:00"), "remark": SECRET}
        values = {"company_id": firm, "consultant": consultant, "due_on": date.fromisoformat(due), **usual, **columns}
        return connection.execute(insert(follow_ups).values(values).returning(follow_ups.c.id)).scalar_one()


def an_enquiry(register: Register, promised: str, consultant: str | None = "anna", **columns: Any) -> int:
    """An enquiry that waits for an answer; its number."""
    with register.write() as connection:
        firm = a_company(connection, name="Spørg & Søn ApS")
        usual = {"channel": "mail", "topic": "fleksjob", "text": SECRET, "received_at": morning("2027-01-04 09:00")}
        values = {"company_id": firm, "consultant": consultant, "promised_by": morning(promised), **usual, **columns}
        return connection.execute(insert(enquiries).values(values).returning(enquiries.c.id)).scalar_one()
