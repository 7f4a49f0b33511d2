"""The tree as HTML for mail: headings below the issue's own, everything escaped, slots for what is known later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from newsletter.content.tree import BLOCKS, Element, Node, walk

ITEM_LINK = re.compile(r"(?:\.{1,2}/|/)*(?:content/)?([a-z]+/[A-Za-z0-9][\w-]*)\.md(?:#.*)?", re.ASCII)
"""A link to another item's file: `../schemes/fleksjob.md`."""

_SLOT = re.compile(r"\{\{ reader\.[a-z_]+ \}\}")
_SHIFTED = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}
_VOID = frozenset({"br", "hr", "img"})


def to_html(root: Element, added: Sequence[Mapping[str, str]] = ()) -> str:
    """The HTML of the prose; `added[i]` are attributes that the i-th element of `walk(root)` gets besides its own."""
    count = sum(1 for _ in walk(root))
    if added and len(added) != count:
        raise ValueError(f"{len(added)} sets of attributes for {count} elements")
    return _inside(shift_headings(root), iter(added or [{}] * count))


def shift_headings(root: Element) -> Element:
    """The tree with its headings below a block's h2: h1 and h2 become h3, h3 becomes h4, and so on to h6."""
    children = tuple(child if isinstance(child, str) else shift_headings(child) for child in root.children)
    return Element(_SHIFTED.get(root.tag, root.tag), root.attributes, children)


def escape_text(text: str, *, quote: bool = False) -> str:
    """Text as HTML in which only a reader's real slots look like slots; `quote` is for attributes."""
    parts, end = [], 0
    for slot in _SLOT.finditer(text):
        parts += [_escape(text[end : slot.start()], quote), slot[0]]
        end = slot.end()
    return "".join([*parts, _escape(text[end:], quote)])


def _escape(text: str, quote: bool) -> str:
    return escape(text, quote).replace("{", "&#123;").replace("&#x27;", "'")


def _inside(element: Element, extra: Iterator[Mapping[str, str]]) -> str:
    """The HTML of an element's children, every block on a line of its own."""
    lines: list[str] = []
    after_block = True
    for child in element.children:
        if _is_block(child) or after_block:
            lines.append("")
        lines[-1] += _html(child, extra)
        after_block = _is_block(child)
    return "\n".join(lines)


def _html(node: Node, extra: Iterator[Mapping[str, str]]) -> str:
    if isinstance(node, str):
        return escape_text(node)
    attributes = {**node.attributes, **_targets(node)}
    attributes |= {name: value for name, value in next(extra).items() if name not in attributes}
    if "align" in node.attributes and "style" in attributes:
        attributes["style"] += f"; text-align:{node.attributes['align']}"  # the author's word beats the sheet's
    written = "".join(f' {name}="{_value(value)}"' for name, value in attributes.items())
    if node.tag in _VOID:
        return f"<{node.tag}{written} />"
    return f"<{node.tag}{written}>{_between(node, _inside(node, extra))}</{node.tag}>"


def _between(node: Element, inside: str) -> str:
    """What stands between the tags: a block begins and ends on a line of its own."""
    if not node.children:
        return inside
    before, after = ("\n" if _is_block(child) else "" for child in (node.children[0], node.children[-1]))
    return f"{before}{inside}{after}"


def _is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS


def _value(value: str) -> str:
    if _TARGET.fullmatch(value):
        return value
    return escape_text(value, quote=True)


_TARGET = re.compile(r"\{\{ (?:item\.[a-z]+/[\w-]+|asset\.images/[^{}\"<>&\n]+) \}\}")
_ASSET_NAME = re.compile(r"[^{}\"<>&\n]+")


def _targets(node: Element) -> Mapping[str, str]:
    """Links and pictures as slots where the workspace knows more than the author wrote."""
    if node.tag == "img":
        return {"alt": node.attributes.get("alt", ""), **_picture(node.attributes.get("src", ""))}
    href = node.attributes.get("href", "")
    item = ITEM_LINK.fullmatch(href)
    if item:
        return {"href": f"{{{{ item.{item[1]} }}}}"}
    return {"href": href.replace(" ", "%20")} if " " in href and not _SLOT.search(href) else {}


def _picture(src: str) -> Mapping[str, str]:
    name = re.sub(r"^(?:\.{1,2}/|/(?!/)|content/|images/)+", "", src)
    if re.match(r"[a-z][a-z0-9+.-]*:|//", src, re.IGNORECASE) or not _ASSET_NAME.fullmatch(name):
        return {}
    return {"src": f"{{{{ asset.images/{name} }}}}"}
