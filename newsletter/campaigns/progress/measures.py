"""What each number counts: numerator, denominator, source and how often, in the words of the report's readers.

docs/campaigns.md is written from here (`make docs`), so that a number means the same wherever it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from newsletter.campaigns.progress.values import Definition
from newsletter.speech import Language

_NONE: Mapping[Language, str] = {"da": "Ingen: det er et antal.", "en": "None: it is a number."}
_ALWAYS: Mapping[Language, str] = {
    "da": "Hver gang rapporten laves.",
    "en": "Each time the report is made.",
}


def definition(measure: str, language: Language) -> Definition:
    """What a measure counts."""
    told = _TOLD[language][measure]
    return Definition(
        measure=measure,
        title=told.title,
        numerator=told.numerator,
        denominator=told.denominator or _NONE[language],
        source=told.source,
        how_often=told.how_often or _ALWAYS[language],
    )


def title(measure: str, language: Language) -> str:
    """What a measure is called."""
    return _TOLD[language][measure].title


class _Told(NamedTuple):
    """A definition in one language; empty where it is as of all numbers."""

    title: str
    numerator: str
    denominator: str
    source: str
    how_often: str


_DANISH: Mapping[str, _Told] = {
    "visits": _Told(
        "Besøg",
        "Besøg hos virksomheder, på stedet (visit) eller på skærm (online), på en dag i kampagnens periode. Opkald og "
        "netværksmøder tæller ikke, og fortrudte besøg tæller aldrig. Branche og størrelse er dem, virksomheden havde, "
        "da besøget blev skrevet ned.",
        "",
        "Registret: besøg med kampagnens navn.",
        "",
    ),
    "unique_companies": _Told(
        "Unikke virksomheder",
        "Virksomheder (CVR-numre) med mindst ét besøg; hver tæller én gang, uanset hvor mange besøg den har fået.",
        "",
        "Registret: besøg med kampagnens navn.",
        "",
    ),
    "workplaces": _Told(
        "Unikke arbejdssteder",
        "Arbejdssteder (P-numre) med mindst ét besøg; hvert tæller én gang. Et besøg uden P-nummer tæller ikke her.",
        "",
        "Registret: besøg med kampagnens navn.",
        "",
    ),
    "follow_up": _Told(
        "Opfølgning til tiden",
        "Besøg, hvor et aftalt næste skridt er udført inden for fristen: senest så mange dage efter besøget, som "
        "kampagnen lover.",
        "Besøg med et aftalt næste skridt, hvor fristen er udløbet, eller hvor skridtet allerede er udført. Besøg, "
        "hvis frist ikke er udløbet endnu, tæller først med, når den er. Næste skridt, der er droppet inden fristen, "
        "tæller ikke med; er de droppet senere, tæller de som ikke nået.",
        "Registret: besøg med kampagnens navn og opfølgninger på dem.",
        "",
    ),
    "events": _Told(
        "Arrangementer",
        "Vores egne arrangementer, der er begyndt på en dag i kampagnens periode og er holdt. Aflyste tæller ikke.",
        "",
        "Filerne i content/events/.",
        "",
    ),
    "attendance": _Told(
        "Fremmødte",
        "Pladser, som nogen faktisk sad på, ved de arrangementer, der tæller. Tilmelding er ikke nok.",
        "",
        "Registret: fremmødelisterne.",
        "",
    ),
    "ambassadors": _Told(
        "Ambassadører",
        "Virksomheder, der er blevet ambassadør; hver tæller én gang. Personer uden virksomhed tæller hver for sig.",
        "",
        "Registret: kampagnens resultater.",
        "",
    ),
    "mentor_companies": _Told(
        "Mentorvirksomheder",
        "Virksomheder, der hjælper andre i gang; hver tæller én gang.",
        "",
        "Registret: kampagnens resultater.",
        "",
    ),
    "pledges": _Told(
        "Løfter",
        "Virksomheder, der har sat sig selv et mål; hver tæller én gang.",
        "",
        "Registret: kampagnens resultater.",
        "",
    ),
    "agreements": _Told(
        "Aftaler",
        "Aftaler med virksomheder om et job eller et forløb. Flere aftaler med den samme virksomhed tæller hver for "
        "sig.",
        "",
        "Registret: kampagnens resultater.",
        "",
    ),
    "press": _Told("Presseomtaler", "Omtaler i pressen.", "", "Registret: kampagnens resultater.", ""),
    "new_subscribers": _Told(
        "Nye abonnenter",
        "Personer, der er begyndt at abonnere på en dag i kampagnens periode og ikke har abonneret før. De tæller "
        "også, hvis de siden har afmeldt sig, men ikke når de er slettet.",
        "",
        "Registret: samtykkeloggen.",
        "",
    ),
    "funnel": _Told(
        "Fra mail til aftale",
        "Virksomheder, hver én gang. Mail: en af kampagnens udgaver er modtaget af nogens mailserver dér. Dialog: en "
        "henvendelse, en tilmelding til et arrangement eller et ja til en invitation, i perioden. Besøg og aftale: som "
        "ovenfor. Åbninger og klik bruges aldrig.",
        "Trinnet før: hvor mange af virksomhederne der også er i det.",
        "Registret: udsendelser, henvendelser, tilmeldinger, besøg og resultater.",
        "",
    ),
    "cooperation_rate": _Told(
        "Samarbejdsgrad (officielt tal)",
        "Virksomheder i kommunen med mindst ét løntilskud, én virksomhedspraktik, jobrotation, mentor eller ét "
        "skånejob eller fleksjob i perioden. En virksomhed tæller én gang, uanset hvor mange forløb den har.",
        "Alle virksomheder i kommunen med mindst én ansat i gennemsnit i perioden.",
        "Jobindsats. Tallet kan ikke regnes ud fra registret, og rapporten viser det derfor ikke.",
        "Når Jobindsats offentliggør det.",
    ),
}
_ENGLISH: Mapping[str, _Told] = {
    "visits": _Told(
        "Visits",
        "Visits to companies, there (visit) or on a screen (online), on a day of the campaign's period. Calls and "
        "networks' meetings do not count, and visits that were undone never do. Industry and size are those the "
        "company had when the visit was written down.",
        "",
        "The register: visits with the campaign's name.",
        "",
    ),
    "unique_companies": _Told(
        "Unique companies",
        "Companies (CVR numbers) with at least one visit; each counts once, however many visits it had.",
        "",
        "The register: visits with the campaign's name.",
        "",
    ),
    "workplaces": _Told(
        "Unique workplaces",
        "Workplaces (P-numbers) with at least one visit; each counts once. A visit without a P-number does not count "
        "here.",
        "",
        "The register: visits with the campaign's name.",
        "",
    ),
    "follow_up": _Told(
        "Followed up in time",
        "Visits with a promised next step that was done in time: at the latest as many days after the visit as the "
        "campaign promises.",
        "Visits with a promised next step whose time is over, or whose step is done already. A visit whose time is "
        "not over yet counts when it is. Steps dropped in time do not count; dropped later, they count as not kept.",
        "The register: visits with the campaign's name, and their follow-ups.",
        "",
    ),
    "events": _Told(
        "Events",
        "Our own events that began on a day of the campaign's period and were held. Cancelled ones do not count.",
        "",
        "The files in content/events/.",
        "",
    ),
    "attendance": _Told(
        "Attendance",
        "Seats that somebody really sat on, at the events that count. Signing up is not enough.",
        "",
        "The register: the attendance lists.",
        "",
    ),
    "ambassadors": _Told(
        "Ambassadors",
        "Companies that have become ambassadors; each counts once. People without a company count one by one.",
        "",
        "The register: the campaign's results.",
        "",
    ),
    "mentor_companies": _Told(
        "Mentor companies",
        "Companies that help others to begin; each counts once.",
        "",
        "The register: the campaign's results.",
        "",
    ),
    "pledges": _Told(
        "Pledges",
        "Companies that have set themselves a goal; each counts once.",
        "",
        "The register: the campaign's results.",
        "",
    ),
    "agreements": _Told(
        "Agreements",
        "Agreements with companies about a job or a course. Several with the same company count one by one.",
        "",
        "The register: the campaign's results.",
        "",
    ),
    "press": _Told("Press mentions", "Mentions in the press.", "", "The register: the campaign's results.", ""),
    "new_subscribers": _Told(
        "New subscribers",
        "People who began to subscribe on a day of the campaign's period and had not subscribed before. They count "
        "even if they have left since, but not once they are erased.",
        "",
        "The register: the consent log.",
        "",
    ),
    "funnel": _Told(
        "From mail to agreement",
        "Companies, each once. Mail: the mail server of somebody there accepted one of the campaign's issues. "
        "Dialogue: an enquiry, a sign-up to an event, or a yes to an invitation, in the period. Visit and agreement: "
        "as above. Opens and clicks are never used.",
        "The step before: how many of the companies are in it, too.",
        "The register: sends, enquiries, sign-ups, visits and results.",
        "",
    ),
    "cooperation_rate": _Told(
        "Samarbejdsgrad, rate of cooperation (official)",
        "Companies in the municipality with at least one wage subsidy, work placement, job rotation, skånejob, "
        "fleksjob or mentor in the period. A company counts once, however many it has.",
        "All companies in the municipality with at least one employee on average in the period.",
        "Jobindsats. It cannot be reckoned from the register, so the report does not show it.",
        "Whenever Jobindsats publishes it.",
    ),
}
_TOLD: Mapping[Language, Mapping[str, _Told]] = {"da": _DANISH, "en": _ENGLISH}
MEASURES = tuple(_DANISH)
"""Every measure, in the order of the report."""
