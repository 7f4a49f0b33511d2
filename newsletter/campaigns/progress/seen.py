"""The visits of a campaign in one pass: by day, consultant, industry and size, and which companies they were at.

The rows of a day come as a few long texts that the database puts together, and are counted here: SQLite groups by
sorting, which takes longer than all else, and a pass over the visits for each question costs as much again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, not_, or_, select

from newsletter.store.tables import visits

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.progress.window import Window

Days = Mapping[date, int]
Code = tuple[str | None, str | None]
"""Nomenclature and industry code of a company, as they were written down."""

ROW, CELL = "\n", "\t"
"""Between the rows of a text, and between the cells of a row."""
_KNOWN, _LATER, _GONE = "klg"
"""Of a visit: it counted on the day; it was written down later, and counts today; neither."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Visited:
    """The visits that count, and what is told of the others."""

    days: Counter[date] = field(default_factory=Counter)
    consultants: Counter[str] = field(default_factory=Counter)
    industries: Counter[Code] = field(default_factory=Counter)
    sizes: Counter[int | None] = field(default_factory=Counter)
    """By the lower end of CVR's band."""
    companies: set[str] = field(default_factory=set)
    """Their numbers in the register, which are not worth reading: they are only compared."""
    places: set[str] = field(default_factory=set)
    """Numbers of workplaces; nothing where none was told."""
    others: Counter[str] = field(default_factory=Counter)
    """later: written down after the day, and standing now. outside: on days that are not in the campaign's period.
    untold: counted, but without a P-number.
    """
    rows: dict[date, tuple[list[str], list[str]]] = field(default_factory=dict)
    """Day → the numbers of its visits, and what is told of each."""
    replaced: dict[str, str] = field(default_factory=dict)
    """Number of a visit → the number of the one that it puts right."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.days.total()

    def consultants_of(self, wanted: Container[str]) -> Counter[str]:
        """Some visits, by who made them."""
        rows = chain.from_iterable(zip(*of_day, strict=True) for of_day in self.rows.values())
        return Counter(row.split(CELL)[1] for number, row in rows if number in wanted)


def visited(connection: Connection, window: Window) -> Visited:
    """The visits by what is told of them."""
    found, words = Visited(), Counter[str]()
    for day, *texts, older in connection.execute(_by_day(window)):
        rows, companies, places, numbers = (text.split(ROW) for text in texts)
        if older.strip(ROW):
            replaced = zip(numbers, older.split(ROW), strict=True)
            found.replaced.update((number, old) for number, old in replaced if old)
        known = [row[0] == _KNOWN for row in rows]
        columns = [rows, companies, places, numbers]
        if window.first <= day <= window.last:
            words.update(rows)
            _add(found, day, *(columns if all(known) else (list(compress(column, known)) for column in columns)))
        elif day <= window.as_of:
            found.others["outside"] += sum(known)
    for row, number in words.items():
        _count(found, row.split(CELL), number)
    return found


def _add(found: Visited, day: date, rows: list[str], companies: list[str], *others: list[str]) -> None:
    """The visits of a day that count."""
    if not rows:
        return
    places, numbers = others
    found.days[day] = len(rows)
    found.companies.update(companies)
    found.places.update(places)
    found.others["untold"] += places.count("")
    found.rows[day] = (numbers, rows)


def _count(found: Visited, cells: list[str], number: int) -> None:
    """So many visits whose rows say the same."""
    standing, consultant, nomenclature, industry, size = cells
    if standing == _LATER:
        found.others["later"] += number
    if standing == _KNOWN:
        found.consultants[consultant] += number
        found.industries[nomenclature or None, industry or None] += number
        found.sizes[int(size) if size else None] += number


def _by_day(window: Window) -> Any:
    """The campaign's visits of each day: texts with a row for each visit. Without those that were mistakes only."""
    table = visits.c
    known = window.known(table.recorded_at)
    standing = case(
        (and_(known, window.standing(table.undone_at)), _KNOWN),
        (and_(not_(known), table.undone_at.is_(None)), _LATER),
        else_=_GONE,
    )
    told = [standing, table.consultant, _text(table.nomenclature), _text(table.industry), _text(table.size)]
    columns = (_joined(told), *map(_text, (table.company_id, table.workplace_id, table.id, table.replaces_id)))
    texts = (func.aggregate_strings(column, ROW) for column in columns)
    of_use = or_(window.standing(table.undone_at), table.replaces_id.is_not(None))
    return select(table.visited_on, *texts).where(window.ours(), of_use).group_by(table.visited_on)


def columns_of(connection: Connection, rows: Any, *columns: ColumnElement[Any]) -> list[list[str]]:
    """Some columns of the rows of a statement, each as a list of texts; many come faster so than one by one."""
    texts = [func.aggregate_strings(_text(column), ROW) for column in columns]
    found = connection.execute(rows.with_only_columns(*texts, maintain_column_froms=True)).one()
    return [text.split(ROW) if text is not None else [] for text in found]


def _joined(cells: list[Any]) -> ColumnElement[str]:
    """A row of cells as one text."""
    first, *rest = cells
    row: ColumnElement[str] = cast(first, String)
    for cell in rest:
        row = row + literal(CELL) + cell
    return row


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A column as text; empty where it has nothing, so that each row has a place in each text."""
    return func.coalesce(cast(column, String), "")
