"""New files: what to ask for each kind, and the file written from the answers. It passes the checks as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

import yaml

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ü": "u", "ö": "o", "ä": "a", "ß": "ss"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One thing to ask: the key it fills (`company.name`), the question, and what stands there else."""

    key: str
    text: str
    default: str


def slug_of(title: str) -> str:
    """A short name for a title: `Få støtte på § 56` gives `faa-stoette-paa-56`."""
    plain = normalize("NFKD", title.lower().translate(_LETTERS))  # letters apart from their accents
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain)).strip("-")


def questions(kind: str, today: date) -> tuple[Question, ...]:
    """What to ask for a new item of a kind; the defaults are made so that the file is complete."""
    month = today + timedelta(days=30)
    ask = {
        "article": [_SUMMARY],
        "contact": [
            _SUMMARY,
            Question(key="role", text="Role", default="Virksomhedskonsulent"),
            Question(key="email", text="Mail address", default="virksomhed@eksempelkommune.example"),
        ],
        "event": [
            _SUMMARY,
            Question(key="start", text="Start (2027-01-14 08:30)", default=f"{month} 08:30"),
            Question(key="end", text="End (2027-01-14 10:00)", default=f"{month} 10:00"),
            Question(key="place.name", text="Place", default="Rådhuset"),
            Question(key="host", text="Host", default="Virksomhedsservice"),
        ],
        "guide": [_SUMMARY, _CHECKED],
        "issue": [
            Question(key="subject", text="Subject", default=""),
            Question(key="preheader", text="Preheader, shown after the subject", default=_PREHEADER),
            Question(key="send", text="Send (2027-01-05 09:00)", default=f"{month} 09:00"),
        ],
        "scheme": [
            _SUMMARY,
            Question(key="who", text="Whom is it for", default="Skriv her, hvem ordningen er for."),
            Question(
                key="economy", text="What does it cost, what does the company get", default="Skriv her om økonomi."
            ),
            Question(key="workload", text="What work does it give", default="Skriv her om jeres arbejde med det."),
            Question(key="source.title", text="Source of the facts", default="Skriv her, hvor reglerne står."),
            _CHECKED,
        ],
        "story": [
            _SUMMARY,
            Question(key="company.name", text="Company", default="Virksomhedens navn"),
            Question(key="company.industry", text="Industry (F, 41 or 43.22)", default="F"),
        ],
    }
    return tuple(each if each.default else _dated(each, today) for each in ask[kind])


def write_draft(kind: str, title: str, answers: Mapping[str, str], today: date) -> str:
    """The text of the new file."""
    data: dict[str, Any] = {} if kind == "issue" else {"title": title}
    for key, value in answers.items():
        *outer, last = key.split(".")
        inner = data
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = value
    data |= _EXTRAS[kind](today) if kind in _EXTRAS else {}
    return as_file(data, _BODIES.get(kind, BODY))


def _dated(question: Question, today: date) -> Question:
    return Question(key=question.key, text=question.text, default=today.isoformat())


def as_file(data: Mapping[str, Any], body: str) -> str:
    """A file of content/, its YAML for people: keys in their order, dates without quotes, long lines whole."""
    plain = {key: _plain(value) for key, value in data.items()}
    return f"---\n{yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=1000)}---\n{body}"


def _plain(value: Any) -> Any:
    """Dates as YAML dates, so that no quotes are put around them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


_SUMMARY = Question(key="summary", text="Summary, one sentence", default="Skriv her, hvad det vigtigste er.")
_CHECKED = Question(key="checked_on", text="Checked against its source on", default="")
_PREHEADER = "Skriv her den linje, som indbakken viser efter emnet."
BODY = "\nSkriv her. Begynd med det vigtigste, og brug korte sætninger.\n"
_BODIES = {"issue": "\nHej {{ reader.first_name }}\n\nSkriv her to-tre korte afsnit, der byder velkommen.\n"}
_EXTRAS: dict[str, Callable[[date], dict[str, Any]]] = {
    "article": lambda today: {"date": today.isoformat()},
    "guide": lambda _today: {
        "steps": [{"title": "Første skridt", "who": "I", "when": "Før første dag", "text": "Skriv her, hvad I gør."}]
    },
    "issue": lambda _today: {"blocks": [{"lead": "opening"}, {"events": "next 60 days"}, {"articles": "newest 2"}]},
    "scheme": lambda _today: {"steps": ["Ring til os."]},
    "story": lambda today: {"date": today.isoformat(), "consents": {}},
}
KINDS = ("article", "contact", "event", "guide", "issue", "scheme", "story")
"""Kinds a new file can have."""

__all__ = ["BODY", "KINDS", "Question", "as_file", "questions", "slug_of", "write_draft"]
