"""A result, and a company's word that it may be named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Measure = Literal["ambassador", "mentor", "pledge", "agreement", "press"]
"""What may be written down; the register's own list is MEASURES in store/tables/contacts.py."""
OF_A_COMPANY: frozenset[str] = frozenset({"mentor", "pledge", "agreement"})
"""Measures that need a company. An ambassador may be a person for themselves, whom the register does not name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """A company has agreed to being named, in mails and on the web, from one day to another."""

    given_on: date
    until: date
    """The last day it may be named."""

    def __post_init__(self) -> None:
        if self.until < self.given_on:
            raise ValueError(f"the consent ends on {self.until}, before {self.given_on}, when it was given")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewResult:
    """A result that is to be written down."""

    campaign: str
    measure: Measure
    happened_on: date
    company_id: int | None = None
    scheme: str | None = None
    number: int = 1
    """How many: agreements made on one day, mentions in the press."""
    note: str | None = None
    consent: Consent | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A company that may be named, and the results that say so. Nothing of any person."""

    company: str
    town: str | None
    results: tuple[int, ...]
