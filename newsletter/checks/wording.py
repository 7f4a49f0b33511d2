"""Rules about what is typed: signs nobody sees, slots nobody knows, HTML, old terms, figures without a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.checks.rule import Remark
from newsletter.checks.spots import body_place, lines_of, prose, search
from newsletter.checks.subjects import texts
from newsletter.content.items import Article, Story
from newsletter.content.tree import Element
from newsletter.layouts.slots import READER_SLOTS
from newsletter.problems import guess

if TYPE_CHECKING:
    from newsletter.checks.subjects import ItemSubject

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SLOT = re.compile(r"\{\{([^{}\n]*)(\}\})?")
_TAG = re.compile(r"(?<!\\)</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>")
_SHARE = re.compile(r"\d[\d.,]*\s?(?:%|pct\b|procent)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:199\d|20\d\d|2100)(?!\d)")
_PEOPLE = re.compile(r"\b(?:de|den) handicappede\b|\ben handicappet\b", re.IGNORECASE)
_OLD_NAMES = (
    (re.compile(r"\barbejdsprøvning\w*", re.IGNORECASE), "write `virksomhedspraktik`"),
    (re.compile(r"\brevalidering\w*", re.IGNORECASE), "name the scheme of today: it takes no new cases since 2026"),
)


def control_character(subject: ItemSubject) -> Iterator[Remark]:
    """No control characters stand in a file: only line breaks and tabs.

    They come along when text is pasted from other programs. Nobody sees them, but some mail programs cut the letter off
    at one, or show a box.
    Source: RFC 5198, 2 (text for the net) and RFC 5322, 2.3.
    """
    item = subject.item
    hint = "delete the word it stands in and type it again"
    typed = set()
    for match in _CONTROL.finditer(item.source.text):
        typed.add(match[0])
        yield Remark(item.source.place(match.start()), f"the invisible character {_name(match[0])}", hint)
    for place, text in texts(item):
        for char in sorted(set(_CONTROL.findall(text)) - typed):
            yield Remark(place, f"the invisible character {_name(char)}, written as an escape", "take it out")


def unknown_slot(subject: ItemSubject) -> Iterator[Remark]:
    """Between `{{` and `}}` stands a slot that exists, such as `{{ reader.first_name }}`.

    A slot nobody knows cannot be filled: every reader would see the braces. Slots are filled for each reader when the
    letter is sent; docs/files.md lists them.
    Source: our own rule.
    """
    known = [f"reader.{name}" for name in READER_SLOTS]
    for place, match in search(subject.item, _SLOT):
        name = match[1].strip()
        if not match[2]:
            hint = "close it on the same line: {{ reader.first_name }}"
            yield Remark(place, "{{ begins a slot that does not end", hint)
        elif name not in known:
            yield Remark(place, f"no slot is called {name!r}", guess(name, known))


def raw_html(subject: ItemSubject) -> Iterator[Remark]:
    """No HTML is typed into the text.

    The text is Markdown. A tag such as `<b>` is shown to the reader as it stands; between backticks it is meant so and
    passes.
    Source: our own rule: only what the tool writes itself is known to work in every mail program.
    """
    said = set()
    for match in _TAG.finditer(prose(subject.item)):
        if match[1].lower() not in said:
            said.add(match[1].lower())
            text = f"the tag <{match[1]}> is shown to the reader as it stands"
            hint = "write Markdown: **bold**, *italic*, [text](address); docs/markdown.md shows the rest"
            yield Remark(body_place(subject.item, match.start()), text, hint)


def undated_figure(subject: ItemSubject) -> Iterator[Remark]:
    """A percentage in a story or an article has its year in the same paragraph.

    Figures about work and disability change from one survey to the next; without a year nobody can tell what a number
    says. For a table or a list, the paragraph above it may say the year.
    Source: our own rule.
    """
    if not isinstance(subject.item.fields, Article | Story):
        return
    above, read = "", ""
    for block in subject.tree.children:
        text = lines_of(block)
        around = above + text if isinstance(block, Element) and block.tag in {"ol", "table", "ul"} else text
        share = _SHARE.search(text)
        if share and not _YEAR.search(around):
            place = subject.item.find(share[0], read.count(share[0]))
            hint = "write in the same paragraph what year it is from"
            yield Remark(place, f"the figure {share[0]!r} has no year", hint)
        above, read = text, read + text


def term(subject: ItemSubject) -> Iterator[Remark]:
    """Words are those of today: people before the disability, and schemes by the names they have now.

    "De handicappede" makes people into their disability. Arbejdsprøvning is called virksomhedspraktik; revalidering
    takes no new cases since 1 February 2026. An old name of a scheme passes on a line that says a year, because it then
    tells what was.
    Source: UN Convention on the Rights of Persons with Disabilities, article 8; lov nr. 1750 af 29. december 2025.
    """
    for place, match in search(subject.item, _PEOPLE):
        hint = "write `mennesker med handicap` or `en person med handicap`"
        yield Remark(place, f"{match[0]!r} puts the disability before the person", hint)
    for pattern, cure in _OLD_NAMES:
        for place, match in search(subject.item, pattern):
            if not _YEAR.search(_line(match)):
                yield Remark(place, f"{match[0]!r} is an old name", f"{cure}; or say on the line when it was so")


def _line(match: re.Match[str]) -> str:
    start = match.string.rfind("\n", 0, match.start()) + 1
    end = match.string.find("\n", match.end())
    return match.string[start : end if end >= 0 else None]


def _name(char: str) -> str:
    return f"U+{ord(char):04X}"
