"""The results of a campaign, as they stand on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from sqlalchemy import and_, select

from newsletter.store.tables import companies, results

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, RowMapping

NamingState = Literal["agreed", "later", "ended", "withdrawn", "not asked"]
"""Whether a company may be named: yes; from a later day on; no longer; it took its word back; it has not agreed."""


class Result(TypedDict):
    """A result, as `campaign results --json` tells it."""

    result: int
    measure: str
    company: str | None
    cvr: str | None
    scheme: str | None
    happened_on: str
    number: int
    note: str | None
    naming: NamingState
    consented_on: str | None
    consent_until: str | None
    recorded_by: str | None


def list_results(connection: Connection, campaign: str, on: date) -> list[Result]:
    """The results of a campaign that count, the newest first; consents as they are on a day."""
    columns = (results, companies.c.name.label("company"), companies.c.cvr)
    query = select(*columns).select_from(results.outerjoin(companies)).where(counting(campaign))
    rows = connection.execute(query.order_by(results.c.happened_on.desc(), results.c.id.desc())).mappings()
    return [_result(row, on) for row in rows]


def counting(campaign: str) -> ColumnElement[bool]:
    """Results of the campaign that were not undone."""
    return and_(results.c.campaign == campaign, results.c.undone_at.is_(None))


def naming_state(consented_on: date | None, consent_until: date | None, on: date) -> NamingState:
    """Whether somebody with these days may be named on a day."""
    if consented_on is None:
        return "not asked"
    if consent_until is None:
        return "withdrawn"
    if on < consented_on:
        return "later"
    return "agreed" if on <= consent_until else "ended"


def _result(row: RowMapping, on: date) -> Result:
    facts: dict[str, Any] = {name: _plain(row.get(name)) for name in Result.__annotations__}
    naming = naming_state(row["consented_on"], row["consent_until"], on)
    told: Result = {**facts, "result": row["id"], "naming": naming}  # type: ignore[typeddict-item]
    return told


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
