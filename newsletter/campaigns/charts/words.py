"""What charts and documents say, in Danish and English; numbers and dates as readers write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from newsletter.campaigns.progress.values import By, Forecast, Line, State
from newsletter.speech import Language, Speech


@dataclass(frozen=True, kw_only=True, slots=True)
class Words(Speech):
    """One language."""

    texts: Mapping[str, str]
    states: Mapping[State, str]
    by: Mapping[By, str]
    """`efter branche`."""
    parts: Mapping[By, str]
    """`brancher`."""
    part: Mapping[By, str]
    """`Branche`."""

    def say(self, name: str, **values: object) -> str:
        """A text, with values in it."""
        return self.texts[name].format(**values)

    def whole(self, value: float) -> str:
        """A count as expected or forecast, rounded to one that can be."""
        return self.number(int(abs(value) + 0.5) * (1 if value > 0 else -1))

    def value(self, value: float | None, unit: str = "number") -> str:
        """A number in its unit; a dash for none."""
        if value is None:
            return "–"
        return f"{self.number(value)}\u00a0%" if unit == "percent" else self.number(value)

    def standing(self, line: Line) -> str:
        """`9 af 30`; of a share `82 % (mål 90 %)`, and a dash as long as there is nothing to take a share of."""
        actual = self.value(None if line.of == 0 else line.actual, line.unit)
        name = "of_share" if line.unit == "percent" else "of"
        return self.say(name, actual=actual, target=self.value(line.target, line.unit))

    def part_of(self, by: By, key: str, names: Mapping[str, str]) -> str:
        """A part for which there is no line that has its label; `names` are the report's."""
        if key == "unknown":
            return self.say("unknown")
        if key in names:
            return names[key]
        if by == "month":
            return self.month(date.fromisoformat(f"{key}-01"))
        names = {"industry": "section", "size": "employees"}
        return self.say(names[by], key=key) if by in names else key

    def span(self, forecast: Forecast) -> str:
        """`96–131`."""
        low, high = self.whole(forecast.low), self.whole(forecast.high)
        return low if low == high else f"{low}–{high}"

    def week(self, monday: date) -> str:
        """`uge 48`."""
        return self.say("week", number=monday.isocalendar().week)


_DANISH = Words(
    language="da",
    texts={
        "week": "uge {number}",
        "as_of": "opgjort {day}",
        "target": "Mål: {number}",
        "plan": "Plan {number}",
        "done": "Besøg {number}",
        "forecast": "Prognose",
        "target_mark": "mål",
        "expected_mark": "ventet indtil nu",
        "of": "{actual} af {target}",
        "of_share": "{actual} (mål {target})",
        "unknown": "uoplyst",
        "section": "branche {key}",
        "employees": "{key} ansatte",
        "over_time": "Besøg over tid",
        "by": "{measure} {by}",
        "weeks": "Besøg uge for uge",
        "funnel": "Fra mail til aftale",
        "no_target": "Kampagnen har ikke lovet et antal besøg.",
        "no_parts": "Kampagnen har ikke lovet noget {by}.",
        "begins": "Kampagnen begynder {day}. Målet er {target} besøg til og med {last}.",
        "not_begun": "Besøg: kampagnen begynder {day}",
        "reached": "Målet på {target} besøg er nået",
        "reached_says": "{actual} besøg til og med {day}; målet var {target}.",
        "ended": "Besøg: {actual} af {target} ved kampagnens slutning",
        "ended_says": "Kampagnen sluttede {last} med {actual} besøg; der manglede {short} i målet på {target}.",
        "ahead": "Besøg: {gap} foran planen",
        "level": "Besøg: planen holdes",
        "behind": "Besøg: {gap} bagud",
        "now": (
            "{actual} besøg til og med {day}. Efter planen skulle der være {expected} nu. Målet er {target} den {last}."
        ),
        "unplanned": "Besøg: {actual} af {target}",
        "unplanned_says": "{actual} besøg til og med {day}. Målet er {target} den {last}.",
        "going_on": "Fortsætter det som hidtil, ender kampagnen på {span} besøg.",
        "none_behind": "Ingen af {count} {parts} er bagud.",
        "some_behind": (
            "{late} af {count} {parts} er bagud. Længst bagud er {label}: {standing}, ventet indtil nu {expected}."
        ),
        "ended_parts": "{reached} af {count} {parts} nåede målet.",
        "parts_begin": "Kampagnen begynder {day}.",
        "some_shown": "Her vises {shown} af {count}, valgt efter hvor langt de er bagud.",
        "elsewhere": "Uden mål: {list}.",
        "busiest": "Flest besøg i {week}: {visits}.",
        "idle": "Uger uden besøg til nu: {count}.",
        "no_visits": "Der er ingen besøg endnu.",
        "also": "{count} var også i trinnet før",
        "also_share": "{count} var også i trinnet før ({share} af det)",
        "filled": "Den fyldte del var også i trinnet før.",
        "no_funnel": "Der er ingen virksomheder at tælle endnu.",
        "companies": "virksomheder",
    },
    states={
        "reached": "nået",
        "on-track": "følger planen",
        "behind": "bagud",
        "ended-short": "ikke nået",
        "not-begun": "ikke begyndt",
        "unplanned": "uden plan",
    },
    by={
        "month": "efter måned",
        "industry": "efter branche",
        "consultant": "efter konsulent",
        "size": "efter størrelse",
        "scheme": "efter ordning",
    },
    parts={
        "month": "måneder",
        "industry": "brancher",
        "consultant": "konsulenter",
        "size": "størrelser",
        "scheme": "ordninger",
    },
    part={
        "month": "Måned",
        "industry": "Branche",
        "consultant": "Konsulent",
        "size": "Størrelse",
        "scheme": "Ordning",
    },
)
_ENGLISH = Words(
    language="en",
    texts={
        "week": "week {number}",
        "as_of": "as of {day}",
        "target": "Target: {number}",
        "plan": "Plan {number}",
        "done": "Visits {number}",
        "forecast": "Forecast",
        "target_mark": "target",
        "expected_mark": "expected by now",
        "of": "{actual} of {target}",
        "of_share": "{actual} (target {target})",
        "unknown": "not stated",
        "section": "industry {key}",
        "employees": "{key} employees",
        "over_time": "Visits over time",
        "by": "{measure} {by}",
        "weeks": "Visits week by week",
        "funnel": "From mail to agreement",
        "no_target": "The campaign has promised no number of visits.",
        "no_parts": "The campaign has promised nothing {by}.",
        "begins": "The campaign begins on {day}. The target is {target} visits by {last}.",
        "not_begun": "Visits: the campaign begins on {day}",
        "reached": "The target of {target} visits is reached",
        "reached_says": "{actual} visits until {day}; the target was {target}.",
        "ended": "Visits: {actual} of {target} when the campaign ended",
        "ended_says": "The campaign ended on {last} with {actual} visits, {short} short of its target of {target}.",
        "ahead": "Visits: {gap} ahead of the plan",
        "level": "Visits: the plan is kept",
        "behind": "Visits: {gap} behind",
        "now": (
            "{actual} visits until {day}. By the plan there should be {expected} now. The target is {target} on {last}."
        ),
        "unplanned": "Visits: {actual} of {target}",
        "unplanned_says": "{actual} visits until {day}. The target is {target} on {last}.",
        "going_on": "If things go on as they have, the campaign ends at {span} visits.",
        "none_behind": "None of {count} {parts} are behind.",
        "some_behind": (
            "{late} of {count} {parts} are behind. Furthest behind is {label}: {standing}, expected by now {expected}."
        ),
        "ended_parts": "{reached} of {count} {parts} reached their target.",
        "parts_begin": "The campaign begins on {day}.",
        "some_shown": "These are {shown} of {count}, chosen by how far they are behind.",
        "elsewhere": "Without a target: {list}.",
        "busiest": "Most visits in {week}: {visits}.",
        "idle": "Weeks without visits until now: {count}.",
        "no_visits": "There are no visits yet.",
        "also": "{count} were in the step before, too",
        "also_share": "{count} were in the step before, too ({share} of it)",
        "filled": "The filled part were in the step before, too.",
        "no_funnel": "There are no companies to count yet.",
        "companies": "companies",
    },
    states={
        "reached": "reached",
        "on-track": "on track",
        "behind": "behind",
        "ended-short": "not reached",
        "not-begun": "not begun",
        "unplanned": "without a plan",
    },
    by={
        "month": "by month",
        "industry": "by industry",
        "consultant": "by consultant",
        "size": "by size",
        "scheme": "by scheme",
    },
    parts={
        "month": "months",
        "industry": "industries",
        "consultant": "consultants",
        "size": "sizes",
        "scheme": "schemes",
    },
    part={
        "month": "Month",
        "industry": "Industry",
        "consultant": "Consultant",
        "size": "Size",
        "scheme": "Scheme",
    },
)
WORDS: Mapping[Language, Words] = {"da": _DANISH, "en": _ENGLISH}
