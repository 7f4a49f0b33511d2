"""The one tree of an author's prose: HTML and plain text are both written from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with its attributes and what stands inside it."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()


Node: TypeAlias = Element | str

BLOCKS = frozenset(
    {"blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"},
)
"""Tags that stand on lines of their own."""


def walk(root: Element) -> Iterator[Element]:
    """The elements below `root` (not itself), in the order they are read."""
    for child in root.children:
        if isinstance(child, Element):
            yield child
            yield from walk(child)


def text_of(node: Node) -> str:
    """The text of a node and of everything inside it."""
    return node if isinstance(node, str) else "".join(map(text_of, node.children))


def safe_attributes(tag: str, written: Mapping[str, str]) -> dict[str, str]:
    """Those attributes that may stand on the tag, as they were written; addresses of unsafe kinds are left out."""
    checks = {**_ANYWHERE, **_KNOWN.get(tag, {})}
    checked = ((name, checks[name](value)) for name, value in written.items() if name in checks)
    return {name: value for name, value in checked if value is not None}


_Check: TypeAlias = Callable[[str], str | None]


def _matching(pattern: str) -> _Check:
    return lambda value: value if re.fullmatch(pattern, value) else None


def _address(*schemes: str) -> _Check:
    """Keeps addresses with one of the schemes, and those without any."""

    def check(value: str) -> str | None:
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"\s", "", value), re.IGNORECASE)
        return value.strip() if not scheme or scheme[1].lower() in schemes else None

    return check


def _classes(value: str) -> str | None:
    return " ".join(name for name in value.split() if re.fullmatch(r"[A-Za-z][\w-]*", name, re.ASCII)) or None


_NUMBER = _matching("[0-9]{1,4}")
_CELL: dict[str, _Check] = {"align": _matching("left|right|center"), "colspan": _NUMBER, "rowspan": _NUMBER}
_ANYWHERE: dict[str, _Check] = {
    "class": _classes,
    "title": str,
    "lang": _matching("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "dir": _matching("ltr|rtl|auto"),
}
_KNOWN: dict[str, dict[str, _Check]] = {
    "a": {"href": _address("http", "https", "mailto", "tel", "sms", "webcal")},
    "img": {"src": _address("http", "https", "cid"), "alt": str, "width": _NUMBER, "height": _NUMBER},
    "ol": {"start": _NUMBER},
    "td": _CELL,
    "th": _CELL,
}
