"""The words that a report's labels, remarks and proposals are made of, in Danish and English. `{}` is what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.speech import Language, Speech


@dataclass(frozen=True, kw_only=True)
class Words(Speech):
    """One language."""

    employees: str
    not_begun: str
    settling: str
    few: str
    once: str
    arranged: str
    no_share: str
    begins: str
    ended: str
    no_visits: str
    outside: tuple[str, str]
    untold: tuple[str, str]
    later: tuple[str, str]
    behind: str
    pace: str
    too_low: str
    visit_more: str
    larger: str
    lacks: str
    ask: str
    waiting: tuple[str, str]
    no_steps: str
    other: str
    and_: str


_DANISH = Words(
    language="da",
    employees="{} ansatte",
    not_begun="Kampagnen er ikke begyndt.",
    settling="Det er for tidligt: der skal være gået {days} arbejdsdage af kampagnen, før der gives en prognose.",
    few="Der er for få at regne på: mindst {few} skal være talt eller ventet indtil nu, før der gives en prognose.",
    once="Ingen prognose: hver tæller kun én gang, så tempoet falder, jo flere der er besøgt. Se prognosen for besøg.",
    arranged="Ingen prognose: arrangementer ligger på aftalte dage. Se kalenderen.",
    no_share="Ingen prognose: en andel vokser ikke dag for dag.",
    begins="Kampagnen begynder den {}.",
    ended="Kampagnen sluttede den {}. Tallene er dens resultat, som det var kendt på rapportens dag.",
    no_visits="Der er ingen besøg endnu.",
    outside=(
        "Et besøg ligger uden for kampagnens periode og tæller ikke med.",
        "{n} besøg ligger uden for kampagnens periode og tæller ikke med.",
    ),
    untold=(
        "Et besøg har intet P-nummer og tæller ikke blandt arbejdsstederne.",
        "{n} besøg har intet P-nummer og tæller ikke blandt arbejdsstederne.",
    ),
    later=(
        "Et besøg til og med rapportens dag er skrevet ned senere og er ikke med i tallene.",
        "{n} besøg til og med rapportens dag er skrevet ned senere og er ikke med i tallene.",
    ),
    behind="Besøg er bagud: {actual} mod {expected} ventet indtil nu.",
    pace="Der skal {needed} besøg om ugen til i resten af perioden; indtil nu er der {done} om ugen.",
    too_low="Fortsætter det sådan, ender kampagnen på mellem {low} og {high} besøg; målet er {target}.",
    visit_more="Besøg flere virksomheder i {names}.",
    larger="Besøg flere virksomheder med {names}.",
    lacks="{label} (mangler {number} besøg i forhold til planen)",
    ask="Planlæg flere besøg for {names}.",
    waiting=(
        "{who}: et besøg venter på et næste skridt, der er over fristen. Tag det først.",
        "{who}: {n} besøg venter på et næste skridt, der er over fristen. Tag dem først.",
    ),
    no_steps="Opfølgning: {actual} % er fulgt op til tiden; målet er {target} %.",
    other="{label}: {actual} mod {expected} ventet indtil nu.",
    and_="og",
)
_ENGLISH = Words(
    language="en",
    employees="{} employees",
    not_begun="The campaign has not begun.",
    settling="It is too early: {days} working days of the campaign must be over before a forecast is given.",
    few="There are too few to go by: at least {few} must be counted or expected by now before a forecast is given.",
    once="No forecast: each counts once, so the pace falls as more have been visited. See the forecast of visits.",
    arranged="No forecast: events are on days that are agreed. See the calendar.",
    no_share="No forecast: a share does not grow day by day.",
    begins="The campaign begins on {}.",
    ended="The campaign ended on {}. The figures are its result, as it was known on the day of the report.",
    no_visits="There are no visits yet.",
    outside=(
        "A visit is outside the campaign's period and does not count.",
        "{n} visits are outside the campaign's period and do not count.",
    ),
    untold=(
        "A visit has no P-number and does not count among the workplaces.",
        "{n} visits have no P-number and do not count among the workplaces.",
    ),
    later=(
        "A visit up to the day of the report was written down later and is not in the figures.",
        "{n} visits up to the day of the report were written down later and are not in the figures.",
    ),
    behind="Visits are behind: {actual} against {expected} expected by now.",
    pace="{needed} visits a week are needed for the rest of the period; up to now there were {done} a week.",
    too_low="If it goes on like this, the campaign ends with {low} to {high} visits; the target is {target}.",
    visit_more="Visit more companies in {names}.",
    larger="Visit more companies with {names}.",
    lacks="{label} ({number} visits short of the plan)",
    ask="Plan more visits for {names}.",
    waiting=(
        "{who}: a visit waits for a next step that is overdue. Take it first.",
        "{who}: {n} visits wait for a next step that is overdue. Take them first.",
    ),
    no_steps="Follow-up: {actual} % were followed up in time; the target is {target} %.",
    other="{label}: {actual} against {expected} expected by now.",
    and_="and",
)
_WORDS: Mapping[Language, Words] = {"da": _DANISH, "en": _ENGLISH}


def words_of(language: Language) -> Words:
    """The words of a language."""
    return _WORDS[language]
