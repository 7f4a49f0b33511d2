"""What whoever visits a company should know of it: it was visited already, so these are told, and stop nothing."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.store.tables import companies, results
from newsletter.subscribers.companies.choosing import may_be_listed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.visits.visit import Visit


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


def agreement_to_note(connection: Connection, visit: Visit) -> list[str]:
    """That an agreement counts only as a result of the campaign, while the company has none there; with the command."""
    if visit.outcome != "agreement" or visit.campaign is None:
        return []
    ours = (results.c.company_id == visit.company_id, results.c.campaign == visit.campaign)
    counting = (results.c.measure == "agreement", results.c.undone_at.is_(None))
    if connection.scalar(select(results.c.id).where(*ours, *counting).limit(1)) is not None:
        return []
    named = select(companies.c.cvr, companies.c.name).where(companies.c.id == visit.company_id)
    cvr, name = connection.execute(named).one()
    command = f"newsletter campaign result add {visit.campaign} agreement --company {cvr or shlex.quote(name)}"
    return [f"the agreement does not count yet; write it down as a result: {command}"]
