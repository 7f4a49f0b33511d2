"""What is said of a place at an event, in Danish and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery.places.due import News


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """The phrases of a language; what stands in braces is filled in."""

    hello: str
    subjects: Mapping[News, str]
    first: Mapping[News, str]
    """What has happened."""
    then: Mapping[News, str]
    """What follows from it."""
    when: str
    where: str
    online: str
    seats: str
    regards: str
    why: str


DANISH = Phrases(
    hello="Hej {name}",
    subjects={
        "seat": "I er tilmeldt: {title}",
        "moved-up": "Der er blevet plads: {title}",
        "waiting": "I står på ventelisten: {title}",
        "changed": "Ændret: {title}",
        "signed-off": "I er meldt fra: {title}",
        "called-off": "Aflyst: {title}",
    },
    first={
        "seat": "I er tilmeldt »{title}«.",
        "moved-up": "Der er blevet plads til jer. I er nu tilmeldt »{title}«.",
        "waiting": "Alle pladser til »{title}« er optaget. I står som nummer {queue} på ventelisten.",
        "changed": "»{title}« er ændret. Sådan er det nu:",
        "signed-off": "I er meldt fra »{title}«.",
        "called-off": "»{title}« er aflyst.",
    },
    then={
        "seat": "Kan I alligevel ikke komme, så svar på denne mail. Så kan andre få pladsen.",
        "moved-up": "Kan I alligevel ikke komme, så svar på denne mail. Så kan andre få pladsen.",
        "waiting": "Vi skriver til jer, hvis der bliver en plads. Vil I ikke vente, så svar på denne mail.",
        "changed": "Kan I ikke komme, så svar på denne mail. Så kan andre få pladsen.",
        "signed-off": "Er det en fejl, så svar på denne mail.",
        "called-off": "Vi beklager og håber at se jer en anden gang.",
    },
    when="Tid: {span}",
    where="Sted: {place}",
    online="Online: {url}",
    seats="Pladser: {n}",
    regards="Venlig hilsen",
    why="I får mailen, fordi I har meldt jer til arrangementet. Den er ikke et nyhedsbrev.",
)
ENGLISH = Phrases(
    hello="Hello {name}",
    subjects={
        "seat": "You have a seat: {title}",
        "moved-up": "There is room for you now: {title}",
        "waiting": "You are on the waiting list: {title}",
        "changed": "Changed: {title}",
        "signed-off": "You have signed off: {title}",
        "called-off": "Cancelled: {title}",
    },
    first={
        "seat": "You have signed up for “{title}”.",
        "moved-up": "There is room for you now. You have a seat at “{title}”.",
        "waiting": "All seats at “{title}” are taken. You are number {queue} on the waiting list.",
        "changed": "“{title}” has changed. This is how it is now:",
        "signed-off": "You have signed off from “{title}”.",
        "called-off": "“{title}” is cancelled.",
    },
    then={
        "seat": "If you cannot come after all, please answer this mail, so that others can have the seat.",
        "moved-up": "If you cannot come after all, please answer this mail, so that others can have the seat.",
        "waiting": "We will write to you if there is room. If you do not want to wait, please answer this mail.",
        "changed": "If you cannot come, please answer this mail, so that others can have the seat.",
        "signed-off": "If this is a mistake, please answer this mail.",
        "called-off": "We are sorry, and hope to see you another time.",
    },
    when="When: {span}",
    where="Where: {place}",
    online="Online: {url}",
    seats="Seats: {n}",
    regards="Kind regards",
    why="You get this mail because you signed up for the event. It is no newsletter.",
)


def phrases(language: str) -> Phrases:
    """The phrases of a language."""
    return DANISH if language == "da" else ENGLISH
