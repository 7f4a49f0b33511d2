"""Which issues that were sent named a company: what to tell it, and where to go after it has withdrawn its consent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.delivery.ledger import read_sheet
from newsletter.layouts.slots import put
from newsletter.store.tables import companies, results, send_editions, sends

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """A send whose mails named a company."""

    issue: str
    kind: str
    """issue, or late: the same to those who came later."""
    at: datetime
    """When it began."""


def company_of(connection: Connection, result: int) -> str:
    """The name of the company of a result."""
    wanted = select(companies.c.name).select_from(results.join(companies)).where(results.c.id == result)
    name: str = connection.execute(wanted).scalar_one()
    return name


def told_of(connection: Connection, company: str) -> list[Telling]:
    """The sends that have gone out with this name in their text, the newest first; rehearsals are none."""
    really = (sends.c.kind != "test") & (sends.c.transport == "smtp") & sends.c.started_at.is_not(None)
    wanted = select(sends.c.id, sends.c.issue, sends.c.kind, sends.c.started_at).where(really)
    rows = connection.execute(wanted.order_by(sends.c.started_at.desc(), sends.c.id.desc())).all()
    return [
        Telling(issue=row.issue, kind=row.kind, at=row.started_at)
        for row in rows
        if any(names(text, company) for text in _texts(connection, row.id))
    ]


def names(text: str, company: str) -> bool:
    """Whether a mail's plain text has the company's name in it, as words of its own, however its lines are broken."""
    words = put(company, "plain").split()
    pattern = r"\s+".join(map(re.escape, words))
    return bool(words) and re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) is not None


def _texts(connection: Connection, send_id: int) -> Iterator[str]:
    """The plain texts of its editions, one at a time."""
    editions = select(send_editions.c.name).where(send_editions.c.send_id == send_id)
    for name in connection.scalars(editions.order_by(send_editions.c.name)).all():
        yield read_sheet(connection, send_id, name).text
