"""The theme's prose styles on one item's fragment, worked out on its skeleton.

premailer damages whole pages and author text (doctype, merge tags in links, entities), so it sees neither: only tags
and classes. The answer depends on the structure and the sheet alone and can be kept for both.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from itertools import accumulate

from newsletter.content.html import shift_headings
from newsletter.content.tree import Element, walk

_VOID = frozenset({"br", "hr", "img"})
_ALLOWED = {
    "style": re.compile(r".+", re.DOTALL),
    "width": re.compile(r"\d+"),
    "height": re.compile(r"\d+"),
    "align": re.compile(r"left|right|center"),
    "valign": re.compile(r"top|middle|bottom|baseline"),
    "bgcolor": re.compile(r"#[0-9a-fA-F]{6}"),
}


def structure(root: Element) -> str:
    """The tags and classes below `root` and how they nest; two texts with the same structure get the same styles."""
    return _structure(shift_headings(root))


def _structure(element: Element) -> str:
    return "".join(
        f"{child.tag}{_dotted(child)}({_structure(child)})" for child in element.children if isinstance(child, Element)
    )


def _dotted(element: Element) -> str:
    return "".join(f".{name}" for name in element.attributes.get("class", "").split())


def inline_styles(root: Element, sheet: str) -> tuple[Mapping[str, str], ...]:
    """The attributes that `sheet` gives each element of `walk(root)`, in that order.

    The sheet is written for the tags of the output (h3, h4) inside `<div class="prose">`.
    """
    return inline_all([root], sheet)[0]


def inline_all(roots: Sequence[Element], sheet: str) -> list[tuple[Mapping[str, str], ...]]:
    """What `inline_styles` gives for each, in one go: reading a sheet takes premailer longer than using it."""
    shifted = [shift_headings(root) for root in roots]
    counts = [sum(1 for _ in walk(root)) for root in shifted]
    if not any(counts):
        return [()] * len(shifted)
    reader = _Reader()
    reader.feed(_inlined(_page(shifted, sheet)))
    reader.close()
    if reader.found.keys() != set(range(sum(counts))):
        raise RuntimeError("premailer lost an element of the prose")
    ends = list(accumulate(counts))
    return [tuple(reader.found[n] for n in range(end - count, end)) for end, count in zip(ends, counts, strict=True)]


def _page(roots: Sequence[Element], sheet: str) -> str:
    skeleton = _Skeleton()
    fragments = "".join(f'<div class="prose">{skeleton.inside(root)}</div>' for root in roots)
    return f"<!DOCTYPE html><html><head><style>{sheet}</style></head><body>{fragments}</body></html>"


class _Skeleton:
    """Numbers the elements while it writes them, without any text or link."""

    def __init__(self) -> None:
        self.number = -1

    def inside(self, element: Element) -> str:
        return "".join(self.tag(child) for child in element.children if isinstance(child, Element))

    def tag(self, element: Element) -> str:
        self.number += 1
        classes = escape(element.attributes.get("class", ""))
        start = f'<{element.tag} class="{classes}" data-n="{self.number}"'
        return f"{start}>" if element.tag in _VOID else f"{start}>{self.inside(element)}</{element.tag}>"


def _inlined(page: str) -> str:
    from premailer import Premailer

    premailer = Premailer(
        page,
        strip_important=False,
        allow_network=False,
        disable_link_rewrites=True,
        disable_validation=True,
        cssutils_logging_level=logging.CRITICAL,
    )
    return str(premailer.transform())


class _Reader(HTMLParser):
    """Collects what premailer has put on each numbered element."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[int, Mapping[str, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        values = {name: value or "" for name, value in attrs}
        number = values.get("data-n", "")
        if number:
            styled = {name: _plain(values[name]) for name in _ALLOWED if name in values}
            self.found[int(number)] = {name: text for name, text in styled.items() if _ALLOWED[name].fullmatch(text)}


def _plain(value: str) -> str:
    """The value for Outlook: without `!important`, which it stops at, and with the six digits of every colour."""
    value = re.sub(r"\s*!\s*important", "", value, flags=re.IGNORECASE).strip()
    return _SHORT_COLOUR.sub(lambda match: "#" + "".join(digit * 2 for digit in match[1]), value)


_SHORT_COLOUR = re.compile(r"#([0-9a-fA-F]{3})(?![0-9a-zA-Z_-])")
