"""Rules about headings in an item's text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.checks.rule import Remark
from newsletter.checks.spots import heading_place
from newsletter.content.tree import Element, text_of, walk

if TYPE_CHECKING:
    from newsletter.checks.subjects import ItemSubject

_LEVELS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
"""An item's title is the heading above; # and ## both come right below it."""


def heading_order(subject: ItemSubject) -> Iterator[Remark]:
    """Headings go down one level at a time: `##`, then `###`, never `##` and then `####`.

    Many readers jump from heading to heading; a level that is skipped sounds like a part that is missing. The item's
    title stands above them all, so the first heading is `##`.
    Source: WCAG 2.1, 1.3.1 Info and Relationships (technique G141).
    """
    above = 1
    for nth, heading in enumerate(_headings(subject.tree)):
        level = _LEVELS[heading.tag]
        if level > above + 1:
            wanted = "#" * (above + 1)
            text = f"the heading {text_of(heading).strip()!r} skips a level"
            yield Remark(heading_place(subject.item, nth), text, f"write it with {wanted} instead of {'#' * level}")
        above = level


def heading_empty(subject: ItemSubject) -> Iterator[Remark]:
    """A heading has words.

    An empty one is announced as "heading" and nothing more. It comes from a # left on a line of its own.
    Source: WCAG 2.1, 1.3.1 Info and Relationships and 2.4.6 Headings and Labels.
    """
    for nth, heading in enumerate(_headings(subject.tree)):
        if not text_of(heading).strip():
            place = heading_place(subject.item, nth)
            yield Remark(place, "a heading has no words", "write the heading after the #, or take the # away")


def _headings(tree: Element) -> Iterator[Element]:
    return (element for element in walk(tree) if element.tag in _LEVELS)
