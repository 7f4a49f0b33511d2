"""The picture of the whole register, drawn from its tables: docs/pictures/register.svg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import NamedTuple

from register_docs import ROOMS, about, links, tables_of
from sqlalchemy import Table

_BESIDE = ("sends", "people", "companies", "contacts")
"""Rooms side by side: those that name each other are neighbours where that goes."""
_BELOW = ("plans", "records")
"""Rooms over the whole width."""
_WIDTH, _GAP, _EDGE, _PAD = 252, 66, 34, 14
_STEP = _WIDTH + 2 * _PAD + _GAP
_WHOLE = 2 * _EDGE + len(_BESIDE) * _STEP - _GAP
_TOP = 44
"""From the top of a room to its first box."""
_LINE = 17
_WRAP = 33
_STYLE = """\
text { font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #1f2933; }
.room { font-size: 18px; font-weight: 700; fill: #0b5563; }
.name { font-size: 15px; font-weight: 700; }
.says { font-size: 13px; fill: #3e4c59; }
.panel { fill: #eef4f5; }
.box { fill: #ffffff; stroke: #0b5563; stroke-width: 1.5; }
.link { fill: none; stroke: #62808a; stroke-width: 1.6; marker-end: url(#tip); }
.tip { fill: #62808a; }"""
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    '<path class="tip" d="M0 0 L10 5 L0 10 z"/></marker></defs>'
)


class Box(NamedTuple):
    """A table in the picture."""

    table: Table
    x: int
    y: int
    column: int

    @property
    def lines(self) -> list[str]:
        """What the table is, in short lines."""
        return wrap(self.table.comment or "", _WRAP)

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.y + 34 + _LINE * len(self.lines)

    @property
    def middle(self) -> float:
        """Where lines begin and end."""
        return (self.y + self.bottom) / 2


def picture() -> str:
    """The whole as SVG."""
    stacks = [_stack(room, place) for place, room in enumerate(_BESIDE)]
    bottom = max(stack[-1].bottom for stack in stacks) + _PAD
    rows: dict[str, list[Box]] = {}
    ends = [bottom]
    for room in _BELOW:
        rows[room] = _rows(room, ends[-1] + _PAD + _TOP)
        ends.append(max(box.bottom for box in rows[room]) + _PAD)
    end = ends[-1]
    boxes = {box.table.name: box for room in (*stacks, *rows.values()) for box in room}
    size = f'viewBox="0 0 {_WHOLE} {end + _EDGE}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        '<title id="title">The register: its tables, and which names which</title>',
        f'<desc id="desc">{escape(_told())}</desc>',
        f"<style>\n{_STYLE}\n</style>",
        _TIP,
        f'<rect width="{_WHOLE}" height="{end + _EDGE}" fill="#ffffff"/>',
        *(_panel(room, stack, bottom, _STEP - _GAP) for room, stack in zip(_BESIDE, stacks, strict=True)),
        *(_panel(room, rows[room], ends[at + 1], _WHOLE - 2 * _EDGE) for at, room in enumerate(_BELOW)),
        *map(_drawn, boxes.values()),
        *_links(boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _left(column: int) -> int:
    return _EDGE + _PAD + column * _STEP


def _stack(room: str, column: int) -> list[Box]:
    """A room as a column of boxes."""
    boxes: list[Box] = []
    for table in tables_of(room):
        y = boxes[-1].bottom + 22 if boxes else _EDGE + _TOP
        boxes.append(Box(table, _left(column), y, column))
    return boxes


def _rows(room: str, top: int) -> list[Box]:
    """A room as rows of boxes."""
    boxes: list[Box] = []
    for at, table in enumerate(tables_of(room)):
        column = at % len(_BESIDE)
        if at and not column:
            top = max(box.bottom for box in boxes) + 22
        boxes.append(Box(table, _left(column), top, column))
    return boxes


def _panel(room: str, boxes: Sequence[Box], bottom: int, width: int) -> str:
    x, y = boxes[0].x - _PAD, boxes[0].y - _TOP
    return (
        f'<rect class="panel" x="{x}" y="{y}" width="{width}" height="{bottom - y}" rx="10"/>'
        f'<text class="room" x="{x + _PAD}" y="{y + 29}">{room}</text>'
    )


def _drawn(box: Box) -> str:
    says = "".join(
        f'<text class="says" x="{box.x + 12}" y="{box.y + 41 + _LINE * at}">{escape(line)}</text>'
        for at, line in enumerate(box.lines)
    )
    return (
        f'<rect class="box" x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{box.bottom - box.y}" rx="6"/>'
        f'<text class="name" x="{box.x + 12}" y="{box.y + 22}">{box.table.name}</text>{says}'
    )


def _links(boxes: Mapping[str, Box]) -> Iterator[str]:
    """A line from each table to those it names."""
    pairs = {(child, parent) for child, parent, _ in links([box.table for box in boxes.values()]) if child != parent}
    for child, parent in sorted(pairs):
        yield f'<path class="link" d="{_path(boxes[child], boxes[parent])}"/>'


def _path(child: Box, parent: Box) -> str:
    """Between neighbours across the gap; within a room round its left side; else along the top."""
    across = parent.column - child.column
    end = parent.middle + (9 if child.y > parent.y else -9)
    if across == 0:
        bow = child.x - 18 - min(30.0, abs(child.middle - end) / 18)
        return f"M{child.x} {child.middle} C{bow:.0f} {child.middle} {bow:.0f} {end} {parent.x} {end}"
    start_x, end_x = (child.x + _WIDTH, parent.x) if across > 0 else (child.x, parent.x + _WIDTH)
    if abs(across) == 1:
        half = (start_x + end_x) / 2
        return f"M{start_x} {child.middle} C{half} {child.middle} {half} {end} {end_x} {end}"
    turn = (_PAD + _GAP // 2) * (1 if across > 0 else -1)
    top, end = _EDGE / 2, parent.y + 12
    return f"M{start_x} {child.middle} H{start_x + turn} V{top} H{end_x - turn} V{end} H{end_x}"


def _told() -> str:
    """The picture in words."""
    rooms = [f"{room}: {about(room)} Tables: {', '.join(t.name for t in tables_of(room))}." for room in ROOMS]
    named: dict[str, list[str]] = {}
    for child, parent, _ in links(table for room in ROOMS for table in tables_of(room)):
        named.setdefault(child, []).append(parent)
    lines = [f"{child} names {' and '.join(dict.fromkeys(parents))}" for child, parents in named.items()]
    return f"Rooms of tables. {' '.join(rooms)} Arrows: {'; '.join(lines)}."
