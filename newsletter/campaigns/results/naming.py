"""Who may be named: companies whose consent holds on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from newsletter.campaigns.results.listing import counting
from newsletter.campaigns.results.values import Measure, Named
from newsletter.store.tables import companies, results

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_LETTERS = str.maketrans({"æ": "{a", "ä": "{b", "ø": "|a", "ö": "|b", "å": "}", "ü": "y", "é": "e"})
"""Danish has æ, ø and å after z, and takes ä, ö and ü for æ, ø and y."""


def named(connection: Connection, campaign: str, measures: Collection[Measure], on: date) -> list[Named]:
    """The companies that may be named on a day for a campaign's results of these kinds, in Danish order."""
    joined = results.join(companies)
    columns = (companies.c.id, companies.c.name, companies.c.town, results.c.id.label("result"))
    wanted = and_(counting(campaign), results.c.measure.in_(measures), may_be_named(on))
    rows = connection.execute(select(*columns).select_from(joined).where(wanted).order_by(results.c.id))
    found: dict[int, Named] = {}
    for row in rows:
        before = found[row.id].results if row.id in found else ()
        found[row.id] = Named(company=row.name, town=row.town, results=(*before, row.result))
    return sorted(found.values(), key=lambda each: (danish(each.company), danish(each.town or ""), each.results))


def count_results(connection: Connection, campaign: str, measures: Collection[Measure]) -> int:
    """How many results of these kinds the campaign has, whether or not anybody may be named for them."""
    wanted = and_(counting(campaign), results.c.measure.in_(measures))
    return connection.scalar(select(func.count()).select_from(results).where(wanted)) or 0


def no_longer_named(connection: Connection, numbers: Collection[int], on: date) -> list[int]:
    """Those of these results whose company may not be named on a day, or is gone."""
    wanted = and_(results.c.id.in_(numbers), may_be_named(on))
    agreed = connection.scalars(select(results.c.id).select_from(results.join(companies)).where(wanted))
    return sorted({*numbers}.difference(agreed))


def may_be_named(on: date) -> ColumnElement[bool]:
    """Results whose company agreed to being named, and still does on the day. One that has closed is not shown off."""
    agreed = and_(results.c.consented_on <= on, results.c.consent_until >= on)
    return and_(agreed, results.c.undone_at.is_(None), companies.c.state == "active")


def danish(text: str) -> str:
    """A key to sort by in Danish order: `Aa` is å."""
    return " ".join(text.casefold().replace("aa", "å").split()).translate(_LETTERS)
