"""How a visit ended, and of what kind it was: closed lists, with titles in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from newsletter.problems import guess
from newsletter.speech import Language
from newsletter.subscribers.importing.fields import fold

Kind = Literal["visit", "phone", "online", "network-meeting"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """What people call something that the register keeps by a code."""

    da: str
    en: str
    also: tuple[str, ...] = ()
    """Other words for it, as lists and people write them."""

    def of(self, language: Language) -> str:
        """The title in a language."""
        return self.da if language == "da" else self.en


AGREEMENT = "agreement"
OUTCOMES: Mapping[str, Title] = {
    "interested": Title(da="Interesseret", en="Interested", also=("positiv", "ja")),
    "thinking": Title(da="Tænker over det", en="Thinking about it", also=("overvejer", "tænker")),
    "new-meeting": Title(da="Nyt møde aftalt", en="New meeting agreed", also=("nyt møde", "opfølgningsmøde")),
    "material": Title(da="Vil have materiale", en="Wants material", also=("materiale", "faktaark", "send materiale")),
    "not-now": Title(da="Ikke lige nu", en="Not now", also=("senere", "ikke nu")),
    "no-need": Title(da="Intet behov", en="No need", also=("nej", "ikke interesseret", "intet")),
    AGREEMENT: Title(da="Aftale indgået", en="Agreement made", also=("aftale",)),
    "no-answer": Title(da="Ikke truffet", en="No answer", also=("intet svar", "ikke hjemme", "forgæves")),
}
KINDS: Mapping[Kind, Title] = {
    "visit": Title(da="Besøg", en="Visit", also=("virksomhedsbesøg", "fysisk", "møde", "fremmøde")),
    "phone": Title(da="Telefon", en="Phone call", also=("opkald", "telefonsamtale", "tlf", "ringet", "call")),
    "online": Title(da="Onlinemøde", en="Online meeting", also=("video", "videomøde", "teams")),
    "network-meeting": Title(da="Netværksmøde", en="Network meeting", also=("netværk", "network")),
}


def outcome(text: str) -> str:
    """The code of an outcome, of its code or a title. Raises ValueError with a guess for another word."""
    return _code(text, OUTCOMES, "no outcome of a visit")


def kind(text: str) -> Kind:
    """The code of a kind of visit, of its code or a title. Raises ValueError with a guess for another word."""
    found: Kind = _code(text, KINDS, "no kind of visit")  # type: ignore[assignment]  # a key of KINDS
    return found


def title_of(code: str | None, language: Language) -> str:
    """What people call an outcome or a kind; a code nobody knows stands for itself."""
    known = OUTCOMES.get(code or "") or next((title for kind, title in KINDS.items() if kind == code), None)
    return known.of(language) if known else code or ""


def _code(text: str, titles: Mapping[str, Title] | Mapping[Kind, Title], wanted: str) -> str:
    known = {fold(word): code for code, each in titles.items() for word in (code, each.da, each.en, *each.also)}
    if fold(text) not in known:
        near = guess(text, titles)
        listed = "" if near.startswith("known are") else f" Known are: {', '.join(sorted(titles))}"
        raise ValueError(f"this is {wanted}; {near}{listed}")
    return known[fold(text)]
