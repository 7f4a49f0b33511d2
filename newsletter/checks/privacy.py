"""Rules that protect people: CPR numbers in the text, and what those in a story said yes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from newsletter.checks.rule import Remark
from newsletter.checks.spots import lines_of
from newsletter.checks.subjects import texts
from newsletter.content.items import Consent, Story
from newsletter.content.tree import Element, walk
from newsletter.problems import Place

if TYPE_CHECKING:
    from newsletter.checks.subjects import ItemSubject, ShownSubject
    from newsletter.content.item import Item

_HIDDEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_BLANK = rf"(?:[ \t\u00a0\u2000-\u200a\u202f{_HIDDEN}]|&nbsp;|&shy;)"
_DASH = r"(?:[-_\u2010-\u2015\u2212\ufe63\uff0d]|&#8209;|&ndash;)"
_GAP = rf"{_BLANK}{{0,3}}(?:{_DASH}\s{{0,3}}{_BLANK}{{0,3}})?"
_DAY = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
CPR = re.compile(rf"(?<!\d){_DAY}(?P<mark>[ .\u00a0-]?)(?:0[1-9]|1[0-2])(?P=mark)\d\d{_GAP}\d{{4}}(?!\d)")
"""Day (or day + 60), month, year, perhaps a gap, four digits; the check digits need not fit since 2007."""

_P_LABEL = re.compile(
    r"(?<![^\W_])"
    r"(?:P[-\u2010\u2011 _]?(?:nr|no|num(?:mer(?:et)?|re(?:ne)?|bers?)|enhed(?:en|er|erne)?)"
    r"|produktionsenhed(?:en|er|erne|s?-?(?:nr|num(?:mer(?:et)?|re(?:ne)?)))?)"
    r"[\s.:*_|=#\"'(\u00a0-]*(?:(?:er|is)\s+)?"
    r"(?:1\d{9}(?:,|;|/|og|and|\s)+)*\Z",
    re.IGNORECASE,
)
"""What stands right before a P-number: its label, and perhaps other P-numbers."""
_BEFORE = 120
"""How far back a P-number's label may stand: a short list of P-numbers fits between."""


def cpr_number(subject: ItemSubject) -> Iterator[Remark]:
    """Nothing that looks like a CPR number stands in a file: front matter, text, links or the file's name.

    A CPR number may not be published, and what was once in a file stays in its history. The check digits are not looked
    at, because valid numbers without them exist. A P-number can look the same: it passes when its label stands right
    before it, as in `P-nr. 1003456789`. The number itself is never shown in the message.
    Source: databeskyttelsesloven § 11, stk. 3; CPR-kontoret on numbers without check digits (2007).
    """
    text = "this looks like a CPR number"
    hint = "take it out at once; if it is a P-number, write `P-nr.` right before it"
    for place in _cpr_places(subject):
        yield Remark(place, text, hint)


def find_cpr(text: str) -> Iterator[re.Match[str]]:
    """What looks like a CPR number in `text`; P-numbers with their label are none."""
    return (match for match in CPR.finditer(text) if not _is_p_number(text, match))


def consent_missing(subject: ShownSubject) -> Iterator[Remark]:
    """A story is shown only when both the company and the person said yes to the newsletter.

    A story tells that somebody has a disability; that is among the most protected data there are. The scope of each
    consent must name `newsletter`.
    Source: GDPR, article 6(1)(a), 7 and 9(2)(a).
    """
    for who, consent in _consents(subject):
        if consent is None:
            text = f"the story has no consent from the {who}"
            yield Remark(subject.item.place("consents"), text, f"get it, note it as `{who}:`, or take the story out")
        elif "newsletter" not in consent.scope:
            text = f"the {who}'s consent does not cover the newsletter, only: {', '.join(consent.scope)}"
            hint = "ask for it and add `newsletter` to the scope, or take the story out"
            yield Remark(subject.item.place("consents", who, "scope"), text, hint)


def consent_expired(subject: ShownSubject) -> Iterator[Remark]:
    """The consents to a story still hold on the day it is sent.

    Source: GDPR, article 5(1)(b) and 7: a consent covers what was asked for, and no longer.
    """
    for who, consent in _consents(subject):
        if consent and consent.until < subject.sent:
            text = f"the {who}'s consent ran out on {consent.until}, and the issue is sent on {subject.sent}"
            hint = "ask again and write the new date, or take the story out"
            yield Remark(subject.item.place("consents", who, "until"), text, hint)


def consent_later(subject: ShownSubject) -> Iterator[Remark]:
    """The consents to a story were given before it is sent.

    Source: GDPR, article 6(1)(a) and 7(1): the consent must be there first.
    """
    for who, consent in _consents(subject):
        if consent and consent.given > subject.sent:
            text = f"the {who}'s consent is dated {consent.given}, after the issue is sent on {subject.sent}"
            hint = "correct the date, or send the issue after it"
            yield Remark(subject.item.place("consents", who, "given"), text, hint)


def _consents(subject: ShownSubject) -> tuple[tuple[str, Consent | None], ...]:
    fields = subject.item.fields
    if not isinstance(fields, Story):
        return ()
    return ("company", fields.consents.company), ("person", fields.consents.person)


def _cpr_places(subject: ItemSubject) -> Iterator[Place]:
    """Where CPR numbers stand: as typed; else, when marks-up, escapes or line breaks hide them, near it."""
    source, seen = subject.item.source, set()
    for match in CPR.finditer(source.text):
        seen.add(_digits(match))
        if not _is_p_number(source.text, match):
            yield source.place(match.start())
    for place, text in _read(subject.item, subject.tree):
        for match in find_cpr(_INVISIBLE.sub("", text)):
            if _digits(match) not in seen:
                seen.add(_digits(match))
                yield place


def _read(item: Item[Any], tree: Element) -> Iterator[tuple[Place, str]]:
    """The texts of an item as a reader gets them, and the name of its file."""
    yield Place(item.source.path), item.source.path
    yield from texts(item)
    body = item.source.place(item.body_start)
    yield body, lines_of(tree)
    for element in walk(tree):
        yield from ((body, unquote(value)) for value in element.attributes.values())


def _digits(match: re.Match[str]) -> str:
    return "".join(re.findall(r"\d", re.sub(r"&#\d+;", "", match[0])))


def _is_p_number(text: str, match: re.Match[str]) -> bool:
    if not re.fullmatch(r"1\d{9}", match[0]):
        return False
    return bool(_P_LABEL.search(text[max(0, match.start() - _BEFORE) : match.start()]))
