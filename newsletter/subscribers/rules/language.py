"""The words that sentences about rules are made of, in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.speech import Language, Speech, listed


@dataclass(frozen=True, kw_only=True)
class Words(Speech):
    """One language. `{}` is what the rule says."""

    companies: str
    people: str
    people_of: str
    either: str
    or_: str
    both: str
    and_: str
    all_but: str
    but_not: str
    segment: str
    attributes: Mapping[str, str]
    """Key of a rule → what follows the noun: `in {}`."""
    clauses: Mapping[str, str]
    """Key of a rule → what follows `who` or `that`."""
    who: str
    that: str
    closing: str
    """What ends a clause when the sentence goes on."""
    sizes: Mapping[str, str]
    languages: Mapping[str, str]
    quotes: str
    on: str
    """Before a day."""

    def one_of(self, words: Sequence[str]) -> str:
        """`a`, `a or b`, `a, b or c`."""
        return listed(words, self.or_)

    def all_of(self, words: Sequence[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        return listed(words, self.and_)

    def quoted(self, word: str) -> str:
        """A word in the language's quotation marks."""
        return f"{self.quotes[0]}{word}{self.quotes[1]}"


DANISH = Words(
    language="da",
    companies="virksomheder",
    people="personer",
    people_of="{} i {}",
    either="enten {}",
    or_="eller",
    both="både {}",
    and_="og",
    all_but="alle undtagen {}",
    but_not="{}, men ikke {}",
    segment="segmentet {}",
    attributes={
        "industry": "i {}",
        "group10": "i gruppen {}",
        "size": "{}",
        "municipality": "i kommunen {}",
        "postcode": "med postnummer {}",
        "interests": "med interesse for {}",
        "needs": "med behov for {}",
        "network": "i netværket {}",
        "contact": "med {} som fast kontakt",
        "role": "med rollen {}",
    },
    clauses={
        "visited_in": "er besøgt i kampagnen {}",
        "not_visited_in": "ikke er besøgt i kampagnen {}",
        "visited_since": "er besøgt {} eller senere",
        "not_visited_since": "ikke er besøgt {} eller senere",
        "public": "er offentlige arbejdsgivere",
        "private": "ikke er offentlige arbejdsgivere",
        "language": "læser {}",
        "subscribed_since": "har tilmeldt sig {} eller senere",
        "invited": "er inviteret til {}",
        "declined": "har sagt nej til {}",
        "signed_up": "er tilmeldt {}",
        "attended": "har deltaget i {}",
        "absent": "var tilmeldt {}, men ikke kom",
    },
    who="{}, som {}",
    that="{}, som {}",
    closing=",",
    sizes={
        "none": "uden ansatte",
        "one": "med 1 ansat",
        "below": "med under {1} ansatte",
        "within": "med {0}-{1} ansatte",
        "from": "med mindst {0} ansatte",
        "all": "med et kendt antal ansatte",
    },
    languages={"da": "dansk", "en": "engelsk"},
    quotes="»«",
    on="den {}",
)
ENGLISH = Words(
    language="en",
    companies="companies",
    people="people",
    people_of="{} in {}",
    either="either {}",
    or_="or",
    both="both {}",
    and_="and",
    all_but="everybody except {}",
    but_not="{}, but not {}",
    segment="the segment {}",
    attributes={
        "industry": "in {}",
        "group10": "in the group {}",
        "size": "{}",
        "municipality": "in the municipality of {}",
        "postcode": "with postcode {}",
        "interests": "interested in {}",
        "needs": "in need of {}",
        "network": "in the network {}",
        "contact": "with {} as their fixed contact",
        "role": "with the role {}",
    },
    clauses={
        "visited_in": "have been visited in the campaign {}",
        "not_visited_in": "have not been visited in the campaign {}",
        "visited_since": "have been visited on {} or later",
        "not_visited_since": "have not been visited on {} or later",
        "public": "are public employers",
        "private": "are not public employers",
        "language": "read {}",
        "subscribed_since": "subscribed on {} or later",
        "invited": "have been invited to {}",
        "declined": "have said no to {}",
        "signed_up": "have signed up for {}",
        "attended": "attended {}",
        "absent": "signed up for {} and did not come",
    },
    who="{} who {}",
    that="{} that {}",
    closing="",
    sizes={
        "none": "without employees",
        "one": "with 1 employee",
        "below": "with fewer than {1} employees",
        "within": "with {0}-{1} employees",
        "from": "with at least {0} employees",
        "all": "with a known number of employees",
    },
    languages={"da": "Danish", "en": "English"},
    quotes="“”",
    on="{}",
)
WORDS: Mapping[Language, Words] = {"da": DANISH, "en": ENGLISH}
