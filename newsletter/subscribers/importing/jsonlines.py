"""JSON lines: one object a line, and its keys are the headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from newsletter.problems import Invalid
from newsletter.subscribers.importing.sheets import Row, Sheet, problem, tidy_headings

_NESTED = "a text or a number is expected; write no lists in lists and no objects in objects"
_OBJECT = 'write one object a line, for example {"E-mail": "navn@virksomhed.example", "Navn": "Anna Hansen"}'


def read_json_lines(path: Path) -> Sheet:
    """The list in a file of JSON lines. Raises Invalid when it is not UTF-8 or no line holds an object."""
    keys: dict[str, None] = {}
    try:
        for _, found in _objects(path):
            if isinstance(found, dict):
                keys.update(dict.fromkeys(key for key in found if key.strip()))
    except UnicodeDecodeError as error:
        text, hint = "the file is not UTF-8, as JSON must be", "save it again as UTF-8"
        raise Invalid([problem(path.name, 1, text, hint)]) from error
    if not keys:
        raise Invalid([problem(path.name, 1, "no line of the file holds an object", _OBJECT)])
    headings = tidy_headings(path.name, 1, [*keys])
    read = partial(_rows, path, tuple(keys))
    return Sheet(name=path.name, kind="jsonl", form="JSON lines", headings=headings, read=read)


def _rows(path: Path, keys: tuple[str, ...]) -> Iterator[Row]:
    for line, found in _objects(path):
        if isinstance(found, str):
            yield line, [], found
            continue
        cells = [_text(found.get(key)) for key in keys]
        wrong = [key for key, cell in zip(keys, cells, strict=True) if cell is None]
        if wrong:
            yield line, [cell or "" for cell in cells], f"{', '.join(wrong)}: {_NESTED}"
        elif "".join(map(str, cells)).strip():
            yield line, [str(cell) for cell in cells], ""


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each line's object, or why it holds none."""
    with path.open(encoding="utf-8-sig") as file:
        for line, text in enumerate(file, 1):
            if text.strip():
                yield line, _object(text)


def _object(text: str) -> dict[str, Any] | str:
    try:
        found = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_refused, object_pairs_hook=_no_key_twice
        )
    except (ValueError, RecursionError) as error:
        return f"the line is not JSON{_what(error)}; {_OBJECT}"
    return found if isinstance(found, dict) else f"the line holds no object; {_OBJECT}"


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _what(error: Exception) -> str:
    """What our own hooks say; the library's words are not for readers."""
    return f": {error}" if type(error) is ValueError else ""


def _text(value: Any) -> str | None:
    """The value as text; None when it is nested."""
    if isinstance(value, str):
        return re.sub(r"(\d+)\.0+", r"\1", value) if re.fullmatch(r"\d+\.0+", value) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(value)
    return None
