"""Danish typography for an author's plain typing.

Both ends of a quotation are ” (”sådan”), the form modern Danish uses; an apostrophe is ’.
"""

from __future__ import annotations

import re

from newsletter.content.tree import Element, Node
from newsletter.speech import MONTHS

_NBSP = "\u00a0"
_MONTHS = "|".join((*MONTHS["da"], r"(?:jan|feb|mar|apr|jun|jul|aug|sep|sept|okt|nov|dec)\."))
_LITERAL = re.compile(r"(\{\{ reader\.[a-z_]+ \}\}|\b(?:https?://|www\.)\S+|\S+@\S+)")
_NUMBER = r"\d{1,4}(?:[.:,]\d{1,3})?"
_RANGE = re.compile(rf"(?<![\w.,:/–-])({_NUMBER})-({_NUMBER})(?![\w/–-]|[.,:]\d)")
_RULES = (
    (re.compile('"'), "”"),
    (re.compile("'"), "’"),
    (re.compile(r"(?<!\.)\.{3}(?!\.)"), "…"),
    (re.compile(rf"(?<=[ {_NBSP}])--?(?=[ \n{_NBSP}])"), "–"),
    (re.compile(r"(?<=§)[ \n](?=\d)"), _NBSP),
    (re.compile(r"\b((?:kl|stk|nr|pkt|ca)\.)[ \n](?=\d)", re.IGNORECASE), rf"\1{_NBSP}"),
    (re.compile(rf"\b(\d{{1,2}}\.)[ \n](?=(?:{_MONTHS})(?!\w))", re.IGNORECASE), rf"\1{_NBSP}"),
    (re.compile(r"(?<=\d)[ \n](?=%|€|(?:kr|mio|mia|pct|kroner)\b)"), _NBSP),
)


def danish(root: Element) -> Element:
    """The tree with Danish quotes, dashes, ellipses and the spaces that must not break; code and slots stay."""
    if root.tag in {"code", "pre"}:
        return root
    return Element(root.tag, root.attributes, tuple(_node(child) for child in root.children))


def _node(node: Node) -> Node:
    return danish_text(node) if isinstance(node, str) else danish(node)


def danish_text(text: str) -> str:
    """One text with Danish typography; addresses and slots in it stay."""
    parts = _LITERAL.split(text)
    return "".join(part if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _RANGE.sub(_range, text)


def _range(match: re.Match[str]) -> str:
    """`9-11` counts upwards; `2027-01` and `24-12` are no ranges."""
    first, last = (float(re.sub("[:,]", ".", number)) for number in match.groups())
    leading_zero = re.match(r"0\d", match[2])
    return match[0] if first >= last or leading_zero else f"{match[1]}–{match[2]}"
