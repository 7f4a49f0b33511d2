"""Which companies are meant: by number, by name, by a rule; and which of them may stand in a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, exists, not_, or_, select

from newsletter.problems import Refused
from newsletter.store.tables import companies, people, workplaces
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.questions import consented

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.subscribers.rules.book import Book
    from newsletter.subscribers.segments import Rule

Truth = ColumnElement[bool]

_NEAR = 8
_MANY = 20_000
"""With more companies than this, a name is compared with those of the same beginning only."""


class Known(NamedTuple):
    """A company, by what people call it."""

    id: int
    cvr: str | None
    name: str
    workplace_id: int | None = None
    """Where it was named by the P-number of a workplace."""


def may_be_listed() -> Truth:
    """Not advertising-protected, or somebody there has given their own consent (CVR act, section 19)."""
    somebody = exists().where(people.c.company_id == companies.c.id, consented()).correlate(companies)
    return or_(not_(companies.c.protected), somebody)


def fitting(rule: Rule, book: Book) -> Truth:
    """The companies that fit a rule, by themselves or through one of their people."""
    from newsletter.subscribers.rules.sql import compile_rule

    joined = companies.outerjoin(people, people.c.company_id == companies.c.id)
    inside = select(companies.c.id).select_from(joined).where(compile_rule(rule, book)).correlate(None)
    return companies.c.id.in_(inside)


def digits_of(text: str) -> str | None:
    """The CVR number that a text writes, with or without spaces and DK in front; None for what is not eight digits."""
    found = re.fullmatch(r"(?:DK)?([0-9]{8})", re.sub(r"[\s.-]", "", text).upper())
    return found[1] if found else None


def p_number_of(text: str) -> str | None:
    """The P-number that a text writes, with or without spaces and P in front; None for what has not its shape."""
    found = re.fullmatch(r"(?:P(?:NR|NUMMER)?)?(1[0-9]{9})", re.sub(r"[\s.:-]", "", text).upper())
    return found[1] if found else None


def find_company(connection: Connection, text: str) -> Known:
    """The company with this CVR number, P-number or name. Raises Refused, with those near it, for none or several."""
    p_number = p_number_of(text)
    if p_number:
        return _by_p_number(connection, p_number)
    cvr = digits_of(text)
    if cvr:
        row = connection.execute(_columns().where(companies.c.cvr == cvr)).one_or_none()
        if row is None:
            hint = "check the number, or import the company with `newsletter companies import`"
            raise Refused(f"no company in the register has the CVR number {cvr}", hint)
        return _known(row)
    return _by_name(connection, text)


def find_companies(connection: Connection, cvrs: Sequence[str]) -> list[Known]:
    """The companies with these CVR numbers. Raises Refused, naming all that are not there."""
    wanted = {text: digits_of(text) for text in cvrs}
    rows = connection.execute(_columns().where(companies.c.cvr.in_(sorted({cvr for cvr in wanted.values() if cvr}))))
    known = {row.cvr: _known(row) for row in rows}
    missing = [text for text, cvr in wanted.items() if cvr not in known]
    if missing:
        raise Refused(f"not in the register: {', '.join(missing)}", "write CVR numbers of companies in the register")
    return list(dict.fromkeys(known[cvr] for cvr in wanted.values() if cvr))


def _by_p_number(connection: Connection, p_number: str) -> Known:
    """The number is not told back: it may be somebody's CPR number."""
    joined = companies.join(workplaces, workplaces.c.company_id == companies.c.id)
    columns = (companies.c.id, companies.c.cvr, companies.c.name, workplaces.c.id.label("workplace_id"))
    found = select(*columns).select_from(joined).where(workplaces.c.p_number == p_number)
    row = connection.execute(found).one_or_none()
    if row is None:
        hint = "check the number, or name the company by its CVR number"
        raise Refused("no workplace in the register has that P-number", hint)
    return Known(*row)


def _by_name(connection: Connection, text: str) -> Known:
    words = " ".join(text.split()).casefold()
    if holds_cpr(words):
        raise Refused("this looks like a CPR number: nobody is looked up by it here", "name the company")
    if not words:
        hint = "write its eight or ten digits, or a part of the company's name"
        raise Refused("a CVR number, a P-number or a name is expected", hint)
    found = [row for row in connection.execute(_columns().where(_like(words))) if words in row.name.casefold()]
    exact = [row for row in found if row.name.casefold() == words]
    if len(exact) == 1 or len(found) == 1:
        return _known((exact or found)[0])
    if not found:
        raise Refused(f"no company in the register is called {text!r}", _near(connection, words))
    raise Refused(f"{len(found)} companies are called something like {text!r}", _several(found))


def _like(words: str) -> Truth:
    """Names that may hold the words: letters whose case a database does not know may be any."""
    pattern = "".join(sign if re.match(r"[a-z0-9 ]", sign) else "_" for sign in words)
    return companies.c.name.ilike(f"%{pattern}%")


def _several(rows: Sequence[Row[Any]]) -> str:
    """Some of them by number; those that are protected are never listed together."""
    listed = [row for row in rows if not row.protected]
    shown = "; ".join(f"{row.cvr or 'no CVR number'} {row.name}" for row in listed[:_NEAR])
    hidden = len(rows) - len(listed)
    more = f"; and {len(listed) - _NEAR} others" if len(listed) > _NEAR else ""
    protected = f"; {hidden} advertising-protected, which only their CVR number finds" if hidden else ""
    return f"say which by its CVR number: {shown}{more}{protected}" if listed else f"say its CVR number{protected}"


def _near(connection: Connection, words: str) -> str:
    statement = select(companies.c.name).where(not_(companies.c.protected)).limit(_MANY + 1)
    names = list(connection.scalars(statement))
    if len(names) > _MANY:
        names = list(connection.scalars(statement.where(companies.c.name.ilike(f"{words[:3]}%")).limit(_MANY)))
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in get_close_matches(words, folded, n=3)]
    return f"did you mean {' or '.join(map(repr, near))}?" if near else "check the spelling, or write its CVR number"


def _columns() -> Any:
    return select(companies.c.id, companies.c.cvr, companies.c.name, companies.c.protected).order_by(companies.c.id)


def _known(row: Row[Any]) -> Known:
    return Known(id=row.id, cvr=row.cvr, name=row.name)
