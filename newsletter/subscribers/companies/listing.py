"""Companies in a list. Advertising-protected ones never stand in one together: they are only counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, and_, func, not_, select

from newsletter.store.tables import companies
from newsletter.subscribers.companies.choosing import may_be_listed
from newsletter.subscribers.rules.bands import BANDS, limits

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

_BAND_OF = {limits(band)[0]: band for band in BANDS}
_AT_A_TIME = 5_000


class Listed(TypedDict):
    """A company in a list; the same columns in every form of it."""

    cvr: str | None
    name: str
    industry: str | None
    nomenclature: str | None
    size: str | None
    municipality: str | None
    postcode: str | None
    town: str | None
    street: str | None
    form: str | None
    state: str
    cvr_status: str | None
    protected: bool
    public_employer: bool
    contact: str | None
    stand_in: str | None
    contact_time: str | None
    call_first: bool
    no_visits: bool
    source: str


class Numbers(NamedTuple):
    """How many there are to list, and how many are left out because they are protected."""

    listed: int
    hidden: int


def band_of(size: int | None) -> str | None:
    """The band of employees as people write it: 5-9."""
    return None if size is None else _BAND_OF.get(size, str(size))


def numbers(connection: Connection, chosen: ColumnElement[bool]) -> Numbers:
    """Of the chosen companies."""
    count = select(func.count()).select_from(companies)
    listed = connection.scalar(count.where(and_(chosen, may_be_listed()))) or 0
    hidden = connection.scalar(count.where(and_(chosen, not_(may_be_listed())))) or 0
    return Numbers(listed, hidden)


def listed(connection: Connection, chosen: ColumnElement[bool], limit: int | None = None) -> Iterator[Listed]:
    """The chosen companies that may be listed, by name; read as they are asked for."""
    columns = [companies.c[name] for name in Listed.__annotations__]
    statement = select(*columns).where(and_(chosen, may_be_listed())).order_by(companies.c.name, companies.c.id)
    rows = connection.execute(statement.limit(limit).execution_options(yield_per=_AT_A_TIME))
    return map(_listed, rows.mappings())


def _listed(row: RowMapping) -> Listed:
    values: Any = {**row, "size": band_of(row["size"])}
    found: Listed = values
    return found
