"""docs/register.md and its picture tell the whole register, from the tables themselves."""

from __future__ import annotations

import re
import sys
from xml.etree import ElementTree as ET

from support import REPOSITORY

from newsletter.store.tables import METADATA

sys.path.insert(0, str(REPOSITORY / "scripts"))
import register_docs
import register_picture

PAGE = (REPOSITORY / "docs/register.md").read_text("utf-8")
PICTURE = ET.fromstring(register_picture.picture())
SVG = "{http://www.w3.org/2000/svg}"


def test_every_table_stands_in_one_room_and_in_every_place():
    names = [table.name for room in register_docs.ROOMS for table in register_docs.tables_of(room)]
    assert sorted(names) == sorted(METADATA.tables)
    assert re.findall(r"^#### (\w+)$", PAGE, re.MULTILINE) == names
    assert re.findall(r"^    (\w+) \{$", PAGE, re.MULTILINE) == names
    drawn = [text.text for text in PICTURE.iter(f"{SVG}text") if text.get("class") == "name"]
    assert sorted(drawn) == sorted(names)


def test_every_column_is_told_with_what_it_holds():
    rows = [tuple(row) for row in re.findall(r"^\| `(\w+)` \| (\w+)", PAGE, re.MULTILINE)]
    columns = [
        (column.name, register_docs.kind(column))
        for room in register_docs.ROOMS
        for table in register_docs.tables_of(room)
        for column in table.columns
    ]
    assert rows == columns


def test_every_table_and_every_link_has_words():
    assert [table.name for table in METADATA.sorted_tables if not table.comment] == []
    told = PICTURE.find(f"{SVG}desc").text
    for child, parent, _ in register_docs.links(METADATA.sorted_tables):
        assert re.search(rf"\b{child} names [a-z_ ]*\b{parent}\b", told), (child, parent)
    assert PICTURE.get("role") == "img"
    assert PICTURE.get("aria-labelledby").split() == [
        PICTURE.find(f"{SVG}{each}").get("id") for each in ("title", "desc")
    ]


def test_no_box_of_the_picture_lies_on_another():
    boxes = [
        [float(rect.get(side)) for side in ("x", "y", "width", "height")]
        for rect in PICTURE.iter(f"{SVG}rect")
        if rect.get("class") == "box"
    ]
    for at, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[:at]:
            assert x >= left + wide or left >= x + width or y >= top + high or top >= y + height
