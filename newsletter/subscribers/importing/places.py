"""The workplaces of a list's rows, by P-number."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from newsletter.store.tables import companies, workplaces
from newsletter.subscribers.importing.firms import PLACE
from newsletter.subscribers.importing.rows import Subscriber

if TYPE_CHECKING:
    from newsletter.subscribers.importing.bulk import Bulk
    from newsletter.subscribers.importing.outcome import Outcome

_told = attrgetter(*PLACE)
_NAMES = ("company_id", *PLACE)


class Places:
    """The workplaces of a whole list, chunk by chunk: of all rows about one, the first is heard."""

    def __init__(self, kept_now: Any) -> None:
        self.kept_now = kept_now
        self._heard: set[str] = set()
        self._chunk: set[str] = set()

    def take(self, bulk: Bulk, rows: Mapping[str, tuple[int, Subscriber]], counts: Outcome) -> dict[str, int]:
        """The number of each P-number's workplace; made, or told what is new, unless CVR has told of its company."""
        self._chunk = set(rows)
        if not rows:
            return {}
        names = ("p_number", "id", *_NAMES)
        known = {row[0]: row[1:] for row in bulk.find(workplaces, names, "p_number", [*rows], to_write=True)}
        from_cvr = self._from_cvr(bulk, rows, known)
        for number, (place_id, *before) in known.items():
            told = (rows[number][0], *_told(rows[number][1]))
            if number not in self._heard and from_cvr.isdisjoint((before[0], told[0])):
                counts.workplaces_changed += self._change(bulk, place_id, before, told)
        new = [number for number in rows if number not in known]
        ids = bulk.numbers(workplaces, len(new))
        pairs = ((number, *rows[number]) for number in new)
        values = [
            (p_number, company, *_told(row), self.kept_now, number)
            for (p_number, company, row), number in zip(pairs, ids, strict=True)
        ]
        bulk.insert_new(workplaces, ("p_number", *_NAMES, "updated_at", "id"), values)
        counts.workplaces_new += len(new)
        return {number: row[0] for number, row in known.items()} | dict(zip(new, ids, strict=True))

    def settle(self) -> None:
        """The chunk is written."""
        self._heard |= self._chunk

    def _from_cvr(self, bulk: Bulk, rows: Mapping[str, tuple[int, Subscriber]], known: Mapping[str, Any]) -> set[int]:
        """The companies that CVR has told of: of their workplaces it knows better."""
        numbers = {rows[number][0] for number in known} | {before[1] for before in known.values()}
        return {
            number for number, source in bulk.find(companies, ("id", "source"), "id", [*numbers]) if source == "cvr"
        }

    def _change(self, bulk: Bulk, number: int, before: list[Any], told: tuple[Any, ...]) -> int:
        pairs = zip(_NAMES, before, told, strict=True)
        new = {name: value for name, old, value in pairs if value is not None and value != old}
        if new:
            bulk.update(workplaces, (*new, "updated_at"), [(*new.values(), self.kept_now, number)])
        return bool(new)
