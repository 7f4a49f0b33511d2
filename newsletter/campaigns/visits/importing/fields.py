"""What a column of a list of visits can hold, and what such columns are called out there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, get_args

from newsletter.problems import guess
from newsletter.subscribers.importing.columns import parse_pairs, told_columns
from newsletter.subscribers.importing.fields import MEND_HEADINGS, Field, fold

FieldName = Literal[
    "visited_on",
    "cvr",
    "p_number",
    "company",
    "consultant",
    "kind",
    "announced",
    "outcome",
    "campaign",
    "needs",
    "interests",
    "step",
    "due_on",
    "note",
]
FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
_CALLED: dict[FieldName, tuple[str, str, str]] = {
    "visited_on": ("Dato", "Date", "besøgsdato, besøgt, besøgt den, dag, mødedato, visited on, day, visit date"),
    "cvr": ("CVR", "CVR number", "cvr-nr, cvr nr, cvr-nummer, cvr no, vat"),
    "p_number": ("P-nummer", "P-number", "p-nr, p-enhed, produktionsenhed, production unit"),
    "company": ("Virksomhed", "Company", "virksomhedsnavn, firma, firmanavn, arbejdsplads, company name, employer"),
    "consultant": (
        "Konsulent",
        "Consultant",
        "virksomhedskonsulent, medarbejder, besøgt af, visited by",
    ),
    "kind": ("Type", "Kind", "besøgstype, kontakttype, kontaktform, hvordan, type of visit"),
    "announced": ("Aftalt", "Announced", "aftalt på forhånd, anmeldt, varslet, agreed beforehand"),
    "outcome": ("Udfald", "Outcome", "resultat, udbytte, status, result"),
    "campaign": ("Kampagne", "Campaign", "indsats, projekt"),
    "needs": ("Behov", "Needs", "aktuelle behov, need, needs heard"),
    "interests": ("Interesser", "Interests", "interesse, emner, interest, topics"),
    "step": ("Næste skridt", "Next step", "opfølgning, aftale om opfølgning, next, follow-up, follow up"),
    "due_on": ("Opfølgning senest", "Next step by", "opfølgningsdato, frist, næste dato, følges op, due, due date"),
    "note": ("Bemærkning", "Note", "noter, notat, bemærkninger, kommentar, kommentarer, notes, comment, remarks"),
}
"""Field → Danish title, English title, other headings."""
FIELDS: Mapping[FieldName, Field] = {
    name: Field(danish=da, english=en, headings=frozenset(map(fold, (name, da, en, *others.split(",")))))
    for name, (da, en, others) in _CALLED.items()
}
_BY_HEADING = {heading: name for name, each in FIELDS.items() for heading in each.headings}
_ALIKE = 0.88
_LETTERS = 5
"""Shorter headings are not compared letter by letter."""


def columns_of(headings: Sequence[str], told: str = "") -> dict[str, FieldName]:
    """What the columns hold: as told (`Firma=company,Tlf=-`), else by their headings.

    Raises ValueError, with a guess, for a heading or a field that there is not.
    """
    guessed: dict[str, FieldName] = {}
    for heading in headings:
        name = _field_of(heading)
        if name and name not in guessed.values():
            guessed[heading] = name
    pairs = parse_pairs(told, headings)
    return told_columns(guessed, {heading: _named(word) if word else None for heading, word in pairs.items()})


def _field_of(heading: str) -> FieldName | None:
    folded = fold(heading)
    if folded in MEND_HEADINGS:
        return None
    near = get_close_matches(folded, _BY_HEADING, n=1, cutoff=_ALIKE) if len(folded) >= _LETTERS else []
    return _BY_HEADING.get(folded) or (_BY_HEADING[near[0]] if near else None)


def _named(text: str) -> FieldName:
    name = _BY_HEADING.get(fold(text))
    if name is None:
        raise ValueError(f"there is no field {text!r}; {guess(text, FIELD_NAMES)}")
    return name
