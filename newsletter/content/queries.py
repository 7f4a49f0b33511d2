"""The little language of block queries: `next 60 days`, `newest 2 tagged mentor not yet used`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Order = Literal["newest", "next", "all"]


class QueryError(ValueError):
    """What is wrong in a query, and at which character (from 0)."""

    def __init__(self, text: str, hint: str, offset: int) -> None:
        super().__init__(f"{text}; {hint}")
        self.offset = offset


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """Which items of one kind a block shows, told at the issue's send date.

    `newest` takes what is dated on or before that day, the latest first; `next` takes what starts at or after the
    send, the first first; `all` goes by title.
    """

    order: Order
    limit: int | None = None
    days: int | None = None
    tags: frozenset[str] = frozenset()
    series: str | None = None
    unused: bool = False


_ORDERS: dict[str, Order] = {"days": "next", "next": "next", "newest": "newest", "all": "all"}
_UNITS = {"day": 1, "week": 7, "month": 31}
_WORDS = ("all", "in series", "newest", "next", "not yet used", "tagged")
_HINT = "write for example `newest 2`, `next 60 days`, `tagged mentor` or `newest 1 not yet used`"
_CLAUSES = (
    ("days", re.compile(r"next (\d{1,4}) (day|week|month)s?\b")),
    ("next", re.compile(r"next (\d{1,3})\b")),
    ("newest", re.compile(r"newest(?: (\d{1,3}))?\b")),
    ("all", re.compile(r"all\b")),
    ("tags", re.compile(r"tagged ([a-z0-9-]+(?:, ?[a-z0-9-]+)*)")),
    ("series", re.compile(r"in series ([a-z0-9-]+)")),
    ("unused", re.compile(r"not yet used\b")),
)


def parse_query(text: str) -> Query:
    """The query that `text` says; raises QueryError with the place of the first word it does not know."""
    found: dict[str, re.Match[str]] = {}
    offset = 0
    while offset < len(text):
        if text[offset].isspace():
            offset += 1
            continue
        name, match = _clause(text, offset)
        if name in found:
            raise QueryError(f"{match.group()!r} says a second time what was said", _HINT, offset)
        found[name] = match
        offset = match.end()
    return _query(found)


def _clause(text: str, offset: int) -> tuple[str, re.Match[str]]:
    for name, pattern in _CLAUSES:
        if match := pattern.match(text, offset):
            return name, match
    from newsletter.problems import guess

    word = re.match(r"\S+", text[offset:])
    said = word.group() if word else text
    raise QueryError(f"the query does not understand {said!r}", f"{guess(said, _WORDS)} {_HINT}", offset)


def _query(found: dict[str, re.Match[str]]) -> Query:
    orders = [name for name in found if name in _ORDERS]  # as they were said
    if len(orders) > 1:
        match = found[orders[1]]
        raise QueryError(f"{match.group()!r} does not go with {found[orders[0]].group()!r}", _HINT, match.start())
    if not found:
        raise QueryError("the query is empty", _HINT, 0)
    order = orders[0] if orders else "all"
    said = found.get(order)
    number = int(said.group(1)) if said and said.re.groups and said.group(1) else None
    if said and number == 0:
        raise QueryError(f"{said.group()!r} shows nothing", _HINT, said.start())
    return Query(
        order=_ORDERS[order],
        limit=number if order != "days" else None,
        days=number * _UNITS[found["days"].group(2)] if order == "days" and number is not None else None,
        tags=frozenset(re.split(r", ?", found["tags"].group(1))) if "tags" in found else frozenset(),
        series=found["series"].group(1) if "series" in found else None,
        unused="unused" in found,
    )
