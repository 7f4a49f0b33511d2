"""Everything the register holds of one person, as plain values: their right of access (GDPR, Article 15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select

from newsletter.store.kinds import METADATA
from newsletter.store.tables import (
    audit,
    companies,
    consents,
    delivery_events,
    network_members,
    networks,
    people,
    segment_snapshots,
    sends,
    suppressions,
    wordings,
    workplaces,
)
from newsletter.subscribers.people import Person, known
from newsletter.subscribers.privacy.forget import holds

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

    from newsletter.store.register import Register

Row = dict[str, Any]
Held = dict[str, list[Row]]
"""Name of a table → its rows about the person, as JSON values."""
COLLEAGUES = ("actor", "recorded_by")
"""Who wrote a line is an employee's matter and no data of the person: left out."""


def export_person(register: Register, address_key: str) -> Held:
    """All rows about a person, table by table; tables without any are left out. Raises Refused for an unknown one."""
    with register.read() as connection:
        person = known(connection, address_key)
        found = {table.name: _rows(connection, wanted) for table, wanted in _queries(person)}
        found["segment_snapshots"] = list(_snapshots(connection, person.id))
    return {name: rows for name, rows in found.items() if rows}


def tables_with_people() -> list[Table]:
    """All tables that lead to people, found in the metadata: a new one is exported by itself."""
    return [table for table in METADATA.sorted_tables if _links(table)]


def _queries(person: Person) -> Iterator[tuple[Table, Select[Any]]]:
    mine = person.address_hash
    yield people, select(people).where(people.c.id == person.id)
    for table in tables_with_people():
        theirs = or_(*(column == person.id for column in _links(table)))
        yield table, _with_more(table).where(theirs).order_by(*table.primary_key)
    yield delivery_events, select(delivery_events).where(delivery_events.c.address_hash == mine)
    yield suppressions, select(suppressions).where(suppressions.c.address_hash == mine)
    yield audit, select(audit).where(audit.c.about == "person", audit.c.about_id == person.id).order_by(audit.c.id)
    theirs = select(people.c.company_id).where(people.c.id == person.id).scalar_subquery()
    place = select(people.c.workplace_id).where(people.c.id == person.id).scalar_subquery()
    yield companies, select(companies).where(companies.c.id == theirs)
    yield workplaces, select(workplaces).where(workplaces.c.id == place)


def _links(table: Table) -> list[ColumnElement[Any]]:
    """The columns of a table that lead to people."""
    return [column for column in table.columns if any(key.column.table is people for key in column.foreign_keys)]


def _with_more(table: Table) -> Select[Any]:
    """The rows, with what their numbers lead to: the wording, the network, the issue."""
    if table is consents:
        return select(table, wordings.c.text.label("wording")).outerjoin(wordings)
    if table is network_members:
        return select(table, networks.c.title.label("network")).join(networks)
    if "send_id" in table.c:
        return select(table, sends.c.issue).join(sends, sends.c.id == table.c.send_id)
    return select(table)


def _rows(connection: Connection, wanted: Select[Any]) -> list[Row]:
    return [_plain(row) for row in connection.execute(wanted).mappings()]


def _plain(row: Mapping[Any, Any]) -> Row:
    return {str(name): _value(value) for name, value in row.items() if name not in COLLEAGUES}


def _value(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _snapshots(connection: Connection, person_id: int) -> Iterator[Row]:
    """The segments that held the person, and when that was noted."""
    wanted = select(segment_snapshots).order_by(segment_snapshots.c.id)
    for row in connection.execute(wanted.execution_options(yield_per=10)):
        if holds(row.people, (person_id,)):
            yield {
                "segment": row.segment,
                "rule": row.rule,
                "taken_at": row.taken_at.isoformat(),
                "reason": row.reason,
            }
