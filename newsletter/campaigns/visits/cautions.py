"""What whoever visits a company should know of it: it was visited already, so these are told, and stop nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.store.tables import companies
from newsletter.subscribers.companies.choosing import may_be_listed

if TYPE_CHECKING:
    from sqlalchemy import Connection


def cautions(connection: Connection, company_id: int) -> list[str]:
    """The wishes and the state of a company that a visit may go against, a sentence each."""
    columns = (companies.c.state, companies.c.no_visits, companies.c.call_first, may_be_listed().label("listed"))
    row = connection.execute(select(*columns).where(companies.c.id == company_id)).one()
    told = (
        (row.no_visits, "this company has said that it wants no visits: agree with it before the next one"),
        (row.state != "active", f"this company is {row.state} in CVR: nobody there is written to"),
        (
            not row.listed,
            "this company is advertising-protected, nobody there has consented: visit it only if asked",
        ),
        (row.call_first, "this company wants you to call first"),
    )
    return [text for fits, text in told if fits]
