"""The reasons in words: English in the terminal, the newsletter's language in what is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.speech import Language

if TYPE_CHECKING:
    from newsletter.campaigns.next.asking import Ask
    from newsletter.campaigns.next.scoring import Reason

Shown = Callable[[date], str]
"""How a day is written."""

_REASONS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "asked": "asked us about {topic} on {day}",
        "asked, open": "asked us about {topic} on {day} and has no answer yet",
        "overdue": "was promised by {day}: {what}",
        "came": "signed up for {event}",
        "came, attended": "came to {event}",
        "need": "needs {words}",
        "interest": "wants to read about {words}",
        "audience": "in the campaign's audience",
        "industry-behind": "{label}: {actual} of the {wanted} visits planned by {day}",
        "size-behind": "{label} employees: {actual} of the {wanted} visits planned by {day}",
        "never-visited": "never visited",
        "long-ago": "last visited on {day}, {months} months ago",
    },
    "da": {
        "asked": "spurgte os om {topic} den {day}",
        "asked, open": "spurgte os om {topic} den {day} og har ikke fået svar endnu",
        "overdue": "skulle have hørt fra os senest den {day}: {what}",
        "came": "har tilmeldt sig {event}",
        "came, attended": "kom til {event}",
        "need": "har brug for {words}",
        "interest": "vil gerne læse om {words}",
        "audience": "hører til kampagnens målgruppe",
        "industry-behind": "{label}: {actual} af de {wanted} besøg, der er planlagt til og med den {day}",
        "size-behind": "{label} ansatte: {actual} af de {wanted} besøg, der er planlagt til og med den {day}",
        "never-visited": "aldrig besøgt",
        "long-ago": "sidst besøgt den {day}, for {months} måneder siden",
    },
}


def told(reason: Reason, ask: Ask, language: Language, shown: Shown = date.isoformat) -> str:
    """One reason as a phrase."""
    about = {name: _value(value, shown) for name, value in reason.about.items()}
    if reason.code == "industry-behind":
        book = ask.gaps.book
        about["label"] = book.industries.of(book.nomenclature).described(reason.about["key"], language)
    elif reason.code == "size-behind":
        about["label"] = reason.about["key"]
    kind = next((f"{reason.code}, {name}" for name in ("open", "attended") if reason.about.get(name)), reason.code)
    return _REASONS[language][kind].format_map(about)


def _value(value: Any, shown: Shown) -> str:
    if isinstance(value, date):
        return shown(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
