"""What drafts about an event say, in Danish and in English, until somebody writes on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Occasion = Literal["invitation", "change", "off", "thanks", "missed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """One draft; what stands in braces is filled in."""

    name: str
    """Short name of the issue."""
    subject: str
    subject_short: str
    """For an event whose title is too long for an inbox."""
    preheader: str
    hello: str
    body: str
    invites: bool
    """Whether the event's calendar goes with it."""


DANISH: dict[Occasion, Wording] = {
    "invitation": Wording(
        name="invitation-{event}",
        subject="Invitation: {title}",
        subject_short="Invitation til arrangement",
        preheader="Kom og vær med {day}. I kan svare ja eller nej i jeres kalender",
        hello="Hej",
        body="I er inviteret til »{title}« {span}.\n\nI kan svare ja eller nej lige her i mailen. "
        "Så står mødet i jeres kalender, og vi ved, hvor mange der kommer.",
        invites=True,
    ),
    "change": Wording(
        name="nyt-om-{event}-{number}",
        subject="Ændret: {title}",
        subject_short="Arrangementet er ændret",
        preheader="Det foregår nu {day}. Jeres kalender retter det, når I svarer",
        hello="Hej",
        body="»{title}« er ændret. Det foregår nu {span}.\n\nSvar igen her i mailen, så vi ved, om I stadig kan komme.",
        invites=True,
    ),
    "off": Wording(
        name="aflyst-{event}",
        subject="Aflyst: {title}",
        subject_short="Arrangementet er aflyst",
        preheader="Arrangementet {day} bliver ikke til noget denne gang",
        hello="Hej",
        body="»{title}« {span} er desværre aflyst.\n\nI behøver ikke gøre noget. Vi håber at se jer en anden gang.",
        invites=True,
    ),
    "thanks": Wording(
        name="tak-{event}",
        subject="Tak for sidst: {title}",
        subject_short="Tak for sidst",
        preheader="Tak, fordi I kom {day}. Her er lidt at arbejde videre med",
        hello="Hej",
        body="Tak, fordi I kom til »{title}«.\n\nSkriv her, hvad I talte om, og hvor de kan læse mere. "
        "Sig også, hvem de kan ringe til.",
        invites=False,
    ),
    "missed": Wording(
        name="savnet-{event}",
        subject="Vi savnede jer: {title}",
        subject_short="Vi savnede jer",
        preheader="I kunne ikke komme {day}. Her er det vigtigste fra mødet",
        hello="Hej",
        body="I kunne ikke komme til »{title}«. Det er helt i orden.\n\nSkriv her det vigtigste fra mødet, "
        "og hvornår det næste er.",
        invites=False,
    ),
}
ENGLISH: dict[Occasion, Wording] = {
    "invitation": Wording(
        name="invitation-{event}",
        subject="Invitation: {title}",
        subject_short="Invitation to an event",
        preheader="Come and join us on {day}. You can say yes or no in your calendar",
        hello="Hello",
        body="You are invited to “{title}”, {span}.\n\nYou can say yes or no right here in the mail. "
        "Then the event is in your calendar, and we know how many will come.",
        invites=True,
    ),
    "change": Wording(
        name="news-of-{event}-{number}",
        subject="Changed: {title}",
        subject_short="The event has changed",
        preheader="It takes place on {day} now. Your calendar changes when you answer",
        hello="Hello",
        body="“{title}” has changed. It takes place now: {span}.\n\n"
        "Please answer again in this mail, so that we know whether you can still come.",
        invites=True,
    ),
    "off": Wording(
        name="cancelled-{event}",
        subject="Cancelled: {title}",
        subject_short="The event is cancelled",
        preheader="The event on {day} will not take place this time",
        hello="Hello",
        body="We are sorry: “{title}”, {span}, is cancelled.\n\nYou need not do anything. "
        "We hope to see you another time.",
        invites=True,
    ),
    "thanks": Wording(
        name="thanks-{event}",
        subject="Thank you for coming: {title}",
        subject_short="Thank you for coming",
        preheader="Thank you for coming on {day}. Here is something to go on with",
        hello="Hello",
        body="Thank you for coming to “{title}”.\n\nWrite here what you talked about and where they can read more. "
        "Say whom they can call, too.",
        invites=False,
    ),
    "missed": Wording(
        name="missed-{event}",
        subject="We missed you: {title}",
        subject_short="We missed you",
        preheader="You could not come on {day}. Here is what mattered most",
        hello="Hello",
        body="You could not come to “{title}”. That is quite all right.\n\nWrite here what mattered most, "
        "and when the next meeting is.",
        invites=False,
    ),
}
WORDINGS: dict[str, dict[Occasion, Wording]] = {"da": DANISH, "en": ENGLISH}
