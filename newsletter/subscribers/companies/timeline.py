"""What has been between us and one company, as one line of time: the newest first.

Mails are there because a mail server took them. Whether anybody opened them is not known, and nobody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import Select, select

from newsletter.store.tables import (
    deliveries,
    enquiries,
    people,
    results,
    sends,
    sign_ups,
    visit_topics,
    visits,
    workplaces,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Happened(TypedDict):
    """Something that happened on a day."""

    on: str
    what: str
    """visit, phone, online, network-meeting, mail, sign-up, cancelled, attended, absent, enquiry, answer, or what a
    campaign brought: agreement, ambassador …"""
    number: int | None
    """Of a visit."""
    who: str | None
    """The consultant; of mails and events, who at the company."""
    about: str | None
    """The outcome, the issue, the event, the topic, the scheme."""
    text: str | None
    words: list[str]
    """Needs and interests that were heard."""


def timeline(connection: Connection, company_id: int, zone: tzinfo) -> list[Happened]:
    """All that happened at a company; days are those of the zone."""
    told = [
        *_visits(connection, company_id),
        *_mails(connection, company_id, zone),
        *_events(connection, company_id, zone),
        *_enquiries(connection, company_id, zone),
        *_results(connection, company_id),
    ]
    return sorted(told, key=lambda each: each["on"])[::-1]


def _happened(on: date, what: str, who: str | None, about: str | None, **others: Any) -> Happened:
    return Happened(
        on=on.isoformat(),
        what=what,
        number=others.get("number"),
        who=who,
        about=about,
        text=others.get("text"),
        words=others.get("words", []),
    )


def _visits(connection: Connection, company_id: int) -> Iterator[Happened]:
    table = visits.c
    counting = (table.company_id == company_id, table.undone_at.is_(None))
    heard: dict[int, list[str]] = {}
    joined = visit_topics.join(visits, table.id == visit_topics.c.visit_id)
    topics = select(visit_topics.c.visit_id, visit_topics.c.word).select_from(joined).where(*counting)
    for row in connection.execute(topics.order_by(visit_topics.c.kind.desc(), visit_topics.c.word)):
        heard.setdefault(row.visit_id, []).append(row.word)
    place = visits.outerjoin(workplaces, workplaces.c.id == table.workplace_id)
    found = select(visits, workplaces.c.p_number).select_from(place).where(*counting)
    for row in connection.execute(found.order_by(table.visited_on, table.id)):
        words = heard.get(row.id, [])
        text = row.note or (row.p_number and f"P {row.p_number}")
        yield _happened(row.visited_on, row.kind, row.consultant, row.outcome, number=row.id, text=text, words=words)


def _mails(connection: Connection, company_id: int, zone: tzinfo) -> Iterator[Happened]:
    """An issue once, with who got it; no rehearsal."""
    joined = deliveries.join(people, people.c.id == deliveries.c.person_id)
    joined = joined.join(sends, sends.c.id == deliveries.c.send_id)
    found = select(sends.c.issue, people.c.name, people.c.address, deliveries.c.at).select_from(joined)
    found = found.where(people.c.company_id == company_id, deliveries.c.state == "accepted", sends.c.kind != "test")
    got: dict[tuple[date, str], list[str]] = {}
    for row in connection.execute(found.order_by(deliveries.c.at, people.c.id)):
        got.setdefault((_day(row.at, zone), row.issue), []).append(row.name or row.address)
    for (day, issue), names in got.items():
        yield _happened(day, "mail", ", ".join(dict.fromkeys(names)), issue)


def _events(connection: Connection, company_id: int, zone: tzinfo) -> Iterator[Happened]:
    """Sign-ups, and who came. Who was erased has no name here."""
    joined = sign_ups.outerjoin(people, people.c.id == sign_ups.c.person_id)
    found = select(sign_ups, people.c.name).select_from(joined).where(sign_ups.c.company_id == company_id)
    for row in connection.execute(found.order_by(sign_ups.c.signed_up_at, sign_ups.c.id)):
        waits = "waiting list" if row.state == "waiting" else None
        yield _happened(_day(row.signed_up_at, zone), "sign-up", row.name, row.event, text=waits)
        if row.cancelled_at:
            yield _happened(_day(row.cancelled_at, zone), "cancelled", row.name, row.event)
        if row.attended is not None and row.attended_noted_at:
            came = "attended" if row.attended else "absent"
            yield _happened(_day(row.attended_noted_at, zone), came, row.name, row.event)


def _enquiries(connection: Connection, company_id: int, zone: tzinfo) -> Iterator[Happened]:
    table = enquiries.c
    for row in connection.execute(_of(enquiries, company_id).order_by(table.received_at, table.id)):
        yield _happened(_day(row.received_at, zone), "enquiry", row.consultant, row.topic, text=row.text)
        if row.answered_at:
            yield _happened(_day(row.answered_at, zone), "answer", row.consultant, row.topic, text=row.outcome)


def _results(connection: Connection, company_id: int) -> Iterator[Happened]:
    found = _of(results, company_id).where(results.c.undone_at.is_(None))
    for row in connection.execute(found.order_by(results.c.happened_on, results.c.id)):
        many = f"{row.number} of them" if row.number != 1 else None
        yield _happened(row.happened_on, row.measure, row.recorded_by, row.scheme, text=row.note or many)


def _of(table: Any, company_id: int) -> Select[Any]:
    return select(table).where(table.c.company_id == company_id)


def _day(moment: datetime | None, zone: tzinfo) -> date:
    assert moment
    return moment.astimezone(zone).date()
