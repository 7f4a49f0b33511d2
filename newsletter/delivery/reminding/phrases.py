"""What a reminder says, in Danish and in English. No word of it comes from what a person wrote about a company."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """The phrases of a language; what stands in braces is filled in."""

    subject: str
    follow_up: tuple[str, str]
    """One, and several."""
    enquiry: tuple[str, str]
    number: str
    more: str
    hello: str
    overdue: str
    today: str
    enquiries: str
    was_due: str
    late: tuple[str, str]
    promised: str
    broken: str
    heard: str
    """The outcome is known, and the company has not heard it."""
    for_other: str
    unknown: str
    where: str
    why: str


DANISH = Phrases(
    subject="Påmindelse: {things}",
    follow_up=("{n} opfølgning", "{n} opfølgninger"),
    enquiry=("{n} henvendelse", "{n} henvendelser"),
    number="nr. {n}, {company}",
    more="og {n} til",
    hello="Hej {name}",
    overdue="Opfølgninger, hvor fristen er overskredet",
    today="Opfølgninger i dag",
    enquiries="Henvendelser, der venter på svar",
    was_due="fristen var den {day}",
    late=("for {n} arbejdsdag siden", "for {n} arbejdsdage siden"),
    promised="svar er lovet senest {moment}",
    broken="svar var lovet senest {moment}",
    heard="virksomheden mangler at få besked",
    for_other="for {name}",
    unknown="en virksomhed",
    where="Her står kun virksomheder, datoer og numre. Se, hvad der er aftalt, med:",
    why="Mailen er skrevet af et program. Der kommer højst én om dagen, og kun på arbejdsdage.",
)
ENGLISH = Phrases(
    subject="Reminder: {things}",
    follow_up=("{n} follow-up", "{n} follow-ups"),
    enquiry=("{n} enquiry", "{n} enquiries"),
    number="no. {n}, {company}",
    more="and {n} more",
    hello="Hello {name}",
    overdue="Follow-ups that are overdue",
    today="Follow-ups for today",
    enquiries="Enquiries that wait for an answer",
    was_due="was due on {day}",
    late=("{n} working day ago", "{n} working days ago"),
    promised="an answer is promised by {moment}",
    broken="an answer was promised by {moment}",
    heard="the company has not been told yet",
    for_other="for {name}",
    unknown="a company",
    where="Only companies, dates and numbers stand here. See what was agreed with:",
    why="A program wrote this mail. One comes a day at most, on working days only.",
)


def phrases(language: str) -> Phrases:
    """The phrases of a language."""
    return DANISH if language == "da" else ENGLISH
