"""People of the register as a list again, with the columns it came in.

Who said no is in no list, nor are the people of an advertising-protected company without their own consent (CVR act,
section 19).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, exists, func, not_, or_, select

from newsletter.store.tables import (
    companies,
    company_interests,
    company_needs,
    network_members,
    networks,
    people,
    suppressions,
    workplaces,
)
from newsletter.subscribers.importing.fields import FIELD_NAMES, FIELDS, FieldName
from newsletter.subscribers.importing.firms import PLACE
from newsletter.subscribers.municipalities import name_of
from newsletter.subscribers.questions import consented
from newsletter.subscribers.rules.bands import BANDS, limits

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

_PART = 5_000
_BANDS = {limits(band)[0]: band for band in BANDS}
_SETS = {"interests": (company_interests, "interest"), "needs": (company_needs, "need")}


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How many people a list holds, and how many the register keeps to itself."""

    people: int
    said_no: int
    protected: int


def default_columns() -> dict[str, FieldName]:
    """A column for each thing we know, under its Danish heading. The name in parts stands in the whole name."""
    return {FIELDS[name].danish: name for name in FIELD_NAMES if name not in ("first_name", "last_name")}


def extent(connection: Connection, now: datetime) -> Extent:
    """Who would stand in a list of everybody."""
    no, protected = _said_no(now), _is_protected()
    kinds = case((no, "no"), (protected, "protected"), else_="listed").label("kind")
    statement = select(kinds, func.count()).select_from(people.outerjoin(companies)).group_by(kinds)
    found: dict[str, int] = {kind: number for kind, number in connection.execute(statement)}  # noqa: C416  # rows
    return Extent(people=found.get("listed", 0), said_no=found.get("no", 0), protected=found.get("protected", 0))


def export_rows(connection: Connection, names: Sequence[FieldName], now: datetime) -> Iterator[list[str]]:
    """The cells of everybody who may stand in a list, in the order they came."""
    rows = connection.execution_options(yield_per=_PART).execute(_question(now)).mappings()
    for part in rows.partitions():
        marks = _marks(connection, [row["company_id"] for row in part if row["company_id"]], names)
        for row in part:
            yield [_cell(name, row, marks) for name in names]


def _question(now: datetime) -> Select[Any]:
    joined = people.outerjoin(companies, companies.c.id == people.c.company_id)
    tables = joined.outerjoin(workplaces, workplaces.c.id == people.c.workplace_id)
    plain = [column for column in people.c if column.name != "address_hash"]
    place = [func.coalesce(workplaces.c[name], companies.c[name]).label(name) for name in PLACE if name not in _CODED]
    coded = [_of_one(name) for name in _CODED]
    own = [companies.c[name] for name in ("cvr", "contact", "stand_in", "contact_time", "call_first")]
    question = select(*plain, *place, *coded, *own, companies.c.public_employer, workplaces.c.p_number)
    question = question.add_columns(companies.c.name.label("company")).select_from(tables)
    return question.where(not_(_said_no(now)), not_(_is_protected())).order_by(people.c.id)


_CODED = ("industry", "nomenclature")


def _of_one(name: str) -> Any:
    """The workplace's code with the workplace's nomenclature, or both of the company."""
    return case((workplaces.c.industry.is_not(None), workplaces.c[name]), else_=companies.c[name]).label(name)


def _said_no(now: datetime) -> Any:
    suppressed = exists().where(suppressions.c.address_hash == people.c.address_hash, suppressions.c.expires_at > now)
    return or_(people.c.state == "unsubscribed", suppressed.correlate(people))


def _is_protected() -> Any:
    return and_(func.coalesce(companies.c.protected, False), not_(consented()))


Marks = Mapping[str, Mapping[int, list[str]]]
"""Field → company → what stands there."""


def _marks(connection: Connection, numbers: Sequence[int], names: Sequence[FieldName]) -> Marks:
    found: dict[str, dict[int, list[str]]] = {name: {} for name in (*_SETS, "networks")}
    wanted = sorted(set(numbers))
    for name in found.keys() & set(names):
        for company, word in connection.execute(_listing(name, wanted)):
            found[name].setdefault(company, []).append(word)
    return found


def _listing(name: str, wanted: Sequence[int]) -> Select[Any]:
    if name == "networks":
        columns = select(network_members.c.company_id, networks.c.title).join(networks)
        current = network_members.c.left_on.is_(None)
        return columns.where(network_members.c.company_id.in_(wanted), current).order_by(networks.c.title)
    table, column = _SETS[name]
    return select(table.c.company_id, table.c[column]).where(table.c.company_id.in_(wanted)).order_by(table.c[column])


def _cell(name: FieldName, row: RowMapping, marks: Marks) -> str:
    if name in marks:
        return "; ".join(marks[name].get(row["company_id"], ()))
    if name == "last_name":
        return _last_name(row)
    if name == "consented_on":
        own = row["state"] == "subscribed" and row["basis"] == "consent"
        return _text(row["subscribed_on"]) if own else ""
    value = row[name]
    if name == "size":
        return _BANDS.get(value, "")
    return name_of(value) if name == "municipality" and value else _text(value)


def _text(value: Any) -> str:
    """As people write it, and as it is read again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value)


def _last_name(row: RowMapping) -> str:
    """What stands behind the first name."""
    name, first = row["name"] or "", row["first_name"] or ""
    return name.removeprefix(first).strip() if first and name.startswith(f"{first} ") else ""
