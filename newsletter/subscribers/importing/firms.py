"""The companies of a list's rows: found or made, and told what the list says of them.

Of all rows about a company the first that says a thing is heard, so the same list says the same thing every time. What
CVR said of a company a list does not change: only what we know ourselves it does (contact, how they want to be met).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.store.tables import companies
from newsletter.subscribers.importing.rows import Subscriber

if TYPE_CHECKING:
    from newsletter.subscribers.importing.bulk import Bulk
    from newsletter.subscribers.importing.outcome import Outcome

Key = str | tuple[str, str]
"""Of a company: its CVR number; without one, its folded name and postcode."""
Told = tuple[Any, ...]
"""What a row says of its company, by `NAMES`; None where it says nothing."""
PLACE = ("industry", "nomenclature", "size", "municipality", "postcode", "town", "street")
"""Where a row names a workplace, it is of the workplace that it says these."""
OURS = ("contact", "stand_in", "contact_time", "call_first")
NAMES = ("name", *PLACE, "public_employer", *OURS)

_told = itemgetter(*(Subscriber._fields.index("company" if name == "name" else name) for name in NAMES))
_NOT_OF_THE_PLACE = tuple(name not in PLACE for name in NAMES)
_FLAGS = (NAMES.index("public_employer"), NAMES.index("call_first"))
_OURS = sum(1 << NAMES.index(name) for name in OURS)
_NEW = ("cvr", *NAMES, "source", "updated_at", "id")
_KNOWN = ("id", "source", *NAMES)


def key_of(row: Subscriber) -> Key | None:
    """What a row's company is known by; None when it names none."""
    if row.cvr:
        return row.cvr
    return (row.company.casefold(), row.postcode or "") if row.company else None


class Firms:
    """The companies of a whole list, chunk by chunk. A chunk counts once it is settled."""

    def __init__(self, kept_now: Any) -> None:
        self.kept_now = kept_now
        self._heard = array("H")
        """By a company's number: what the list has said of it, as bits."""
        self._nameless: dict[Key, int] | None = None
        """Companies without a CVR number: they are few, and no index finds them."""
        self._chunk_heard: dict[int, int] = {}
        self._chunk_nameless: dict[Key, int] = {}

    def take(self, bulk: Bulk, rows: Iterable[tuple[Key, Subscriber]], counts: Outcome) -> dict[Key, int]:
        """The numbers of the rows' companies, which are made and changed as need be."""
        said, of_places = _gathered(rows)
        numbers = self._numbers(bulk, said)
        counts.companies_changed += self._change(bulk, {number: said[key] for key, number in numbers.items()})
        new = {key: _filled(key, told, of_places.get(key)) for key, told in said.items() if key not in numbers}
        numbers |= self._insert(bulk, new)
        counts.companies_new += len(new)
        self._chunk_heard = {numbers[key]: _bits(told) for key, told in said.items()}
        self._chunk_nameless = {key: numbers[key] for key in new if not isinstance(key, str)}
        return numbers

    def settle(self) -> None:
        """The chunk is written."""
        lacking = max(self._chunk_heard, default=-1) + 1 - len(self._heard)
        if lacking > 0:
            self._heard.frombytes(bytes(self._heard.itemsize * (lacking + len(self._heard))))
        for number, bits in self._chunk_heard.items():
            self._heard[number] |= bits
        if self._nameless is not None:
            self._nameless |= self._chunk_nameless

    def _numbers(self, bulk: Bulk, said: Mapping[Key, Told]) -> dict[Key, int]:
        """The numbers of the companies that are there."""
        cvrs = [key for key in said if isinstance(key, str)]
        numbers: dict[Key, int] = dict(bulk.find(companies, ("cvr", "id"), "cvr", cvrs))
        if len(cvrs) < len(said):
            nameless = self._nameless = _read_nameless(bulk) if self._nameless is None else self._nameless
            numbers |= {key: nameless[key] for key in said if key in nameless}
        return numbers

    def _insert(self, bulk: Bulk, new: Mapping[Key, Told]) -> dict[Key, int]:
        numbers = dict(zip(new, bulk.numbers(companies, len(new)), strict=True))
        rows = [
            (key if isinstance(key, str) else None, *told, "import", self.kept_now, numbers[key])
            for key, told in new.items()
        ]
        bulk.insert_new(companies, _NEW, rows)
        return numbers

    def _change(self, bulk: Bulk, said: Mapping[int, Told]) -> int:
        """Write what is said and was not so before; of how many companies. Most have said it all already."""
        heard, beyond = self._heard, len(self._heard)
        asked = [number for number, told in said.items() if _bits(told) & ~(heard[number] if number < beyond else 0)]
        changes: dict[tuple[str, ...], list[Told]] = {}
        for number, source, *before in bulk.find(companies, _KNOWN, "id", asked, to_write=True):
            deaf = heard[number] if number < beyond else 0
            new = _news(said[number], before, deaf | (~_OURS if source == "cvr" else 0))
            if new:
                changes.setdefault(tuple(new), []).append((*new.values(), self.kept_now, number))
        for names, rows in changes.items():
            bulk.update(companies, (*names, "updated_at"), rows)
        return sum(map(len, changes.values()))


def _read_nameless(bulk: Bulk) -> dict[Key, int]:
    columns = companies.c.id, companies.c.name, companies.c.postcode
    rows = bulk.connection.execute(select(*columns).where(companies.c.cvr.is_(None)).order_by(companies.c.id.desc()))
    return {(row.name.casefold(), row.postcode or ""): row.id for row in rows}


def _gathered(rows: Iterable[tuple[Key, Subscriber]]) -> tuple[dict[Key, Told], dict[Key, Told]]:
    """What the rows say of each company, and what they say of its workplaces: the first word is heard."""
    said: dict[Key, Told] = {}
    of_places: dict[Key, Told] = {}
    for key, row in rows:
        told = _told(row)
        if row.p_number:
            of_places.setdefault(key, told)
            told = tuple(value if company_s else None for value, company_s in zip(told, _NOT_OF_THE_PLACE, strict=True))
        before = said.setdefault(key, told)
        if before is not told and before != told:
            said[key] = _joined(before, told)
    return said, of_places


def _joined(first: Sequence[Any], second: Sequence[Any]) -> Told:
    return tuple(old if old is not None else new for old, new in zip(first, second, strict=True))


def _filled(key: Key, told: Told, of_place: Told | None) -> Told:
    """A new company: where nothing is said of it, what is said of its first workplace holds."""
    values = [*(_joined(told, of_place) if of_place else told)]
    values[0] = values[0] or f"CVR {key}"
    for place in _FLAGS:
        values[place] = bool(values[place])
    return tuple(values)


def _news(told: Told, before: Sequence[Any], deaf: int) -> dict[str, Any]:
    """What is said and was not so before; where a bit of `deaf` is set nothing is heard."""
    return {
        name: value
        for place, (name, value) in enumerate(zip(NAMES, told, strict=True))
        if value is not None and value != before[place] and not deaf >> place & 1
    }


def _bits(told: Told) -> int:
    """What a row says, as bits."""
    return _bits_of(tuple([value is None for value in told]))


@cache
def _bits_of(lacks: tuple[bool, ...]) -> int:
    return sum(1 << place for place, lack in enumerate(lacks) if not lack)
