"""What people write about a visit, as values: cells of a list, options and answers are read alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from newsletter.campaigns.visits import outcomes
from newsletter.problems import guess
from newsletter.subscribers.companies.choosing import digits_of
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.importing import convert
from newsletter.subscribers.importing.fields import fold
from newsletter.subscribers.importing.marks import slug_of
from newsletter.subscribers.importing.readers import CPR, Reader, guarded

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Campaign

LONGEST_NOTE = 2_000
_NEAR = 0.8
_ANNOUNCED = {"aftalt": True, "anmeldt": True, "announced": True, "uanmeldt": False, "unannounced": False}
NO_CAMPAIGN = ("none", "ingen", "-")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is known while visits are read."""

    today: date
    contacts: Mapping[str, str] = field(default_factory=dict)
    """Folded name or short name → short name of a file in content/contacts/. Empty: any short name goes."""
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    needs: Collection[str] = ()
    """Words that are in use."""
    interests: Collection[str] = ()
    new_words: bool = False
    """Whether a word that is nearly one in use is meant as it stands."""


def readers(rules: Rules) -> dict[str, Reader]:
    """For each field, what reads a text: None for an empty one.

    Each raises ValueError with a reason and, after `; `, its cure, and does so for all that looks like a CPR number.
    """
    found: dict[str, Reader] = {
        "visited_on": lambda text: _past(convert.day(text), rules.today),
        "company": convert.text,
        "consultant": lambda text: _contact(text, rules.contacts),
        "kind": lambda text: outcomes.kind(text) if text.strip() else None,
        "announced": _announced,
        "outcome": lambda text: outcomes.outcome(text) if text.strip() else None,
        "campaign": lambda text: _campaign(text, rules.campaigns),
        "needs": _words("need", rules.needs, new_words=rules.new_words),
        "interests": _words("interest", rules.interests, new_words=rules.new_words),
        "step": convert.text,
        "due_on": convert.day,
        "note": _note,
    }
    numbers: dict[str, Reader] = {"cvr": _cvr, "p_number": convert.p_number}
    return {**numbers, **{name: guarded(read) for name, read in found.items()}}


def _cvr(text: str) -> str | None:
    """What is no CVR number is told back, unless it is somebody's own. A sample's begins with 0: the register knows."""
    digits = digits_of(text)
    if digits and digits.startswith("0"):
        return digits
    try:
        return convert.cvr(text)
    except ValueError as error:
        raise ValueError(CPR if holds_cpr(text) else str(error)) from error


def _past(day: date | None, today: date) -> date | None:
    if day and day > today:
        raise ValueError(f"the day {day} is yet to come; write the day of the visit")
    return day


def _contact(text: str, contacts: Mapping[str, str]) -> str | None:
    line = convert.text(text)
    if line and contacts and fold(line) not in contacts:
        raise ValueError(f"there is no such contact in content/contacts/; {guess(line, contacts.values())}")
    return contacts.get(fold(line), line) if line else None


def _campaign(text: str, campaigns: Mapping[str, Campaign]) -> str | None:
    """The short name of a campaign, by its short name or title; an empty text is a campaign that is not one."""
    known = {fold(slug): slug for slug in campaigns} | {fold(each.title): slug for slug, each in campaigns.items()}
    line = convert.text(text)
    if not line or line.lower() in NO_CAMPAIGN:
        return ""
    if fold(line) not in known:
        raise ValueError(f"there is no such campaign in campaigns/; {guess(line, campaigns)}")
    return known[fold(line)]


def _announced(text: str) -> bool | None:
    word = text.strip().lower()
    return _ANNOUNCED[word] if word in _ANNOUNCED else convert.yes_or_no(text) if word else None


def _note(text: str) -> str | None:
    """A text of some lines, which become one."""
    line = " ".join(re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff]", "", text).split())
    if len(line) > LONGEST_NOTE:
        raise ValueError(f"the note is longer than {LONGEST_NOTE} signs; keep to what the next visitor must know")
    if not line.isprintable():
        raise ValueError("an invisible control character stands here; delete it and write the text anew")
    return line or None


def _words(what: str, known: Collection[str], *, new_words: bool) -> Reader:
    """Reads words: one in use however its letters are written (`Køkken` is koekken), or one that nobody mistakes."""
    in_use = {slug_of(word): word for word in sorted(known)}

    def read(text: str) -> tuple[str, ...] | None:
        listed = convert.words(text)
        if listed is None:
            return None
        for word in listed:
            near = [] if new_words else get_close_matches(slug_of(word), in_use, n=1, cutoff=_NEAR)
            if near and slug_of(word) not in in_use:
                cure = f"did you mean {in_use[near[0]]!r}? --new-words takes it as it stands"
                raise ValueError(f"no company has the {what} {word!r} yet; {cure}")
        return tuple(dict.fromkeys(in_use.get(slug_of(word), word) for word in listed))

    return read
