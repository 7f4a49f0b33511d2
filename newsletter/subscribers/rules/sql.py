"""A rule as one SQL expression over companies and people, which may each be missing (an outer join).

It is always true or false, never NULL, so that NOT turns it round. Every value is bound: no word of a rule becomes a
part of the SQL. What it means is what `reading.fits` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, not_, or_, select

from newsletter.store.tables import (
    companies,
    company_interests,
    company_needs,
    invitations,
    network_members,
    networks,
    people,
    sign_ups,
    visits,
)
from newsletter.subscribers.industries import GROUP10, Name, Span
from newsletter.subscribers.rules.bands import merged
from newsletter.subscribers.rules.book import UNSTATED_GROUP, Book
from newsletter.subscribers.rules.facts import MEETINGS, said
from newsletter.subscribers.rules.functions import AsBytes, among
from newsletter.subscribers.segments import Rule

Truth = ColumnElement[bool]
Words = tuple[str, ...]
Mark = tuple[ColumnElement[int], list[Truth]]

_COMPANY, _PERSON = companies.c, people.c
_THERE_IS_A_COMPANY = _COMPANY.id.is_not(None)


def compile_rule(rule: Rule, book: Book) -> Truth:
    """The rule over `companies` and `people`."""
    return and_(*(_ATOMS[key](value, book) for key, value in said(rule)))


def _industry(codes: Words, book: Book) -> Truth:
    spans = _in_spans(span for code in codes for span in book.spans(code))
    others = [(name, code) for name, found in map(book.other_codes, codes) for code in found]
    return or_(spans, _in_codes(others[0][0], {code for _, code in others})) if others else spans


def _in_codes(name: Name, codes: set[str]) -> Truth:
    coded = and_(_COMPANY.nomenclature.is_not(None), _COMPANY.industry.is_not(None))
    return and_(coded, _COMPANY.nomenclature == name, _COMPANY.industry.in_(sorted(codes)))


def _in_spans(spans: Iterable[tuple[Name, Span]]) -> Truth:
    """Whether the company's code lies in one of some spans."""
    column = AsBytes(_COMPANY.industry)
    by_name: dict[Name, list[Truth]] = {}
    for name, span in spans:
        by_name.setdefault(name, []).append(and_(column >= span.low, column < span.high))
    coded = and_(_COMPANY.industry.is_not(None), _COMPANY.nomenclature.is_not(None))
    return and_(coded, or_(*(and_(_COMPANY.nomenclature == name, or_(*within)) for name, within in by_name.items())))


def _group10(numbers: Words, book: Book) -> Truth:
    wanted = set(map(book.group, numbers))
    coded = wanted - {UNSTATED_GROUP}
    parts = [_in_spans(span for number in sorted(coded) for span in book.group_spans(number))] if coded else []
    if UNSTATED_GROUP in wanted:
        any_group = _in_spans(span for number in GROUP10 for span in book.group_spans(number))
        parts.append(and_(_THERE_IS_A_COMPANY, not_(any_group)))
    return or_(*parts)


def _size(bands: Words, _book: Book) -> Truth:
    column = _COMPANY.size
    return and_(column.is_not(None), or_(*(and_(column >= low, column < high) for low, high in merged(bands))))


def _municipality(words: Words, book: Book) -> Truth:
    column = _COMPANY.municipality
    return and_(column.is_not(None), column.in_(sorted(set(map(book.municipality, words)))))


def _postcode(ranges: Words, book: Book) -> Truth:
    column = AsBytes(_COMPANY.postcode)
    within = (and_(column >= first, column <= last) for first, last in map(book.postcodes, ranges))
    return and_(_COMPANY.postcode.is_not(None), or_(*within))


def _public_employer(wanted: bool, _book: Book) -> Truth:
    column = _COMPANY.public_employer
    return and_(_THERE_IS_A_COMPANY, column if wanted else not_(column))


def _word(words: Words, column: ColumnElement[Any]) -> Truth:
    return and_(column.is_not(None), among(column, words))


def marked(key: str, value: Any) -> tuple[ColumnElement[int], Truth]:
    """Where a rule's key is noted in a table of its own: the column of the company, and which rows count."""
    column, counts = _MARKS[key](value)
    return column, and_(*counts)


def _interests(words: Words) -> Mark:
    return company_interests.c.company_id, [among(company_interests.c.interest, words)]


def _needs(words: Words) -> Mark:
    return company_needs.c.company_id, [among(company_needs.c.need, words)]


def _network(words: Words) -> Mark:
    wanted = select(networks.c.id).where(among(networks.c.slug, words))
    return network_members.c.company_id, [
        network_members.c.network_id.in_(wanted),
        network_members.c.left_on.is_(None),
    ]


def _visited_in(campaign: str) -> Mark:
    return _visited(and_(visits.c.campaign.is_not(None), visits.c.campaign == campaign))


def _visited_since(day: date) -> Mark:
    return _visited(visits.c.visited_on >= day)


def _visited(when: Truth) -> Mark:
    return visits.c.company_id, [when, visits.c.undone_at.is_(None), visits.c.kind.in_(MEETINGS)]


_MARKS: dict[str, Callable[[Any], Mark]] = {
    "interests": _interests,
    "needs": _needs,
    "network": _network,
    "visited_in": _visited_in,
    "visited_since": _visited_since,
}


def _mark(key: str) -> Callable[[Any, Book], Truth]:
    def atom(value: Any, _book: Book) -> Truth:
        column, counts = marked(key, value)
        return _exists(column == _COMPANY.id, counts)

    return atom


def _subscribed_since(day: date, _book: Book) -> Truth:
    column = _PERSON.subscribed_on
    return and_(_PERSON.id.is_not(None), _PERSON.state == "subscribed", column.is_not(None), column >= day)


def _signed(*said: Truth) -> Callable[[Words, Book], Truth]:
    """Who has a row for one of the events of which this is true."""
    return lambda events, _book: _exists(sign_ups.c.person_id == _PERSON.id, *said, among(sign_ups.c.event, events))


def _invited(events: Words, *said: Truth) -> Truth:
    return _exists(invitations.c.person_id == _PERSON.id, *said, among(invitations.c.event, events))


def _declined(events: Words, book: Book) -> Truth:
    """By signing off, or by their calendar; who has signed up for it in another way has not."""
    row = and_(sign_ups.c.person_id == invitations.c.person_id, sign_ups.c.event == invitations.c.event)
    still = exists().where(row, sign_ups.c.state != "cancelled").correlate(invitations)
    said_no = and_(invitations.c.answer.is_not(None), invitations.c.answer == "declined")
    return or_(_signed(sign_ups.c.state == "cancelled")(events, book), _invited(events, said_no, not_(still)))


def _exists(*conditions: Truth) -> Exists:
    """A row that meets the conditions; companies and people are those of the statement around."""
    return exists().where(*conditions).correlate(companies, people)


def _without(atom: Callable[[Any, Book], Truth]) -> Callable[[Any, Book], Truth]:
    """The company for which the atom is false."""
    return lambda value, book: and_(_THERE_IS_A_COMPANY, not_(atom(value, book)))


_ATOMS: dict[str, Callable[[Any, Book], Truth]] = {
    "industry": _industry,
    "group10": _group10,
    "size": _size,
    "municipality": _municipality,
    "postcode": _postcode,
    "interests": _mark("interests"),
    "needs": _mark("needs"),
    "network": _mark("network"),
    "contact": lambda words, _book: _word(words, _COMPANY.contact),
    "visited_in": _mark("visited_in"),
    "not_visited_in": _without(_mark("visited_in")),
    "visited_since": _mark("visited_since"),
    "not_visited_since": _without(_mark("visited_since")),
    "public_employer": _public_employer,
    "role": lambda words, _book: _word(words, _PERSON.role),
    "language": lambda words, _book: _word(words, _PERSON.language),
    "subscribed_since": _subscribed_since,
    "invited": lambda events, _book: _invited(events),
    "declined": _declined,
    "signed_up": _signed(sign_ups.c.state == "signed-up"),
    "attended": _signed(sign_ups.c.attended.is_not(None), sign_ups.c.attended),
    "absent": _signed(sign_ups.c.attended.is_not(None), not_(sign_ups.c.attended)),
    "segment": lambda name, book: compile_rule(book.rule_of(name), book),
    "all": lambda rules, book: and_(*(compile_rule(rule, book) for rule in rules)),
    "any": lambda rules, book: or_(*(compile_rule(rule, book) for rule in rules)),
    "not_": lambda rule, book: not_(compile_rule(rule, book)),
}
"""Key of a rule → its SQL. A test holds the keys to the model's."""
