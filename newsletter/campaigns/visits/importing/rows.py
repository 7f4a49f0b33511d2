"""The rows of a list of visits, checked: each a visit, or all that is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.campaigns.visits.days import campaigns_on, due_after
from newsletter.campaigns.visits.reading import Rules, readers
from newsletter.campaigns.visits.visit import BACKWARDS, Step, Visit, topics_of
from newsletter.problems import Refused
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.importing.fields import MEND_HEADINGS, fold
from newsletter.subscribers.importing.readers import CPR
from newsletter.subscribers.importing.rows import BadRow, CellProblem

if TYPE_CHECKING:
    from newsletter.campaigns.visits.importing.fields import FieldName
    from newsletter.subscribers.companies.choosing import Known
    from newsletter.subscribers.importing.sheets import Sheet

Find = Callable[[str], "Known"]
"""The company of a CVR number, a P-number or a name. Raises Refused when it is none or several."""


class Row(NamedTuple):
    """A row that can be written down."""

    line: int
    visit: Visit


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What holds where a list says nothing."""

    consultant: str | None = None
    campaign: str | None = None
    """None: the one campaign whose period holds the day."""


def check_rows(
    sheet: Sheet, columns: Mapping[str, FieldName], rules: Rules, find: Find, usual: Usual
) -> Iterator[Row | BadRow]:
    """Every row of a list."""
    checker = _Checker(sheet.headings, columns, rules, find, usual)
    for line, cells, reason in sheet.rows():
        if reason:
            yield BadRow(line, cells, (_problem(line, "", reason),))
        elif any(cell.strip() for index, cell in enumerate(cells) if index not in checker.mending):
            yield checker.check(line, cells)


class _Checker:
    """Checks rows below these headings."""

    def __init__(
        self, headings: Sequence[str], columns: Mapping[str, FieldName], rules: Rules, find: Find, usual: Usual
    ) -> None:
        self.headings = headings
        self.rules = rules
        self.find = find
        self.usual = usual
        self.heading_of: dict[str, str] = {name: heading for heading, name in columns.items()}
        known = readers(rules)
        self.readers = [(name, headings.index(heading), known[name]) for heading, name in columns.items()]
        self.mending = {index for index, heading in enumerate(headings) if fold(heading) in MEND_HEADINGS}
        self.others = [index for index, heading in enumerate(headings) if heading not in columns]

    def check(self, line: int, cells: Sequence[str]) -> Row | BadRow:
        """The row as a visit, or all that is wrong in it."""
        wrong: dict[str, str] = {self.headings[index]: CPR for index in self.others if holds_cpr(cells[index])}
        told = dict(self._values(cells, wrong))
        company = self._company(told, wrong)
        self._settle(told, wrong)
        if wrong or company is None:
            places = {heading: index for index, heading in enumerate(self.headings)}
            ordered = sorted(wrong.items(), key=lambda each: places.get(each[0], -1))
            return BadRow(line, cells, tuple(_problem(line, heading, text) for heading, text in ordered))
        step = Step(what=told.pop("step"), due_on=told.pop("due_on")) if told.get("step") else None
        heard = topics_of(told.pop("needs", None) or (), told.pop("interests", None) or ())
        visit: dict[str, Any] = {key: value for key, value in told.items() if key in _OWN and value is not None}
        visit |= {"company_id": company.id, "workplace_id": company.workplace_id}
        return Row(line, Visit(**visit, topics=heard, step=step))

    def _values(self, cells: Sequence[str], wrong: dict[str, str]) -> Iterator[tuple[str, Any]]:
        for name, index, read in self.readers:
            try:
                yield name, read(cells[index]) if cells[index].strip() else None
            except ValueError as error:
                wrong[self.headings[index]] = str(error)

    def _company(self, told: dict[str, Any], wrong: dict[str, str]) -> Known | None:
        """Whom the row is about: a workplace, else the CVR number, else the name."""
        names = [name for name in _NAMING if name in self.heading_of]
        name = next((name for name in names if told.get(name)), None)
        if wrong.keys() & {self.heading_of[name] for name in names}:
            return None
        if name is None:
            wrong[""] = "the row names no company; write its CVR number, its P-number or its name"
            return None
        try:
            return self.find(told[name])
        except Refused as error:
            wrong[self.heading_of[name]] = f"{error.text}; {error.hint}"
            return None

    def _settle(self, told: dict[str, Any], wrong: dict[str, str]) -> None:
        """What the row does not say itself, and what does not go together."""
        told["consultant"] = told.get("consultant") or self.usual.consultant
        for name, lack in _NEEDED.items():
            if not told.get(name):
                wrong.setdefault(self.heading_of.get(name, ""), lack)
        day = told.get("visited_on")
        if day:
            self._settle_campaign(told, wrong)
            self._settle_step(told, wrong)

    def _settle_campaign(self, told: dict[str, Any], wrong: dict[str, str]) -> None:
        said = told.get("campaign")
        said = self.usual.campaign if said is None else said
        fitting = campaigns_on(self.rules.campaigns, told["visited_on"])
        if said is None and len(fitting) > 1:
            heading = self.heading_of.get("campaign", "")
            wrong.setdefault(heading, f"{' and '.join(fitting)} both hold the day; say which, or `none`")
        told["campaign"] = (said if said is not None else "".join(fitting[:1])) or None

    def _settle_step(self, told: dict[str, Any], wrong: dict[str, str]) -> None:
        heading = self.heading_of.get("due_on", "")
        if told.get("due_on") and not told.get("step"):
            wrong.setdefault(self.heading_of.get("step", heading), "a day without a next step; write what was promised")
        elif told.get("due_on") and told["due_on"] < told["visited_on"]:
            wrong[heading] = BACKWARDS
        elif told.get("step") and not told.get("due_on"):
            campaign = self.rules.campaigns.get(told["campaign"] or "")
            told["due_on"] = due_after(told["visited_on"], campaign, self.rules.today)


_NAMING: tuple[FieldName, ...] = ("p_number", "cvr", "company")
_NEEDED = {
    "visited_on": "the day is missing; write the day of the visit",
    "consultant": "the consultant is missing; write who was there, or say --consultant for the whole list",
}
_OWN = ("campaign", "consultant", "kind", "visited_on", "announced", "outcome", "note")


def _problem(line: int, heading: str, text: str) -> CellProblem:
    reason, _, cure = text.partition("; ")
    return CellProblem(line, heading, reason, cure)
