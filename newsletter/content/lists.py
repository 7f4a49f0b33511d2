"""Lists as authors expect them: evenly indented by four spaces, the only way Python-Markdown reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newsletter.speech import MONTHS

_STEP = 4
_MONTHS = "|".join(MONTHS["da"])
_MARKER = re.compile(r"(?P<sign>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap> +(?=\S)|\s*$)")
_DATE = re.compile(rf"\d+\. +(?:{_MONTHS})\b|\d{{4,}}[.)]", re.IGNORECASE)
_RULE = re.compile(r"([-*_])(?: *\1){2,} *$")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_QUOTE = re.compile(r" {0,3}> ?")
_CONTAINER = re.compile(r"!!! ?\w| {0,3}\[\^[^\]]+\]:| {0,3}: {1,3}\S")
_BLOCK = re.compile(r"#{1,6}(?:\s|#|$)|>|!!! ?\w|\[\^[^\]]+\]:")


@dataclass(frozen=True, slots=True)
class _Item:
    """An open list item: where its marker and its text begin in the author's lines."""

    marker: int
    text: int
    ordered: bool


@dataclass(slots=True)
class _State:
    out: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    begun_at: int | None = None
    """Level of the item that began after the last blank line; None when text began there."""

    @property
    def after_blank(self) -> bool:
        return not self.out or not self.out[-1].strip()

    def emit(self, level: int, text: str, *, item: bool = False) -> None:
        if self.after_blank:
            self.begun_at = level if item else None
        self.out.append(" " * (_STEP * level) + text)

    def blank(self) -> None:
        if not self.after_blank:
            self.out.append("")


def even_lists(text: str) -> str:
    """The text with every list item indented by four spaces for each level; what is no list stays as it is."""
    lines = text.split("\n")
    state = _State()
    position = 0
    while position < len(lines):
        end = _group_end(lines, position)
        if end > position + 1:
            _group(state, lines[position:end])
        else:
            _line(state, lines[position])
        position = max(end, position + 1)
    return "\n".join(state.out)


def _group_end(lines: list[str], start: int) -> int:
    """Where the fence, the quote or the indented body that begins on this line ends."""
    line = lines[start]
    fence = _FENCE.match(line.lstrip())
    if fence:
        closing = re.compile(rf"\s*{fence.group()}[`~]*\s*$")
        return next((at + 1 for at in range(start + 1, len(lines)) if closing.match(lines[at])), len(lines))
    if _QUOTE.match(line):
        return next((at for at in range(start, len(lines)) if not _QUOTE.match(lines[at])), len(lines))
    if _CONTAINER.match(line):
        outside = (at for at in range(start + 1, len(lines)) if lines[at].strip() and not _indented(lines[at]))
        return next(outside, len(lines))
    return start + 1


def _indented(line: str) -> bool:
    return line.expandtabs(_STEP).startswith(" " * _STEP)


def _group(state: _State, lines: list[str]) -> None:
    """Fences and quotes move with the item they stand in; quotes and indented bodies have lists of their own."""
    first = lines[0]
    if _FENCE.match(first.lstrip()):
        _fence(state, lines)
    elif _QUOTE.match(first):
        level = _block_level(state, _indent(first))
        inner = even_lists("\n".join(_QUOTE.sub("", line, count=1) for line in lines))
        state.out += [" " * (_STEP * level) + (f"> {line}" if line else ">") for line in inner.split("\n")]
    else:
        _block_level(state, 0)
        state.out += [first, *_body(first, lines[1:])]


def _body(first: str, lines: list[str]) -> list[str]:
    above = "" if first.startswith("!!!") else "text"  # a note and a definition begin on the first line
    body = [line.expandtabs(_STEP)[_STEP:] if _indented(line) else "" for line in lines]
    inner = even_lists("\n".join([above, *body])).split("\n")[1:]
    return [" " * _STEP + line if line.strip() else "" for line in inner]


def _block_level(state: _State, indent: int) -> int:
    """How many of the open items a new block stands inside; the others end here."""
    level = _level_of_text(state, indent)
    if state.items:
        state.blank()
    state.begun_at = None
    del state.items[level:]
    return level


def _fence(state: _State, lines: list[str]) -> None:
    indent = _indent(lines[0])
    level = _level_of_text(state, indent)
    if not level:
        _block_level(state, 0)
        state.out += lines
        return
    del state.items[level:]
    state.out += [" " * (_STEP * level) + _dedent(line, indent) for line in lines]


def _dedent(line: str, columns: int) -> str:
    return line[min(columns, _indent(line)) :]


def _indent(line: str) -> int:
    line = line.expandtabs(_STEP)
    return len(line) - len(line.lstrip(" "))


def _line(state: _State, line: str) -> None:
    indent = _indent(line)
    content = line.expandtabs(_STEP)[indent:] if indent else line
    if not content.strip():
        state.out.append("")
    elif _RULE.match(content) or _BLOCK.match(content):
        level = _block_level(state, indent)
        state.out.append(" " * (_STEP * level) + content if level else line)
    elif (marker := _MARKER.match(content)) and _opens(state, marker, content, indent):
        _item(state, marker, content, indent)
    else:
        _text(state, line, content, indent)


def _opens(state: _State, marker: re.Match[str], content: str, indent: int) -> bool:
    """Whether a line that begins with a marker is a list item here."""
    if _DATE.match(content):
        return False
    if not state.items and indent >= _STEP:
        return False
    number = marker["number"]
    interrupts = not state.after_blank and not _sibling(state, indent, number is not None)
    empty = marker.end() == len(content)
    return not (interrupts and (empty or (number is not None and int(number) != 1)))


def _sibling(state: _State, indent: int, ordered: bool) -> bool:
    """Whether an item at this indent continues a list that is open."""
    level = _level_of_item(state, indent, ordered)
    return level < len(state.items) and state.items[level].ordered == ordered


def _level_of_item(state: _State, indent: int, ordered: bool) -> int:
    """How many of the open items the new item stands inside."""
    level = 0
    for item in state.items:
        inside = indent >= item.text or (item.ordered and not ordered and indent >= item.marker + 2)
        if not inside:
            break
        level += 1
    return level


def _level_of_text(state: _State, indent: int) -> int:
    """How many of the open items a line of text stands inside."""
    level = 0
    for item in state.items:
        if indent < min(item.text, item.marker + 2):
            break
        level += 1
    return level


def _item(state: _State, marker: re.Match[str], content: str, indent: int) -> None:
    ordered = marker["number"] is not None
    level = _level_of_item(state, indent, ordered)
    changed = level < len(state.items) and state.items[level].ordered != ordered
    if changed or not state.items or state.begun_at is None or level < state.begun_at:
        state.blank()
    width = len(marker.group()) if len(marker["gap"]) <= _STEP and marker["gap"] else len(marker["sign"]) + 1
    del state.items[level:]
    state.items.append(_Item(indent, indent + width, ordered))
    sign = f"{marker['number']}." if ordered else "-"
    state.emit(level, f"{sign} {content[marker.end() :]}", item=True)


def _text(state: _State, line: str, content: str, indent: int) -> None:
    """A line that is no item: more of the item above, or a paragraph that ends the list."""
    if state.items and state.after_blank:
        level = _level_of_text(state, indent)
        del state.items[level:]
    level = len(state.items)
    if not level:
        state.out.append(_literal(line) if state.after_blank and indent < _STEP else line)
        return
    code = indent - state.items[-1].text if state.after_blank else 0
    state.emit(level, " " * code + content if code >= _STEP else _literal(content))


def _literal(line: str) -> str:
    """The line with the sign escaped that would make it a list item."""
    return re.sub(r"^( *\d+)(?=[.)](?: |$))|^( *)(?=[-*+](?: |$))", r"\1\2\\", line)
