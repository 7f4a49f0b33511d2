"""What CVR's public JSON says of a company, in our words. Its fields are named here and nowhere else.

Of people nothing is taken: no owners and no addresses to write to, secret or not. CVR is nobody's consent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from newsletter.problems import Place, Problem
from newsletter.subscribers.cvr_files import Found, read_objects
from newsletter.subscribers.cvr_values import (
    Industry,
    address_of,
    band_of,
    check_cvr,
    check_p_number,
    holds_on,
    industry_of,
    text_of,
    value_on,
)

State = Literal["active", "closing", "ceased"]

NATURAL_PERSONS = frozenset({"ENK", "PMV"})
"""Forms in which the company is a person: its name and address are personal data."""
_PUBLIC_FORMS = frozenset({230, 235, 240, 245, 250})
"""State, independent public company, county, region, municipality: `virksomhedsformkode`."""
_STATES: Mapping[str, State] = {
    "NORMAL": "active",
    "AKTIV": "active",
    "FREMTID": "active",
    "OPHØRT": "ceased",
    "SLETTET": "ceased",
    "LUKKET": "ceased",
    "TVANGSOPLØST": "ceased",
    "UDENRETSVIRKNING": "ceased",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """A company as CVR has it on a day."""

    cvr: str
    name: str
    industry: str | None = None
    nomenclature: str | None = None
    size: int | None = None
    municipality: str | None = None
    postcode: str | None = None
    town: str | None = None
    street: str | None = None
    form: str | None = None
    public_employer: bool = False
    state: State | None = None
    """None when the file says nothing of it."""
    cvr_status: str | None = None
    protected: bool | None = None
    """Advertising protection; None when the file does not say."""
    workplaces: tuple[str, ...] = ()
    """P-numbers of today; empty as well when the file does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Workplace:
    """A workplace (P-unit) as CVR has it on a day."""

    p_number: str
    cvr: str
    name: str | None = None
    industry: str | None = None
    nomenclature: str | None = None
    size: int | None = None
    municipality: str | None = None
    postcode: str | None = None
    town: str | None = None
    street: str | None = None
    closed: bool = False


Entry = Company | Workplace | Problem


def read_companies(path: Path, on: date, name: str = "") -> Iterator[Entry]:
    """What a file from CVR holds as of a day, in its order, and what is wrong in it, with line and column.

    A warning stands before the company it is about, which is read all the same; after an error there is none.
    """
    for found in read_objects(path, name or path.name):
        if isinstance(found, Problem):
            yield found
        else:
            yield from _entries(found, on)


def state_of(status: str) -> State | None:
    """What a status word of CVR's means for us; None for a word nobody here knows."""
    word = "".join(status.upper().split())
    known = _STATES.get(word)
    if known is None and word.startswith("UNDER"):
        known = "closing"
    if known is None and word.startswith("OPLØST"):
        known = "ceased"
    return known


def _entries(found: Found, on: date) -> Iterator[Entry]:
    value = found.value
    if isinstance(value, dict) and isinstance(value.get("_source"), dict):
        value = value["_source"]
    inner = value if isinstance(value, dict) else {}
    for key in ("Vrvirksomhed", "VrproduktionsEnhed"):
        inner = inner[key] if isinstance(inner.get(key), dict) else inner
    if "pNummer" in inner:
        yield from _Reading(inner, found.place, on).workplace()
    elif "cvrNummer" in inner:
        yield from _Reading(inner, found.place, on).company()
    elif not _is_about_people(inner):
        hint = "import the objects that CVR calls Vrvirksomhed and VrproduktionsEnhed"
        yield Problem.at(found.place, "cvr-object", "this is neither a company nor a workplace of CVR's", hint)


def _is_about_people(value: Mapping[str, Any]) -> bool:
    """CVR's files may hold owners and board members: passed over in silence, never read."""
    return any(str(key).startswith("Vrdeltager") for key in value) or value.get("enhedstype") == "PERSON"


class _Reading:
    """One object of CVR's, and the problems found in it."""

    def __init__(self, document: Mapping[str, Any], place: Place, on: date) -> None:
        self.document = document
        self.place = place
        self.on = on.isoformat()
        self.problems: list[Problem] = []
        self.about = ""

    def company(self) -> Iterator[Entry]:
        document = self.document
        cvr = self._number(check_cvr, document.get("cvrNummer"), "cvr-number")
        name = text_of(self._value("navne").get("navn"))
        if cvr and not name:
            self._problem("cvr-name", "the company has no name", "look it up in CVR")
        if not cvr or not name:
            yield from self.problems
            return
        form = self._value("virksomhedsform")
        state, status = self._state()
        protected = document.get("reklamebeskyttet")
        company = Company(
            cvr=cvr,
            name=name,
            form=text_of(form.get("kortBeskrivelse")),
            public_employer=form.get("virksomhedsformkode") in _PUBLIC_FORMS,
            state=state,
            cvr_status=status,
            protected=protected if isinstance(protected, bool) else None,
            workplaces=self._workplaces(),
            **self._shared(),
        )
        yield from self.problems
        yield company

    def workplace(self) -> Iterator[Entry]:
        number = self._number(check_p_number, self.document.get("pNummer"), "p-number")
        owner = self._value("virksomhedsrelation").get("cvrNummer")
        cvr = self._number(check_cvr, owner, "cvr-number") if number else None
        if not number or not cvr:
            yield from self.problems
            return
        place = Workplace(
            p_number=number,
            cvr=cvr,
            name=text_of(self._value("navne").get("navn")),
            closed=self._has_ended(),
            **self._shared(),
        )
        yield from self.problems
        yield place

    def _shared(self) -> dict[str, Any]:
        """What companies and workplaces have alike."""
        industry = self._industry()
        band = band_of(self.document)
        if isinstance(band, str):
            self._problem("cvr-band", f"{band!r} is no band of employees that CVR has", "", "warning")
        return {
            **address_of(self._value("beliggenhedsadresse")),
            "size": band if isinstance(band, int) else None,
            "industry": industry.code if industry else None,
            "nomenclature": industry.nomenclature if industry else None,
        }

    def _industry(self) -> Industry | None:
        try:
            return industry_of(self._value("hovedbranche"))
        except ValueError as error:
            self._problem("cvr-industry", str(error), "the company is kept without an industry", "warning")
        return None

    def _state(self) -> tuple[State | None, str | None]:
        """Ours, and the word CVR has. A word nobody knows stops contact until somebody has looked."""
        metadata = self.document.get("virksomhedMetadata")
        composed = metadata.get("sammensatStatus") if isinstance(metadata, dict) else None
        status = text_of(self._value("virksomhedsstatus").get("status")) or text_of(composed)
        if self._has_ended():
            return "ceased", status
        if status is None:
            return "active" if self.document.get("livsforloeb") else None, None
        state = state_of(status)
        if state is None:
            hint = "nobody there is written to; tell us the word, or look the company up in CVR"
            self._problem("cvr-status", f"CVR's status {status!r} is not known here", hint, "warning")
        return state or "closing", status

    def _has_ended(self) -> bool:
        """Whether its lifetime is told and none of it holds on the day."""
        lives = self.document.get("livsforloeb")
        return isinstance(lives, list) and bool(lives) and not any(holds_on(life, self.on) for life in lives)

    def _workplaces(self) -> tuple[str, ...]:
        units = self.document.get("penheder")
        current = [unit for unit in units if holds_on(unit, self.on)] if isinstance(units, list) else []
        numbers = (self._number(check_p_number, unit.get("pNummer"), "p-number", "warning") for unit in current)
        return tuple(sorted({number for number in numbers if number}))

    def _value(self, name: str) -> Mapping[str, Any]:
        return value_on(self.document.get(name), self.on)

    def _number(self, check: Any, value: Any, code: str, severity: Literal["error", "warning"] = "error") -> str | None:
        try:
            number: str = check(value)
        except ValueError as error:
            text, _, form = str(error).partition("; ")
            self._problem(code, text, f"{form}: look it up in CVR", severity)
            return None
        self.about = self.about or number
        return number

    def _problem(self, code: str, text: str, hint: str, severity: Literal["error", "warning"] = "error") -> None:
        about = f"{self.about}: " if self.about else ""
        self.problems.append(Problem.at(self.place, code, about + text, hint, severity))
