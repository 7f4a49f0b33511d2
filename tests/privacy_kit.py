"""A person about whom everything is known, for tests of export and erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from people_kit import act, join, said
from register_kit import NOW, a_company
from sqlalchemy import insert, select

from newsletter.store.audit import note
from newsletter.store.tables import (
    batches,
    companies,
    deliveries,
    delivery_events,
    enquiries,
    invitations,
    network_members,
    networks,
    notices,
    people,
    segment_snapshots,
    sends,
    sign_ups,
)
from newsletter.subscribers.people import Details, confirm
from newsletter.subscribers.snapshots import pack

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from newsletter.store.register import Register

ADDRESS = "Anne.Kjær@xn--brd-0na.example"
KEY = "anne.kjær@xn--brd-0na.example"
NAME = "Anne Kjær"


def put(connection: Connection, table: Table, **values: Any) -> Any:
    """A row; its number when the table has numbers."""
    column = table.c.get("id")
    if column is None:
        return connection.execute(insert(table).values(**values))
    return connection.scalar(insert(table).values(**values).returning(column))


def a_send(connection: Connection, issue: str = "2027-01") -> int:
    """An issue on its way, with one batch."""
    values = {"issue": issue, "digest": "d", "audience_size": 1, "state": "sending", "approved_by": "maja"}
    number: int = put(connection, sends, **values, approved_at=NOW, send_at=NOW)
    put(connection, batches, send_id=number, number=1, state="open")
    return number


def a_delivery(connection: Connection, send_id: int, address_hash: bytes, **values: Any) -> None:
    """A row of the ledger."""
    row = {"batch": 1, "edition": "a", "state": "accepted", "smtp_text": f"250 {ADDRESS} ok", "at": NOW, **values}
    put(connection, deliveries, root_id=send_id, send_id=send_id, address_hash=address_hash, **row)


def somebody_known_well(register: Register) -> int:
    """Anne, with a row in every table that can hold her."""
    with register.write() as connection:
        company = a_company(connection, cvr="13748136", name="Brød og Co ApS", protected=True, industry="107120")
    number = join(
        register, ADDRESS, said(source=f"formularen, udfyldt af {NAME}"), pending=True,
        details=Details(name=NAME, role="HR", company_id=company),
    ).person_id  # fmt: skip
    with act(register) as doing:
        confirm(doing, KEY)
    with register.write() as connection:
        _traces(connection, number, company, register.hash_of(KEY))
    return number


def _traces(connection: Connection, person: int, company: int, address_hash: bytes) -> None:
    network = put(connection, networks, slug="netvaerket", title="Virksomhedsnetværket")
    put(connection, network_members, network_id=network, company_id=company, person_id=person, joined_on=NOW.date())
    put(connection, sign_ups, event="morgenmoede", person_id=person, company_id=company, signed_up_at=NOW)
    put(connection, invitations, event="morgenmoede", person_id=person, sequence=0, sent_at=NOW)
    put(connection, notices, key="place/1", kind="place", person_id=person, state="accepted", at=NOW, answer=ADDRESS)
    asked = {
        "channel": "phone",
        "topic": "fleksjob",
        "text": f"{NAME} spurgte",
        "outcome": "svaret",
        "received_at": NOW,
    }
    put(connection, enquiries, person_id=person, company_id=company, **asked)
    for issue, state in (("2027-01", "accepted"), ("2027-02", "planned"), ("2027-03", "held")):
        send = a_send(connection, issue)
        a_delivery(connection, send, address_hash, person_id=person, state=state)
        put(
            connection, delivery_events, root_id=send, address_hash=address_hash, kind="delayed",
            diagnostic=f"<{ADDRESS}> later", source="dsn", at=NOW,
        )  # fmt: skip
    put(connection, delivery_events, address_hash=address_hash, kind="bounced", diagnostic=KEY, source="dsn", at=NOW)
    for segment, members in (("byggeri", [person, 3, 900]), ("handel", [5, 6])):
        packed = {"people": pack(sorted(members)), "companies": pack([company])}
        put(
            connection,
            segment_snapshots,
            taken_at=NOW,
            actor="maja",
            reason="godkendt",
            segment=segment,
            rule="r",
            **packed,
        )
    note(connection, now=NOW, actor="maja", action="subscribers why", about="person", about_id=person, segments=2)


def others(register: Register, count: int = 5, *, domain: str = "andre.example") -> list[str]:
    """More people; their addresses."""
    addresses = [f"person{number}@{domain}" for number in range(count)]
    for number, address in enumerate(addresses):
        join(register, address, details=Details(name=f"Navn {number}"))
    return addresses


def everyone(connection: Connection) -> dict[str, str]:
    """Address key → name."""
    return {row.address_key: row.name for row in connection.execute(select(people))}


def company_names(connection: Connection) -> list[str]:
    """All companies."""
    return list(connection.scalars(select(companies.c.name)))
