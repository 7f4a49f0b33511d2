"""Everything the register knows of one company: what it is, who is there, and what has been between us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import Select, or_, select

from newsletter.store.tables import (
    companies,
    company_interests,
    company_needs,
    enquiries,
    follow_ups,
    network_members,
    networks,
    people,
    results,
    sign_ups,
    visits,
    workplaces,
)
from newsletter.subscribers.companies.listing import band_of
from newsletter.subscribers.companies.timeline import Happened, timeline
from newsletter.subscribers.cvr import NATURAL_PERSONS
from newsletter.subscribers.municipalities import name_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.subscribers.industries import Industries

Row = dict[str, Any]


class IndustryFacts(TypedDict):
    """A code with what it means."""

    code: str
    nomenclature: str
    section: str
    heading: str


class CompanyFacts(TypedDict):
    """A company, as `companies show --json` tells it."""

    cvr: str | None
    name: str
    form: str | None
    natural_person: bool
    public_employer: bool
    state: str
    cvr_status: str | None
    protected: bool
    industry: IndustryFacts | None
    size: str | None
    street: str | None
    postcode: str | None
    town: str | None
    municipality: str | None
    municipality_name: str
    contact: str | None
    stand_in: str | None
    contact_time: str | None
    call_first: bool
    no_visits: bool
    interests: list[str]
    needs: list[Row]
    networks: list[Row]
    workplaces: list[Row]
    people: list[Row]
    visits: list[Row]
    follow_ups: list[Row]
    enquiries: list[Row]
    sign_ups: list[Row]
    results: list[Row]
    timeline: list[Happened]
    source: str
    updated_at: str


def show(connection: Connection, company_id: int, industries: Industries, zone: tzinfo) -> CompanyFacts:
    """Everything known of a company, as plain values; days of the timeline are those of the zone."""
    row = dict(connection.execute(select(companies).where(companies.c.id == company_id)).mappings().one())
    facts: Any = {name: row.get(name) for name in CompanyFacts.__annotations__}
    facts |= {
        "natural_person": row["form"] in NATURAL_PERSONS,
        "industry": _industry(row, industries),
        "size": band_of(row["size"]),
        "municipality_name": name_of(row["municipality"] or ""),
        "interests": [each["interest"] for each in _rows(connection, _interests(company_id))],
        "timeline": timeline(connection, company_id, zone),
        "updated_at": row["updated_at"].isoformat(),
        **{name: _rows(connection, statement(company_id)) for name, statement in _PARTS.items()},
    }
    for place in facts["workplaces"]:
        place["industry"], place["size"] = _industry(place, industries), band_of(place["size"])
    told: CompanyFacts = facts
    return told


def _industry(row: Row, industries: Industries) -> IndustryFacts | None:
    code, name = row["industry"], row.pop("nomenclature")
    if code is None or name is None:
        return None
    known = industries.of(name)
    return IndustryFacts(code=code, nomenclature=name, section=known.section_of(code), heading=known.heading(code))


def _rows(connection: Connection, statement: Select[Any]) -> list[Row]:
    return [
        {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
        for row in connection.execute(statement).mappings()
    ]


def _interests(company: int) -> Select[Any]:
    table = company_interests.c
    return select(table.interest).where(table.company_id == company).order_by(table.interest)


def _needs(company: int) -> Select[Any]:
    table = company_needs.c
    return select(table.need, table.heard_on).where(table.company_id == company).order_by(table.need)


def _networks(company: int) -> Select[Any]:
    joined = network_members.join(networks, networks.c.id == network_members.c.network_id)
    columns = (networks.c.slug, networks.c.title, network_members.c.joined_on, network_members.c.left_on)
    found = select(*columns).select_from(joined).where(network_members.c.company_id == company)
    return found.order_by(networks.c.slug)


def _workplaces(company: int) -> Select[Any]:
    table = workplaces.c
    names = ("p_number", "name", "industry", "nomenclature", "size", "street", "postcode", "town", "municipality")
    return select(*(table[name] for name in names)).where(table.company_id == company).order_by(table.p_number)


def _people(company: int) -> Select[Any]:
    names = ("name", "role", "address", "language", "state", "basis", "subscribed_on")
    return select(*(people.c[name] for name in names)).where(people.c.company_id == company).order_by(people.c.id)


def _visits(company: int) -> Select[Any]:
    names = ("visited_on", "kind", "consultant", "campaign", "outcome", "note")
    found = select(*(visits.c[name] for name in names)).where(visits.c.company_id == company)
    return found.where(visits.c.undone_at.is_(None)).order_by(visits.c.visited_on.desc(), visits.c.id.desc())


def _follow_ups(company: int) -> Select[Any]:
    table = follow_ups.c
    counting = or_(table.visit_id.is_(None), visits.c.undone_at.is_(None))
    joined = follow_ups.outerjoin(visits, visits.c.id == table.visit_id)
    found = select(table.due_on, table.state, table.what, table.consultant).select_from(joined)
    return found.where(table.company_id == company, counting).order_by(table.due_on, table.id)


def _enquiries(company: int) -> Select[Any]:
    names = ("received_at", "channel", "topic", "text", "consultant", "promised_by", "answered_at", "outcome")
    found = select(*(enquiries.c[name] for name in names)).where(enquiries.c.company_id == company)
    return found.order_by(enquiries.c.received_at.desc())


def _sign_ups(company: int) -> Select[Any]:
    joined = sign_ups.join(people, people.c.id == sign_ups.c.person_id)
    columns = (sign_ups.c.event, people.c.name, sign_ups.c.state, sign_ups.c.seats, sign_ups.c.attended)
    found = select(*columns).select_from(joined).where(sign_ups.c.company_id == company)
    return found.order_by(sign_ups.c.signed_up_at.desc(), sign_ups.c.id)


def _results(company: int) -> Select[Any]:
    names = ("happened_on", "campaign", "measure", "scheme", "number", "note")
    found = select(*(results.c[name] for name in names)).where(results.c.company_id == company)
    return found.where(results.c.undone_at.is_(None)).order_by(results.c.happened_on.desc(), results.c.id)


_PARTS: dict[str, Callable[[int], Select[Any]]] = {
    "needs": _needs,
    "networks": _networks,
    "workplaces": _workplaces,
    "people": _people,
    "visits": _visits,
    "follow_ups": _follow_ups,
    "enquiries": _enquiries,
    "sign_ups": _sign_ups,
    "results": _results,
}
