"""Rows of companies and workplaces: what is new, what has changed, and the statements that write it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import delete, select

from newsletter.store.tables import companies, workplaces
from newsletter.subscribers.inserts import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping, Table

    from newsletter.subscribers.cvr import Company, Workplace

_ADDRESS = ("municipality", "postcode", "town", "street")
_INDUSTRY = ("industry", "nomenclature")
_COMPANY = ("name", *_INDUSTRY, "size", *_ADDRESS, "form", "public_employer", "state", "cvr_status", "protected")
_WORKPLACE = ("company_id", "name", *_INDUSTRY, "size", *_ADDRESS)
_TOGETHER = (_ADDRESS, _INDUSTRY, ("size",), ("name",), ("protected",), ("state", "cvr_status"))
"""Facts that are said together or not at all."""


class Counts(Protocol):
    """What is counted while writing."""

    new: int
    changed: int
    unchanged: int
    stopped: int
    left_out: int
    protected: int
    unsaid: int
    workplaces_new: int
    workplaces_changed: int
    workplaces_closed: int


class Companies:
    """Companies of one chunk."""

    def __init__(self, connection: Connection, now: datetime, counts: Counts) -> None:
        self.connection = connection
        self.now = now
        self.counts = counts

    def take(self, firms: Mapping[str, Company], described: Collection[str]) -> None:
        """Write what is new or changed, and the workplaces they name, but for those that are `described` themselves."""
        known = _known(self.connection, companies, "cvr", firms, _COMPANY)
        rows = [row for cvr, firm in sorted(firms.items()) if (row := self._row(firm, known.get(cvr)))]
        _write(self.connection, companies, "cvr", rows)
        self._workplaces({cvr: firm for cvr, firm in firms.items() if firm.workplaces}, described)

    def _row(self, firm: Company, before: RowMapping | None) -> dict[str, Any] | None:
        """The row to write; None when there is nothing to write."""
        values = {name: getattr(firm, name) for name in _COMPANY}
        self.counts.protected += bool(firm.protected)
        if before is None:
            return self._new(firm, values)
        values = _merged(values, before)
        self.counts.stopped += before["state"] == "active" != values["state"]
        if all(values[name] == before[name] for name in _COMPANY):
            self.counts.unchanged += 1
            return None
        self.counts.changed += 1
        return self._stamped(firm, values)

    def _new(self, firm: Company, values: dict[str, Any]) -> dict[str, Any] | None:
        if firm.state == "ceased":
            self.counts.left_out += 1
            return None
        self.counts.new += 1
        self.counts.unsaid += firm.protected is None
        return self._stamped(
            firm, {**values, "protected": firm.protected is not False, "state": firm.state or "active"}
        )

    def _stamped(self, firm: Company, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"cvr": firm.cvr, **values, "source": "cvr", "updated_at": self.now}

    def _workplaces(self, firms: Mapping[str, Company], described: Collection[str]) -> None:
        """Workplaces that the companies name: new ones come, those no longer named go."""
        ids = _ids(self.connection, firms)
        wanted = {number: ids[firm.cvr] for firm in firms.values() if firm.cvr in ids for number in firm.workplaces}
        known = _known(self.connection, workplaces, "p_number", wanted, ("company_id",))
        rows = [
            {"p_number": number, "company_id": company, "updated_at": self.now}
            for number, company in sorted(wanted.items())
            if number not in described and (number not in known or known[number]["company_id"] != company)
        ]
        self.counts.workplaces_new += sum(row["p_number"] not in known for row in rows)
        self.counts.workplaces_changed += sum(row["p_number"] in known for row in rows)
        _write(self.connection, workplaces, "p_number", rows)
        theirs = select(workplaces.c.p_number).where(workplaces.c.company_id.in_(list(ids.values())))
        gone = [
            number for number in self.connection.scalars(theirs) if number not in wanted and number not in described
        ]
        self.counts.workplaces_closed += _remove(self.connection, gone)


class Workplaces:
    """Workplaces of one chunk."""

    def __init__(self, connection: Connection, now: datetime, counts: Counts) -> None:
        self.connection = connection
        self.now = now
        self.counts = counts

    def take(self, places: Mapping[str, Workplace]) -> list[Workplace]:
        """Write what is new or changed and remove what has closed; those whose company is not there come back."""
        if not places:
            return []
        closed = [number for number, place in places.items() if place.closed]
        self.counts.workplaces_closed += _remove(self.connection, closed)
        ids = _ids(self.connection, {place.cvr for place in places.values()})
        known = _known(self.connection, workplaces, "p_number", places, _WORKPLACE)
        opened = [place for _, place in sorted(places.items()) if not place.closed]
        theirs = [place for place in opened if place.cvr in ids]
        rows = [row for place in theirs if (row := self._row(place, ids[place.cvr], known.get(place.p_number)))]
        _write(self.connection, workplaces, "p_number", rows)
        return [place for place in opened if place.cvr not in ids]

    def _row(self, place: Workplace, company: int, before: RowMapping | None) -> dict[str, Any] | None:
        values = {"company_id": company, **{name: getattr(place, name) for name in _WORKPLACE if name != "company_id"}}
        if before is None:
            self.counts.workplaces_new += 1
        else:
            values = _merged(values, before)
            if all(values[name] == before[name] for name in _WORKPLACE):
                return None
            self.counts.workplaces_changed += 1
        return {"p_number": place.p_number, **values, "updated_at": self.now}


def _merged(values: dict[str, Any], before: RowMapping) -> dict[str, Any]:
    """What is said now, and what was said before where nothing is said now."""
    unsaid = [group for group in _TOGETHER if all(values.get(name) is None for name in group if name in values)]
    if values.get("form") is None:
        unsaid.append(("form", "public_employer"))
    kept = {name: before[name] for group in unsaid for name in group if name in values}
    return {**values, **kept}


def _known(
    connection: Connection, table: Table, key: str, wanted: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, RowMapping]:
    columns = [table.c[name] for name in (key, *names)]
    rows = connection.execute(select(*columns).where(table.c[key].in_(list(wanted)))).mappings()
    return {row[key]: row for row in rows} if wanted else {}


def _ids(connection: Connection, cvrs: Mapping[str, Any] | set[str]) -> dict[str, int]:
    rows = connection.execute(select(companies.c.cvr, companies.c.id).where(companies.c.cvr.in_(list(cvrs))))
    return {row.cvr: row.id for row in rows} if cvrs else {}


def _write(connection: Connection, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    """Insert, or update who is there already, even if another process wrote them a moment ago."""
    if not rows:
        return
    statement = insert_into(connection, table)
    taken = {name: statement.excluded[name] for name in rows[0] if name != key}
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c[key]], set_=taken), rows)


def _remove(connection: Connection, numbers: list[str]) -> int:
    """Remove workplaces: their people and visits stay with the company. How many there were."""
    if not numbers:
        return 0
    return connection.execute(delete(workplaces).where(workplaces.c.p_number.in_(numbers))).rowcount
