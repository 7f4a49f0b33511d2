"""Invented companies with their workplaces, interests, needs and people, as rows: one company at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from newsletter.subscribers.consent import Entry
from newsletter.subscribers.sample.dice import Dice
from newsletter.subscribers.sample.people import Invited, invite
from newsletter.subscribers.sample.scene import Scene
from newsletter.subscribers.sample.words import (
    ENK,
    FIRST_NAMES,
    FIRST_P_NUMBER,
    FORM_STEPS,
    FORMS,
    MIDDLE_NAMES,
    MUNICIPAL_UNIT,
    MUNICIPALITY,
    PLACES,
    PMV,
    SIZE_STEPS,
    SIZES,
    STATE_UNIT,
    STREETS,
    SURNAME,
    TIMES,
    TOWN_STEPS,
    TOWNS,
    Form,
    Trade,
    cvr_numbers,
    plain,
    trades,
)

Row = dict[str, Any]

_STATUSES = (
    ("active", "NORMAL"),
    ("closing", "UNDER KONKURS"),
    ("closing", "UNDER TVANGSOPLØSNING"),
    ("ceased", "OPHØRT"),
    ("ceased", "OPLØST EFTER KONKURS"),
)
_STATUS_STEPS = (952, 962, 970, 992, 1000)
_LARGE = 10
_TOWN_HALL = Trade("841100", "841100", "public", "kommune")
_PROTECTED_PERSON, _PROTECTED = 0.35, 0.2
"""How many are advertising-protected: a rough idea of ours."""


class Firm(NamedTuple):
    """What the rest of the sample needs to know of a company."""

    id: int
    contact: str | None
    visited: bool
    """Whether somebody may call on it: active, and not advertising-protected."""
    readers: tuple[int, ...]
    """Numbers of its people who subscribe."""
    workplaces: tuple[int, ...]
    profile: Row
    """Its industry, nomenclature and size, as a visit remembers them."""


@dataclass(kw_only=True, slots=True)
class Household:
    """A company and all that belongs to it."""

    firm: Firm
    company: Row
    workplaces: list[Row]
    interests: list[Row]
    needs: list[Row]
    people: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    suppressions: list[Row] = field(default_factory=list)


class Inventor:
    """Invents company after company: the same ones for the same seed, day and scene."""

    def __init__(
        self, *, seed: int, now: datetime, scene: Scene, wordings: tuple[int, ...], hash_of: Callable[[str], bytes]
    ) -> None:
        self.dice = Dice(seed)
        self.now = now
        self.scene = scene
        self.wordings = wordings
        self.hash_of = hash_of
        self.trades, self.steps = trades()
        self.cvrs = cvr_numbers()
        self.companies = self.places = self.people = 0

    def household(self, people: int | None = None) -> Household:
        """The next company, with so many people, or as many as suit it. The first is the municipality itself."""
        self.companies += 1
        trade, size, form = self._kind()
        company = self._company(trade, size, form)
        domain = f"eksempel-{plain(trade.word)}-{self.companies}.example"
        places = self._workplaces(company)
        crowd = self._crowd(size) if people is None else people
        invited = [self._person(company, places, domain) for _ in range(crowd)]
        household = Household(
            firm=self._firm(company, places, invited),
            company=company,
            workplaces=places,
            interests=self._interests(),
            needs=self._needs(),
        )
        for each in invited:
            household.people.append(each.row)
            household.entries += each.entries
            household.suppressions += each.suppressions
        return household

    def _kind(self) -> tuple[Trade, int, Form]:
        dice = self.dice
        if self.companies == 1:
            return _TOWN_HALL, SIZES[-1], MUNICIPAL_UNIT
        trade = dice.weighed(self.trades, self.steps)
        size = dice.weighed(SIZES, SIZE_STEPS[trade.kind])
        if trade.kind == "public":
            return trade, size, STATE_UNIT
        steps = FORM_STEPS[max(low for low in FORM_STEPS if low <= size)]
        return trade, size, dice.weighed(FORMS, steps)

    def _company(self, trade: Trade, size: int, form: Form) -> Row:
        public = form in (STATE_UNIT, MUNICIPAL_UNIT)
        state, status = _STATUSES[0] if public else self.dice.weighed(_STATUSES, _STATUS_STEPS)
        older = self.dice.often(0.04)  # a few still have their code of DB07
        contact, stand_in = self._contacts(trade)
        return {
            "id": self.companies,
            "cvr": next(self.cvrs),
            "name": self._name(trade, form),
            "industry": trade.db07 if older else trade.db25,
            "nomenclature": "DB07" if older else "DB25",
            "size": size,
            **self._address(),
            "form": form.short,
            "state": state,
            "cvr_status": status,
            "protected": not public and self.dice.often(_PROTECTED_PERSON if form in (ENK, PMV) else _PROTECTED),
            "public_employer": public,
            "contact": contact,
            "stand_in": stand_in,
            "contact_time": self.dice.pick(TIMES) if self.dice.often(0.2) else None,
            "call_first": self.dice.often(0.25),
            "no_visits": self.dice.often(0.03),
            "source": "sample",
            "updated_at": self.now,
        }

    def _name(self, trade: Trade, form: Form) -> str:
        if form is MUNICIPAL_UNIT:
            return "Eksempelkommune"
        base = f"Eksempel{trade.word}"
        if form in (ENK, PMV):
            first, middle = self.dice.pick(FIRST_NAMES), self.dice.pick(MIDDLE_NAMES)
            return f"{base} v/ {first} {middle} {SURNAME}"
        return f"{base} {self.dice.pick(PLACES)}{form.ending}"

    def _address(self) -> Row:
        postcode, town = self.dice.weighed(TOWNS, TOWN_STEPS)
        street = f"{self.dice.pick(STREETS)} {self.dice.between(1, 140)}"
        return {"municipality": MUNICIPALITY, "postcode": postcode, "town": town, "street": street}

    def _contacts(self, trade: Trade) -> tuple[str | None, str | None]:
        """Each consultant has some trades; every fifth company has nobody yet."""
        consultants = self.scene.consultants
        if not consultants or self.dice.often(0.2):
            return None, None
        mine = int(trade.db25[:2]) * len(consultants) // 100
        return consultants[mine], consultants[mine - 1] if len(consultants) > 1 else None

    def _workplaces(self, company: Row) -> list[Row]:
        number = 1 if company["size"] < _LARGE or self.dice.often(0.7) else self.dice.between(2, 5)
        if self.companies == 1:
            number = self.dice.between(8, 12)
        return [self._workplace(company, place) for place in range(number)]

    def _workplace(self, company: Row, place: int) -> Row:
        """The first lies where the company does."""
        self.places += 1
        names = ("municipality", "postcode", "town", "street")
        address = {name: company[name] for name in names} if place == 0 else self._address()
        return {
            "id": self.places,
            "p_number": str(FIRST_P_NUMBER + self.places),
            "company_id": company["id"],
            "name": company["name"] if place == 0 else f"{company['name']}, {address['town']}",
            "industry": company["industry"],
            "nomenclature": company["nomenclature"],
            "size": company["size"] if place == 0 else min(company["size"], SIZES[3]),
            **address,
            "updated_at": self.now,
        }

    def _crowd(self, size: int) -> int:
        """How many people of a company we know: often the owner alone, in larger ones several."""
        if size < _LARGE:
            return self.dice.weighed((0, 1, 2), (30, 88, 100))
        return self.dice.between(1, 3 if size < SIZES[6] else 6)

    def _person(self, company: Row, places: list[Row], domain: str) -> Invited:
        self.people += 1
        return invite(self, self.people, company, places, domain)

    def _firm(self, company: Row, places: list[Row], invited: list[Invited]) -> Firm:
        theirs = [each.row for each in invited if each.row["company_id"]]
        readers = [row for row in theirs if row["state"] == "subscribed"]
        consented = any(row["basis"] == "consent" for row in readers)
        open_to_us = company["state"] == "active" and (consented or not company["protected"])
        return Firm(
            company["id"],
            company["contact"],
            open_to_us and not company["no_visits"],
            tuple(row["id"] for row in readers),
            tuple(row["id"] for row in places),
            {name: company[name] for name in ("industry", "nomenclature", "size")},
        )

    def _interests(self) -> list[Row]:
        words = self.scene.interests
        if self.dice.often(0.6):
            return []
        chosen = self.dice.some(words, self.dice.between(1, 3))
        return [{"company_id": self.companies, "interest": word} for word in sorted(chosen)]

    def _needs(self) -> list[Row]:
        if self.dice.often(0.85):
            return []
        heard = (self.now - timedelta(days=self.dice.between(1, 300))).date()
        return [{"company_id": self.companies, "need": self.dice.pick(self.scene.needs), "heard_on": heard}]
