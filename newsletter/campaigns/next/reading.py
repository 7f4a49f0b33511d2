"""What the register knows: the campaign's visits, and the facts of some companies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, and_, case, func, not_, or_, select

from newsletter.campaigns.next.gaps import Done
from newsletter.campaigns.next.marks import asked, came, interests, needs, overdue
from newsletter.campaigns.next.points import Worth, came_to_us
from newsletter.campaigns.next.scoring import Facts
from newsletter.store.tables import (
    companies,
    company_interests,
    company_needs,
    enquiries,
    follow_ups,
    sign_ups,
    visits,
)
from newsletter.subscribers.companies.choosing import may_be_listed
from newsletter.subscribers.rules.facts import MEETINGS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.next.asking import Ask

_PROFILE = (
    "id",
    "cvr",
    "name",
    "industry",
    "nomenclature",
    "size",
    "street",
    "postcode",
    "town",
    "contact",
    "stand_in",
    "contact_time",
    "call_first",
)
Known = dict[str, Any]


class LeftOut(NamedTuple):
    """Companies that wait for an answer or came to an event, and are on no list nevertheless."""

    protected: int
    """From advertising, without their own consent."""
    no_visits: int
    """The others, who want none."""


def visits_done(connection: Connection, campaign: str) -> list[Done]:
    """The campaign's visits by the industry and size that companies had when they were visited."""
    table = visits.c
    counts = (table.campaign == campaign, table.undone_at.is_(None), table.kind.in_(MEETINGS))
    by = (table.industry, table.nomenclature, table.size)
    return [*map(Done._make, connection.execute(select(*by, func.count()).where(*counts).group_by(*by)))]


def read_facts(connection: Connection, ask: Ask, numbers: Sequence[int], worth: Worth) -> list[Facts]:
    """The facts of some companies, in one statement for each table."""
    if not numbers:
        return []
    profile = select(*(companies.c[name] for name in _PROFILE)).where(companies.c.id.in_(numbers))
    known: dict[int, Known] = {row["id"]: dict(row) for row in connection.execute(profile).mappings()}
    for tell in (_contacts, _enquiries, _promises, _events, _words):
        for company, facts in tell(connection, ask, numbers):
            known[company].update(facts)
    for company in _in_audience(connection, worth, numbers):
        known[company]["in_audience"] = True
    return [Facts(**facts) for facts in known.values()]


def _contacts(connection: Connection, _ask: Ask, numbers: Sequence[int]) -> Iterator[tuple[int, Known]]:
    table = visits.c
    met = case((table.kind.in_(MEETINGS), table.visited_on))
    found = select(table.company_id, func.max(table.visited_on), func.max(met))
    found = found.where(table.company_id.in_(numbers), table.undone_at.is_(None)).group_by(table.company_id)
    for company, contact, visit in connection.execute(found):
        yield company, {"last_contact": contact, "last_visit": visit}


def _enquiries(connection: Connection, ask: Ask, numbers: Sequence[int]) -> Iterator[tuple[int, Known]]:
    """The last that counts; one that is not answered before all others."""
    table = enquiries.c
    found = select(table.company_id, table.received_at, table.topic, table.answered_at)
    found = found.where(table.company_id.in_(numbers), asked(ask))
    order = (table.answered_at.is_not(None).desc(), table.received_at, table.id)
    for company, received, topic, answered in connection.execute(found.order_by(*order)):
        day = received.astimezone(ask.zone).date()
        yield company, {"asked_on": day, "asked_topic": topic, "asked_open": answered is None}


def _promises(connection: Connection, ask: Ask, numbers: Sequence[int]) -> Iterator[tuple[int, Known]]:
    """The oldest that is overdue."""
    table = follow_ups.c
    found = select(table.company_id, table.due_on, table.what)
    found = found.where(table.company_id.in_(numbers), overdue(ask))
    for company, due, what in connection.execute(found.order_by(table.due_on.desc(), table.id.desc())):
        yield company, {"promised_for": due, "promised": what}


def _events(connection: Connection, ask: Ask, numbers: Sequence[int]) -> Iterator[tuple[int, Known]]:
    table = sign_ups.c
    found = select(table.company_id, table.event, table.attended).where(table.company_id.in_(numbers), came(ask))
    for company, event, attended in connection.execute(found.order_by(table.signed_up_at, table.id)):
        yield company, {"event": event, "attended": bool(attended)}


def _words(connection: Connection, ask: Ask, numbers: Sequence[int]) -> Iterator[tuple[int, Known]]:
    need, interest = company_needs.c, company_interests.c
    if ask.weights.needs:
        wanted = select(need.company_id, need.need).where(need.company_id.in_(numbers), needs(ask))
        yield from _by_company(connection, wanted.order_by(need.need), "needs")
    if ask.interests:
        wanted = select(interest.company_id, interest.interest)
        wanted = wanted.where(interest.company_id.in_(numbers), interests(ask)).order_by(interest.interest)
        yield from _by_company(connection, wanted, "interests")


def _by_company(connection: Connection, wanted: Select[Any], name: str) -> Iterator[tuple[int, Known]]:
    found: dict[int, tuple[str, ...]] = {}
    for company, word in connection.execute(wanted):
        found[company] = (*found.get(company, ()), word)
    return ((company, {name: words}) for company, words in found.items())


def _in_audience(connection: Connection, worth: Worth, numbers: Sequence[int]) -> Sequence[int]:
    if not worth.ask.audience:
        return ()
    return connection.scalars(select(companies.c.id).where(companies.c.id.in_(numbers), worth.in_audience)).all()


def left_out(connection: Connection, worth: Worth) -> LeftOut:
    """How many companies are only counted."""
    wants_none, open_to_us = companies.c.no_visits, may_be_listed()
    counts = (func.count(case((not_(open_to_us), 1))), func.count(case((and_(open_to_us, wants_none), 1))))
    hidden = or_(wants_none, companies.c.protected)
    found = select(*counts).where(hidden, came_to_us(worth.ask), worth.in_question)
    return LeftOut(*connection.execute(found).one())
