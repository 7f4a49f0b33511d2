"""A rule as a sentence that people can check: `virksomheder i Bygge og anlæg (F) med under 10 ansatte`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from newsletter.speech import Language
from newsletter.subscribers.industries import GROUP10, printed
from newsletter.subscribers.municipalities import name_of
from newsletter.subscribers.rules.bands import NO_LIMIT, merged
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.facts import COMPANY_KEYS, EVENT_KEYS, PERSON_KEYS, said
from newsletter.subscribers.rules.language import WORDS, Words
from newsletter.subscribers.segments import Rule


class _Phrase(NamedTuple):
    """A part of a sentence; one that could be misread beside another is put in brackets there."""

    text: str
    alone: bool

    @property
    def safe(self) -> str:
        return self.text if self.alone else f"({self.text})"


def sentence(rule: Rule, book: Book, language: Language = "da") -> str:
    """What the rule says, without a full stop."""
    return _phrase(rule, book, WORDS[language]).text


def _phrase(rule: Rule, book: Book, words: Words) -> _Phrase:
    parts = dict(said(rule))
    wanted = [_Phrase(text, alone=True) for text in _plain(parts, book, words)]
    if "segment" in parts:
        segment = book.segments.get(parts["segment"])
        title = segment.title if segment else parts["segment"]
        wanted.append(_Phrase(words.segment.format(words.quoted(title)), alone=True))
    wanted += [_phrase(each, book, words) for each in parts.get("all", ())]
    if "any" in parts:
        wanted.append(_either([_phrase(each, book, words) for each in parts["any"]], words))
    found = _both(wanted, words) if wanted else None
    if "not_" not in parts:
        assert found is not None
        return found
    unwanted = _phrase(parts["not_"], book, words)
    if found is None:
        return _Phrase(words.all_but.format(unwanted.safe), alone=False)
    return _Phrase(words.but_not.format(found.safe, unwanted.safe), alone=False)


def _either(phrases: list[_Phrase], words: Words) -> _Phrase:
    if len(phrases) == 1:
        return phrases[0]
    return _Phrase(words.either.format(words.one_of([each.safe for each in phrases])), alone=False)


def _both(phrases: list[_Phrase], words: Words) -> _Phrase:
    if len(phrases) == 1:
        return phrases[0]
    return _Phrase(words.both.format(words.all_of([each.safe for each in phrases])), alone=False)


def _plain(parts: dict[str, Any], book: Book, words: Words) -> Iterable[str]:
    """What the rule's own keys say of companies and of people: one phrase, or none."""
    company = {key: value for key, value in parts.items() if key in COMPANY_KEYS}
    person = {key: value for key, value in parts.items() if key in PERSON_KEYS}
    companies, _ = _told(words.companies, words.that, company, book, words)
    people, goes_on = _told(words.people, words.who, person, book, words)
    if person and company:
        yield words.people_of.format(people + (words.closing if goes_on else ""), companies)
    elif person or company:
        yield people if person else companies


def _told(noun: str, which: str, parts: dict[str, Any], book: Book, words: Words) -> tuple[str, bool]:
    """The noun, what it is `with`, and what is told of it in a clause; whether there is a clause."""
    attributes, clauses = [noun], []
    for key, value in parts.items():
        if key == "public_employer":
            clauses.append(words.clauses["public" if value else "private"])
        elif key in words.attributes:
            attributes.append(words.attributes[key].format(_VALUES[key](value, book, words)))
        else:
            clauses.append(words.clauses[key].format(_VALUES[key](value, book, words)))
    text = " ".join(attributes)
    return (which.format(text, words.all_of(clauses)), True) if clauses else (text, False)


def _industry(codes: tuple[str, ...], book: Book, words: Words) -> str:
    known = book.industries.of(book.nomenclature)
    compact = [book.code(code) for code in codes]
    return words.one_of([f"{known.heading(code, words.language)} ({printed(code)})" for code in compact])


def _group10(numbers: tuple[str, ...], book: Book, words: Words) -> str:
    groups = [GROUP10[book.group(number)] for number in numbers]
    return words.one_of([words.quoted(group.da if words.language == "da" else group.en) for group in groups])


def _size(bands: tuple[str, ...], _book: Book, words: Words) -> str:
    return words.one_of([_range(low, high, words) for low, high in merged(bands)])


def _range(low: int, high: int, words: Words) -> str:
    form = "within"
    if (low, high) == (0, NO_LIMIT):
        form = "all"
    elif high == NO_LIMIT:
        form = "from"
    elif high == low + 1:
        form = "none" if low == 0 else "one"
    elif low == 0:
        return words.sizes["below"].format(low, high)
    return words.sizes[form].format(low, high - 1)


def _municipality(names: tuple[str, ...], book: Book, words: Words) -> str:
    return words.one_of([name_of(book.municipality(name)) for name in names])


def _words(these: tuple[str, ...], _book: Book, words: Words) -> str:
    return words.one_of(these)


def _quoted(these: tuple[str, ...], _book: Book, words: Words) -> str:
    return words.one_of([words.quoted(word) for word in these])


def _languages(codes: tuple[str, ...], _book: Book, words: Words) -> str:
    return words.one_of([words.languages.get(code.lower(), code) for code in codes])


def _day(day: date, _book: Book, words: Words) -> str:
    return words.on.format(words.day(day))


def _campaign(slug: str, book: Book, words: Words) -> str:
    return words.quoted(book.campaigns.get(slug, slug))


def _events(slugs: tuple[str, ...], book: Book, words: Words) -> str:
    return words.one_of([words.quoted(book.events.get(slug, slug)) for slug in slugs])


def _contacts(slugs: tuple[str, ...], book: Book, words: Words) -> str:
    return words.one_of([book.contacts.get(slug, slug) for slug in slugs])


_VALUES: dict[str, Callable[[Any, Book, Words], str]] = {
    "industry": _industry,
    "group10": _group10,
    "size": _size,
    "municipality": _municipality,
    "postcode": _words,
    "interests": _words,
    "needs": _words,
    "network": _quoted,
    "contact": _contacts,
    "visited_in": _campaign,
    "not_visited_in": _campaign,
    "visited_since": _day,
    "not_visited_since": _day,
    "role": _quoted,
    "language": _languages,
    "subscribed_since": _day,
    **dict.fromkeys(EVENT_KEYS, _events),
}
"""Key of a rule → what it says, in words."""
