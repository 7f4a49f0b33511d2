"""Small hands for tests about visits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from register_kit import NOW
from sqlalchemy import insert, select, update
from support import CAMPAIGN, source

from newsletter.campaigns.campaign import Campaign
from newsletter.campaigns.visits.recording import Act, add, edit, undo
from newsletter.campaigns.visits.visit import Step, Visit, topics_of
from newsletter.fields import read_yaml, validate
from newsletter.store.tables import company_interests, company_needs, follow_ups

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.store.register import Register

DAY = date(2026, 11, 20)
"""A Friday before the tests' moment."""


def a_visit(company_id: int, **told: Any) -> Visit:
    """A visit that somebody tells of; needs and interests as tuples."""
    topics = topics_of(told.pop("needs", ()), told.pop("interests", ()))
    return Visit(**{"company_id": company_id, "consultant": "anna", "visited_on": DAY, "topics": topics, **told})


def a_step(what: str = "Send faktaark", due_on: date = date(2026, 12, 4)) -> Step:
    return Step(what=what, due_on=due_on)


def a_campaign(text: str = CAMPAIGN) -> Campaign:
    return validate(Campaign, read_yaml(source(text)))


def recorded(register: Register, visit: Visit, now: datetime = NOW, **flags: Any) -> int:
    with register.write() as connection:
        return add(Act(connection=connection, now=now, actor="maja"), visit, **flags)


def changed(register: Register, number: int, visit: Visit, now: datetime = NOW, **flags: Any) -> int:
    with register.write() as connection:
        return edit(Act(connection=connection, now=now, actor="maja"), number, visit, **flags)


def undone(register: Register, number: int, now: datetime = NOW) -> None:
    with register.write() as connection:
        undo(Act(connection=connection, now=now, actor="maja"), number)


def a_list_says(register: Register, company_id: int, need: str = "", interest: str = "") -> None:
    with register.write() as connection:
        if need:
            connection.execute(insert(company_needs).values(company_id=company_id, need=need))
        if interest:
            connection.execute(insert(company_interests).values(company_id=company_id, interest=interest))


def known_for(register: Register, company_id: int) -> dict[tuple[str, str], date | None]:
    """What the company is known for, and since when."""
    table, other = company_needs.c, company_interests.c
    with register.read() as connection:
        needs = connection.execute(select(table.need, table.heard_on).where(table.company_id == company_id))
        found: dict[tuple[str, str], date | None] = {("need", row.need): row.heard_on for row in needs}
        interests = connection.scalars(select(other.interest).where(other.company_id == company_id))
        return found | {("interest", word): None for word in interests}


def steps_of(register: Register, number: int) -> list[tuple[str, date, str, str]]:
    """The follow-ups of a visit: what, when, whose, and how they stand."""
    table = follow_ups.c
    columns = (table.what, table.due_on, table.consultant, table.state)
    with register.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).where(table.visit_id == number))]


def is_done(register: Register, number: int, now: datetime = NOW) -> None:
    """Somebody has taken the open step of a visit."""
    chosen = (follow_ups.c.visit_id == number, follow_ups.c.state == "open")
    with register.write() as connection:
        connection.execute(update(follow_ups).where(*chosen).values(state="done", settled_at=now, settled_by="bo"))
