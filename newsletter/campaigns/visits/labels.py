"""The words of a company's page, in Danish and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.speech import Language

_LABELS = {
    "as_of": ("Som vi kender virksomheden den", "As we know the company on"),
    "call_first": ("Ring først: det ønsker virksomheden.", "Call first: the company wants that."),
    "no_visits": ("Virksomheden ønsker ikke besøg.", "The company wants no visits."),
    "protected": (
        "Reklamebeskyttet: skriv kun til dem, der selv har sagt ja.",
        "Advertising-protected: write only to those who have consented themselves.",
    ),
    "closing": ("Virksomheden er under afvikling.", "The company is being wound up."),
    "ceased": ("Virksomheden er ophørt.", "The company has ceased."),
    "profile": ("Virksomheden", "The company"),
    "industry": ("Branche", "Industry"),
    "size": ("Ansatte", "Employees"),
    "address": ("Adresse", "Address"),
    "contact": ("Fast kontakt og afløser hos os", "Our fixed contact and stand-in"),
    "contact_time": ("Bedste tid", "Best time"),
    "people": ("Mennesker", "People"),
    "timeline": ("Hvad der er sket", "What has happened"),
    "needs": ("Behov", "Needs"),
    "interests": ("Interesser", "Interests"),
    "follow_ups": ("Det har vi lovet", "What we have promised"),
    "networks": ("Netværk", "Networks"),
    "nothing": ("Intet endnu.", "Nothing yet."),
    "mail": ("Nyhedsbrev modtaget", "Newsletter received"),
    "sign-up": ("Tilmeldt arrangement", "Signed up for an event"),
    "cancelled": ("Meldt fra arrangement", "Cancelled an event"),
    "attended": ("Kom til arrangement", "Came to an event"),
    "absent": ("Kom ikke til arrangement", "Did not come to an event"),
    "enquiry": ("Spurgte os", "Asked us"),
    "answer": ("Fik svar fra os", "Got our answer"),
    "agreement": ("Aftale indgået", "Agreement made"),
    "ambassador": ("Blev ambassadør", "Became an ambassador"),
    "mentor": ("Blev mentorvirksomhed", "Became a mentor company"),
    "pledge": ("Satte sig et mål", "Set itself a goal"),
    "press": ("Omtalt i pressen", "Mentioned in the press"),
}
"""Key → Danish, English."""


def label(key: str, language: Language) -> str:
    """The words for a key; one nobody knows stands for itself."""
    danish, english = _LABELS.get(key, (key, key))
    return danish if language == "da" else english
