"""Where in a Markdown file something stands that the tree tells of; and text to search, with its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from newsletter.checks.subjects import texts
from newsletter.content.tree import BLOCKS, Node

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.problems import Place

_CODE = re.compile(
    r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)|(`+)(?!`).+?(?<!`)\2(?!`)|<!--.*?-->", re.MULTILINE | re.DOTALL
)
_HEADING = re.compile(r"^[ >]{0,8}#{1,6}(?=\s|#*\s*$)|^[^\s#>|-][^\n]*\n(?:=+|-{2,})[ \t]*$", re.MULTILINE)


def prose(item: Item[Any]) -> str:
    """The body with code and comments as blanks: same length, same lines."""
    return _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), item.body)


def target_place(item: Item[Any], target: str, nth: int = 0) -> Place:
    """The place of the `nth` (from 0) link or picture with this target; the body's start when it is hidden."""
    word = re.escape(target).replace("mailto:", "(?:mailto:)?")
    here = rf"\]\(\s*<?{word}(?=[)>\s])|<{word}>|^ *\[[^\]\n]+\]: *<?{word}(?=[>\s]|$)"
    return _nth(item, re.compile(here, re.MULTILINE), nth)


def heading_place(item: Item[Any], nth: int) -> Place:
    """The place of the `nth` (from 0) heading."""
    return _nth(item, _HEADING, nth)


def _nth(item: Item[Any], pattern: re.Pattern[str], nth: int) -> Place:
    body = prose(item)
    starts = [match.start() for match in pattern.finditer(body)]
    return body_place(item, _opening(body, starts[min(nth, len(starts) - 1)]) if starts else 0)


def _opening(body: str, offset: int) -> int:
    """Where the `[` or `![` stands that the `]` at `offset` closes; `offset` itself for other signs."""
    depth = 0
    for start in range(offset, -1, -1) if body[offset] == "]" else ():
        depth += {"]": 1, "[": -1}.get(body[start], 0)
        if depth == 0:
            return start - (body[max(0, start - 1) : start] == "!")
    return offset


def body_place(item: Item[Any], offset: int) -> Place:
    """The place of the character at `offset` of the body."""
    return item.source.place(item.body_start + offset)


def search(item: Item[Any], pattern: re.Pattern[str]) -> Iterator[tuple[Place, re.Match[str]]]:
    """What `pattern` finds in the texts of an item: in the front matter at its value, in the body at its own place."""
    *values, (_, body) = texts(item)
    for place, text in values:
        yield from ((place, match) for match in pattern.finditer(text))
    yield from ((body_place(item, match.start()), match) for match in pattern.finditer(body))


def lines_of(node: Node) -> str:
    """The text of a node, every block on lines of its own."""
    if isinstance(node, str):
        return node
    inside = "".join(map(lines_of, node.children))
    return f"\n{inside}\n" if node.tag in BLOCKS or node.tag in {"br", "root"} else inside
