"""The list of an event: who comes, who waits, who signed off, in Danish order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.campaigns.signups.values import Place, Terms
from newsletter.store.tables import companies, invitations, people, sign_ups

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_ORDER = "abcdefghijklmnopqrstuvwxyzæøå"
_SIGNS = 97
_ALIKE = str.maketrans({"é": "e", "è": "e", "ü": "y", "ä": "æ", "ö": "ø", "á": "a", "ó": "o", "í": "i", "ð": "d"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Somebody on the list; who was erased has no name and no address."""

    name: str
    address: str
    company: str
    place: Place
    seats: int
    signed_up_at: datetime
    source: str
    attended: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An event's list, and its numbers."""

    terms: Terms
    lines: tuple[Line, ...]
    """Who comes and who signed off in the order of names; who waits in their turn."""
    invited: int
    answered: dict[str, int]
    """What calendars answered → how many."""

    def of(self, place: Place) -> tuple[Line, ...]:
        """Those with a seat, those who wait, or those who signed off."""
        return tuple(line for line in self.lines if line.place == place)

    def seats(self, place: Place) -> int:
        """How many seats these are."""
        return sum(line.seats for line in self.of(place))


def listed(connection: Connection, terms: Terms) -> Listed:
    """The list of an event as it stands."""
    columns = (sign_ups, people.c.name, people.c.address, companies.c.name.label("company"))
    tables = sign_ups.outerjoin(people, people.c.id == sign_ups.c.person_id)
    tables = tables.outerjoin(companies, companies.c.id == sign_ups.c.company_id)
    wanted = select(*columns).select_from(tables).where(sign_ups.c.event == terms.event)
    rows = connection.execute(wanted.order_by(sign_ups.c.signed_up_at, sign_ups.c.id)).all()
    lines = [_line(row) for row in rows]
    waiting = [line for line in lines if line.place == "waiting"]
    others = sorted((line for line in lines if line.place != "waiting"), key=_by_name)
    answers = connection.scalars(select(invitations.c.answer).where(invitations.c.event == terms.event)).all()
    told = {answer: answers.count(answer) for answer in ("accepted", "declined", "tentative")}
    return Listed(terms=terms, lines=(*others, *waiting), invited=len(answers), answered=told)


def danish(text: str) -> tuple[int, ...]:
    """What a word is sorted by: æ, ø and å come last, and aa is å; signs and digits before all letters."""
    plain = re.sub("aa", "å", text.casefold()).translate(_ALIKE)
    return tuple(_SIGNS + _ORDER.index(sign) if sign in _ORDER else min(ord(sign), _SIGNS) for sign in plain)


def _by_name(line: Line) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    return danish(line.name or line.company or line.address), danish(line.company), line.address


def _line(row: Row[tuple[object, ...]]) -> Line:
    return Line(
        name=row.name or "",
        address=row.address or "",
        company=row.company or "",
        place=row.state,
        seats=row.seats,
        signed_up_at=row.signed_up_at,
        source=row.source or "",
        attended=row.attended,
    )
