"""The plain reading of a rule, one key at a time. It says what rules mean; the SQL must agree with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, cast

from newsletter.subscribers.industries import Name
from newsletter.subscribers.rules.bands import limits
from newsletter.subscribers.rules.book import UNSTATED_GROUP, Book
from newsletter.subscribers.rules.facts import (
    COMPANY_KEYS,
    PERSON_KEYS,
    CompanyFacts,
    PersonFacts,
    Subject,
    folded,
    said,
)
from newsletter.subscribers.segments import Rule

Words = tuple[str, ...]


def fits(rule: Rule, subject: Subject, book: Book) -> bool:
    """Whether the subject fits all that the rule says."""
    return all(_holds(key, value, subject, book) for key, value in said(rule))


def _holds(key: str, value: Any, subject: Subject, book: Book) -> bool:
    if key in COMPANY_KEYS:
        return subject.company is not None and _OF_COMPANIES[key](value, subject.company, book)
    if key in PERSON_KEYS:
        return subject.person is not None and _OF_PEOPLE[key](value, subject.person)
    if key == "segment":
        return fits(book.rule_of(value), subject, book)
    if key == "not_":
        return not fits(value, subject, book)
    inner = (fits(rule, subject, book) for rule in value)
    return all(inner) if key == "all" else any(inner)


def _industry(codes: Words, company: CompanyFacts, book: Book) -> bool:
    if company.industry is None or company.nomenclature is None:
        return False
    own = cast("Name", company.nomenclature)
    rules = map(book.code, codes)
    return any(book.industries.matches(company.industry, own, rule, book.nomenclature) for rule in rules)


def _group10(numbers: Words, company: CompanyFacts, book: Book) -> bool:
    group = UNSTATED_GROUP
    if company.industry is not None and company.nomenclature is not None:
        own = book.industries.of(cast("Name", company.nomenclature))
        group = own.group_of(company.industry).number
    return group in map(book.group, numbers)


def _size(bands: Words, company: CompanyFacts, _book: Book) -> bool:
    return company.size is not None and any(low <= company.size < high for low, high in map(limits, bands))


def _municipality(words: Words, company: CompanyFacts, book: Book) -> bool:
    return any(company.municipality == book.municipality(word) for word in words)


def _postcode(ranges: Words, company: CompanyFacts, book: Book) -> bool:
    here = company.postcode
    return here is not None and any(first <= here <= last for first, last in map(book.postcodes, ranges))


def _public_employer(wanted: bool, company: CompanyFacts, _book: Book) -> bool:
    return company.public_employer is wanted


def _visited_in(campaign: str, company: CompanyFacts, _book: Book) -> bool:
    return any(visit.campaign == campaign for visit in company.meetings)


def _visited_since(day: date, company: CompanyFacts, _book: Book) -> bool:
    return any(visit.visited_on >= day for visit in company.meetings)


def _subscribed_since(day: date, person: PersonFacts) -> bool:
    return person.state == "subscribed" and person.subscribed_on is not None and person.subscribed_on >= day


def _among(words: Words, known: Collection[str | None]) -> bool:
    return not {folded(word) for word in words}.isdisjoint(folded(each) for each in known if each is not None)


_OF_COMPANIES: dict[str, Callable[[Any, CompanyFacts, Book], bool]] = {
    "industry": _industry,
    "group10": _group10,
    "size": _size,
    "municipality": _municipality,
    "postcode": _postcode,
    "interests": lambda words, company, _book: _among(words, company.interests),
    "needs": lambda words, company, _book: _among(words, company.needs),
    "network": lambda words, company, _book: _among(words, company.networks),
    "contact": lambda words, company, _book: _among(words, [company.contact]),
    "visited_in": _visited_in,
    "not_visited_in": lambda campaign, company, book: not _visited_in(campaign, company, book),
    "visited_since": _visited_since,
    "not_visited_since": lambda day, company, book: not _visited_since(day, company, book),
    "public_employer": _public_employer,
}
_OF_PEOPLE: dict[str, Callable[[Any, PersonFacts], bool]] = {
    "role": lambda words, person: _among(words, [person.role]),
    "language": lambda words, person: _among(words, [person.language]),
    "subscribed_since": _subscribed_since,
    "invited": lambda words, person: _among(words, person.invited),
    "declined": lambda words, person: _among(words, person.declined),
    "signed_up": lambda words, person: _among(words, person.signed_up),
    "attended": lambda words, person: _among(words, person.attended),
    "absent": lambda words, person: _among(words, person.absent),
}
